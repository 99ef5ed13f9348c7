// Mouse, touch and keys on a chart, as zoom, cursor and selection.
import type { Chart, Pointer } from "./chart.ts";
import type { Extent } from "./extent.ts";
import type { Scale } from "../draw/scale.ts";
import type { ScalarState } from "./state.ts";

const CLICK_PIXELS = 4;

interface Pixel {
  x: number;
  y: number;
}

export class Gestures {
  private from: Pixel | null = null;
  private readonly host: HTMLElement;
  private readonly tag: string;
  private readonly chart: Chart;
  private readonly state: ScalarState;
  private readonly onPointer: (at: Pixel | null) => void;

  /** `onPointer` is told where in the window the pointer is, or null. */
  constructor(
    host: HTMLElement,
    tag: string,
    chart: Chart,
    state: ScalarState,
    onPointer: (at: Pixel | null) => void,
  ) {
    this.host = host;
    this.tag = tag;
    this.chart = chart;
    this.state = state;
    this.onPointer = onPointer;
  }

  /** Begin to listen; returns how to stop. */
  listen(): () => void {
    const { host } = this;
    const stop = new AbortController();
    const { signal } = stop;
    host.addEventListener("pointermove", (event) => this.move(event), { signal });
    host.addEventListener("pointerleave", () => this.leave(), { signal });
    host.addEventListener("pointerdown", (event) => this.down(event), { signal });
    host.addEventListener("pointerup", (event) => this.up(event), { signal });
    host.addEventListener("pointercancel", () => this.cancel(), { signal });
    host.addEventListener("dblclick", () => this.state.resetZoom(this.tag), { signal });
    host.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    host.addEventListener("keydown", (event) => this.key(event), { signal });
    host.addEventListener("blur", () => this.leave(), { signal });
    return () => stop.abort();
  }

  private pixel(event: MouseEvent): Pixel {
    const rect = this.host.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  }

  private move(event: PointerEvent): void {
    const { layout } = this.chart;
    if (!layout) return;
    const at = this.pixel(event);
    if (this.from) {
      const drag = this.dragTo(at, event.shiftKey);
      this.chart.setDrag(isClick(drag) ? null : drag);
      if (!isClick(drag)) this.onPointer(null);
      return;
    }
    const { left, right, top, bottom } = layout.box;
    if (at.x < left - 4 || at.x > right + 4 || at.y < top - 8 || at.y > bottom + 20) {
      this.leave();
      return;
    }
    this.state.cursor.value = { x: layout.x.invert(at.x), tag: this.tag };
    this.onPointer({ x: event.clientX, y: event.clientY });
  }

