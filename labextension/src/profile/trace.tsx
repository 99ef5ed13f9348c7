// The trace: tracks on a canvas, moved by wheel, drag and keys.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { oneLine } from "../shell/names.ts";
import type { Trace } from "./model.ts";
import { labelOf, paint, type Picture } from "./paint.ts";
import type { ProfileStore } from "./store.ts";
import {
  AXIS,
  firstInside,
  foldedAtFirst,
  LANE,
  panned,
  placeTracks,
  spanAt,
  type Window,
  zoomed,
} from "./timeline.ts";
import { formatTime } from "./units.ts";

interface Props {
  store: ProfileStore;
  trace: Trace;
}

/** The greatest height of the canvas; tracks beyond are scrolled to. */
const TALLEST = 330;
/** Pixels that a press may move and still be a click. */
const STILL = 4;

export function TraceView({ store, trace }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const scroll = useSignal(0);
  const folded = useSignal(foldedAtFirst(trace, TALLEST));
  const hovered = useSignal<{ at: number; x: number; y: number } | null>(null);
  const focused = useSignal(false);
  const layout = useComputed(() => {
    const spans = store.spans.value;
    return spans ? placeTracks(trace, spans, folded.value) : { placed: [], height: 0 };
  });
  const height = Math.min(layout.value.height + AXIS + 2, TALLEST);
  const gutter = width.value < 480 ? 70 : 132;

  useLayoutEffect(() => {
    const element = canvas.current!;
    const watcher = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry!.contentRect.width);
    });
    watcher.observe(element.parentElement!);
    width.value = Math.floor(element.parentElement!.clientWidth);
    return () => watcher.disconnect();
  }, []);

  const pictureOf = (): Picture | null => {
    const spans = store.spans.peek();
    if (!spans || width.peek() < 50) return null;
    const { placed, height: full } = layout.peek();
    const tall = Math.min(full + AXIS + 2, TALLEST);
    return {
      trace,
      spans,
      placed,
      window: store.window.peek(),
      origin: store.whole.peek().begin,
      width: width.peek(),
      height: tall,
      gutter: width.peek() < 480 ? 70 : 132,
      scroll: Math.min(scroll.peek(), Math.max(full + AXIS + 2 - tall, 0)),
      steps: store.profile.peek()?.steps ?? null,
      wanted: store.wanted.peek(),
      picked: store.picked.peek(),
      hovered: hovered.peek()?.at ?? -1,
      range: store.range.peek(),
      theme: store.ctx.theme.peek(),
    };
  };

  const frame = useRef(0);
  useSignalEffect(() => {
    // Read here, so that a change of any of them draws anew.
    void [store.spans.value, store.window.value, store.wanted.value, store.picked.value];
    void [store.range.value, store.ctx.theme.value, layout.value, width.value, scroll.value];
    void [hovered.value, store.profile.value];
    if (frame.current) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      draw(canvas.current, pictureOf());
    });
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const timeAt = (x: number): number => {
    const { begin, end } = store.window.peek();
    return begin + ((x - gutter) / Math.max(width.peek() - gutter, 1)) * (end - begin);
  };
  const hitAt = (x: number, y: number): number => {
    const picture = pictureOf();
    if (!picture || x < gutter || y < AXIS) return -1;
    const below = y - AXIS + picture.scroll;
    const place = picture.placed.find(
      ({ top, height: tall }) => top <= below && below < top + tall,
    );
    if (!place || place.track < 0) return -1;
    const depth = Math.floor((below - place.top) / LANE);
    const lane = place.lanes.find((one) => one.depth === depth);
    const slack = (3 * (picture.window.end - picture.window.begin)) / (width.peek() - gutter);
    return lane ? spanAt(picture.spans, lane, timeAt(x), slack) : -1;
  };

  useEffect(() => {
    const element = canvas.current!;
    // Not passive: the page must not scroll while the trace zooms.
    const onWheel = (event: WheelEvent): void => {
      const { x, y } = placeOf(event, element);
      const over = x < gutter;
      if (!over && !focused.peek() && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      const whole = store.whole.peek();
      const now = store.window.peek();
      if (over) scrollBy(event.deltaY);
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const by = (event.deltaX || event.deltaY) / Math.max(width.peek() - gutter, 1);
        store.show(panned(now, by * (now.end - now.begin), whole));
      } else store.show(zoomed(now, Math.exp(-event.deltaY * 0.0022), timeAt(x), whole));
      void y;
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [gutter]);

  const scrollBy = (by: number): void => {
    const most = Math.max(layout.peek().height + AXIS + 2 - TALLEST, 0);
    scroll.value = Math.min(Math.max(scroll.peek() + by, 0), most);
  };

  const press = useRef<Press | null>(null);
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { x, y } = placeOf(event, canvas.current!);
    canvas.current!.focus({ preventScroll: true });
    canvas.current!.setPointerCapture(event.pointerId);
    const selecting = event.shiftKey;
    const { begin, end } = store.window.peek();
    press.current = { x, y, selecting, begin, end, scroll: scroll.peek(), moved: false };
  };
  const onMove = (event: PointerEvent): void => {
    const { x, y } = placeOf(event, canvas.current!);
    const held = press.current;
    if (!held) {
      const at = hitAt(x, y);
      hovered.value = at < 0 ? null : { at, x: event.clientX, y: event.clientY };
      return;
    }
    if (Math.hypot(x - held.x, y - held.y) > STILL) held.moved = true;
    if (!held.moved) return;
    hovered.value = null;
    if (held.selecting) {
      const [begin, end] = [timeAt(held.x), timeAt(x)].sort((a, b) => a - b) as [number, number];
      store.selectRange({ begin, end });
      return;
    }
    const by = ((held.x - x) / Math.max(width.peek() - gutter, 1)) * (held.end - held.begin);
    store.show(panned({ begin: held.begin, end: held.end }, by, store.whole.peek()));
    scroll.value = held.scroll;
    scrollBy(held.y - y);
  };
  const onUp = (event: PointerEvent): void => {
    const held = press.current;
    press.current = null;
    if (!held || held.moved) return;
    const { x, y } = placeOf(event, canvas.current!);
    if (x < gutter) {
      foldAt(y);
      return;
    }
    store.pick(hitAt(x, y));
    if (store.picked.peek() < 0) store.selectRange(null);
  };
  const foldAt = (y: number): void => {
    const picture = pictureOf();
    const below = y - AXIS + (picture?.scroll ?? 0);
    const place = picture?.placed.find(
      ({ top, height: tall }) => top <= below && below < top + tall,
    );
    if (!place || place.track < 0) return;
    const next = new Set(folded.peek());
    if (!next.delete(place.track)) next.add(place.track);
    folded.value = next;
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const whole = store.whole.peek();
    const now = store.window.peek();
    const middle = (now.begin + now.end) / 2;
    const length = now.end - now.begin;
    const actions: Record<string, () => void> = {
      w: () => store.show(zoomed(now, 1.5, middle, whole)),
      s: () => store.show(zoomed(now, 1 / 1.5, middle, whole)),
      a: () => store.show(panned(now, -length / 5, whole)),
      d: () => store.show(panned(now, length / 5, whole)),
      ArrowLeft: () => step(-1, 0),
      ArrowRight: () => step(1, 0),
      ArrowUp: () => step(0, -1),
      ArrowDown: () => step(0, 1),
      PageDown: () => scrollBy(TALLEST / 2),
      PageUp: () => scrollBy(-TALLEST / 2),
      f: zoomToPicked,
      Enter: zoomToPicked,
      n: () => store.lead(1),
      p: () => store.lead(-1),
      Home: () => store.showAll(),
      Escape: () => {
        if (store.range.peek()) store.selectRange(null);
        else if (store.picked.peek() >= 0) store.pick(-1);
        else store.showAll();
      },
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const zoomToPicked = (): void => {
    const spans = store.spans.peek();
    const at = store.picked.peek();
    const range: Window | null =
      spans && at >= 0
        ? { begin: spans.start[at]!, end: spans.start[at]! + spans.duration[at]! }
        : store.range.peek();
    if (!range) return;
    const margin = Math.max((range.end - range.begin) * 0.1, 1e-3);
    store.show({ begin: range.begin - margin, end: range.end + margin });
  };
  /** To the next span of the row, or to the one around or inside. */
  const step = (along: number, down: number): void => {
    const spans = store.spans.peek();
    const at = store.picked.peek();
    if (!spans) return;
    if (at < 0) {
      const { begin } = store.window.peek();
      const first = layout.peek().placed.find(({ lanes }) => lanes.length);
      if (first)
        store.pick(Math.min(firstInside(spans, first.lanes[0]!, begin), first.lanes[0]!.to - 1));
      return;
    }
    const lane = spans.lanes.find(({ from, to }) => from <= at && at < to)!;
    let next = at + along;
    if (down) {
      const other = spans.lanes.find(
        ({ track, depth }) => track === lane.track && depth === lane.depth + down,
      );
      if (!other) return;
      const begin = spans.start[at]!;
      next = firstInside(spans, other, begin);
      if (down < 0 && next > other.from && spans.start[next]! > begin) next--;
      if (next >= other.to) return;
    } else if (next < lane.from || next >= lane.to) return;
    store.pick(next);
    const begin = spans.start[next]!;
    const now = store.window.peek();
    if (begin < now.begin || begin > now.end) {
      const half = (now.end - now.begin) / 2;
      store.show({ begin: begin - half, end: begin + half });
    }
  };

  const spans = store.spans.value;
  return (
    <div class="nbb-pf-trace" data-focused={focused.value ? "" : undefined}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys of its own */}
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={`Trace of ${trace.tracks.length} tracks, ${spans?.total.toLocaleString("en") ?? 0} spans. W and S zoom, A and D move, arrow keys go from span to span, Enter zooms to it, Escape goes back.`}
        style={{ height: `${height}px` }}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerLeave={() => {
          hovered.value = null;
        }}
        onDblClick={zoomToPicked}
        onKeyDown={onKey}
        onFocus={() => {
          focused.value = true;
        }}
        onBlur={() => {
          focused.value = false;
        }}
      />
      {hovered.value && spans && (
        <div class="nbb-tip nbb-pf-tip" style={tipPlace(hovered.value)}>
          <strong>{oneLine(labelOf({ spans, trace }, hovered.value.at))}</strong>
          <span>{formatTime(spans.duration[hovered.value.at]!)}</span>
        </div>
      )}
    </div>
  );
}

interface Press {
  x: number;
  y: number;
  selecting: boolean;
  begin: number;
  end: number;
  scroll: number;
  moved: boolean;
}

function placeOf(event: MouseEvent, element: HTMLElement): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function tipPlace({ x, y }: { x: number; y: number }): Record<string, string> {
  const place: Record<string, string> = { top: `${y + 14}px` };
  if (x + 360 > innerWidth) place.right = `${innerWidth - x + 10}px`;
  else place.left = `${x + 12}px`;
  return place;
}

function draw(element: HTMLCanvasElement | null, picture: Picture | null): void {
  const context = element?.getContext("2d");
  if (!element || !context || !picture) return;
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [across, down] = [Math.round(picture.width * ratio), Math.round(picture.height * ratio)];
  if (element.width !== across || element.height !== down) {
    element.width = across;
    element.height = down;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const begun = performance.now();
  const drawn = paint(context, picture);
  // Tests read these: what is on screen, and what it took.
  element.dataset.drawn = String(drawn);
  element.dataset.ms = (performance.now() - begun).toFixed(1);
  element.dataset.window = `${picture.window.begin} ${picture.window.end}`;
}