  private leave(): void {
    if (this.state.cursor.peek()?.tag === this.tag) this.state.cursor.value = null;
    this.onPointer(null);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || !this.chart.layout) return;
    this.from = this.pixel(event);
    this.host.setPointerCapture(event.pointerId);
  }

  private up(event: PointerEvent): void {
    const { layout } = this.chart;
    if (!this.from || !layout) return;
    const drag = this.dragTo(this.pixel(event), event.shiftKey);
    this.cancel();
    if (isClick(drag)) {
      if (event.detail > 1) return;
      this.selectAt(layout.x.invert(drag.to.x), event.shiftKey);
      return;
    }
    const both = drag.both;
    this.state.zoom(this.tag, {
      x: between(layout.x, drag.from.x, drag.to.x),
      ...(both ? { y: between(layout.y, drag.to.y, drag.from.y) } : {}),
    });
  }

  private cancel(): void {
    this.from = null;
    this.chart.setDrag(null);
  }

  private dragTo(at: Pixel, both: boolean): Pointer {
    const { left, right, top, bottom } = this.chart.layout!.box;
    return {
      from: this.from!,
      to: { x: clamp(at.x, left, right), y: clamp(at.y, top, bottom) },
      both,
    };
  }

  /** Select the point nearest to the place, of whatever line. */
  private selectAt(x: number, extend: boolean): void {
    let best = x;
    let distance = Infinity;
    for (const { line, at } of this.chart.hits(x)) {
      const d = Math.abs(line.x[at]! - x);
      if (d < distance) {
        distance = d;
        best = line.x[at]!;
      }
    }
    const [only, end] = this.state.selection.peek();
    if (!extend && end === undefined && only === best) this.state.selection.value = [];
    else this.state.select(best, extend);
  }

  /** Ctrl or ⌘ with the wheel (and the pinch of a touchpad) zooms around the pointer. */
  private wheel(event: WheelEvent): void {
    const { layout } = this.chart;
    if (!(event.ctrlKey || event.metaKey) || !layout) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.pixel(event);
    const factor = Math.exp(clamp(event.deltaY, -200, 200) * 0.004);
    this.zoomAround(layout.x, at.x, factor);
  }

  private zoomAround(scale: Scale, pixel: number, factor: number): void {
    const { left, right } = this.chart.layout!.box;
    const x: Extent = [
      scale.invert(pixel - (pixel - left) * factor),
      scale.invert(pixel + (right - pixel) * factor),
    ];
    this.state.zoom(this.tag, { x });
  }

  private key(event: KeyboardEvent): void {
    const { state, chart } = this;
    const middle = chart.layout ? (chart.layout.box.left + chart.layout.box.right) / 2 : 0;
    switch (event.key) {
      case "ArrowRight":
        this.step(1, event.shiftKey ? 10 : 1);
        break;
      case "ArrowLeft":
        this.step(-1, event.shiftKey ? 10 : 1);
        break;
      case "Home":
        this.step(-1, Infinity);
        break;
      case "End":
        this.step(1, Infinity);
        break;
      case "Enter":
      case " ": {
        const cursor = state.cursor.peek();
        if (cursor) this.selectAt(cursor.x, event.shiftKey);
        break;
      }
      case "+":
      case "=":
        if (chart.layout) this.zoomAround(chart.layout.x, middle, 0.7);
        break;
      case "-":
        if (chart.layout) this.zoomAround(chart.layout.x, middle, 1 / 0.7);
        break;
      case "Escape":
        if (!state.undo()) {
          if (state.selection.peek().length) state.selection.value = [];
          else this.leave();
        }
        break;
      default:
        return;
    }
    event.preventDefault();
    // The notebook's shortcuts (Enter edits the cell) are not meant.
    event.stopPropagation();
  }

  /** Move the cursor to the next point of any line, or the one after n of them. */
  private step(direction: 1 | -1, n: number): void {
    const { layout } = this.chart;
    if (!layout) return;
    const [low, high] = layout.x.domain;
    const places = new Set<number>();
    for (const line of this.chart.lines) {
      for (const x of line.x) if (x >= low && x <= high) places.add(x);
    }
    const sorted = Float64Array.from(places).sort();
    if (sorted.length === 0) return;
    const cursor = this.state.cursor.peek();
    let i = direction > 0 ? -1 : sorted.length;
    if (cursor) {
      i = sorted.findIndex((x) => x >= cursor.x);
      if (i < 0) i = sorted.length;
      else if (direction > 0 && sorted[i]! > cursor.x) i--;
    }
    i = clamp(i + direction * Math.min(n, sorted.length), 0, sorted.length - 1);
    this.state.cursor.value = { x: sorted[i]!, tag: this.tag };
    const rect = this.host.getBoundingClientRect();
    this.onPointer({ x: rect.left + layout.x(sorted[i]!), y: rect.top + layout.box.top + 20 });
  }
}

function isClick({ from, to }: Pointer): boolean {
  return Math.abs(to.x - from.x) < CLICK_PIXELS && Math.abs(to.y - from.y) < CLICK_PIXELS;
}

function between(scale: Scale, a: number, b: number): Extent {
  const [p, q] = [scale.invert(a), scale.invert(b)];
  return [Math.min(p, q), Math.max(p, q)];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
