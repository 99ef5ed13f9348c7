// The canvases of a card: the picture below, the cursor above; drawn at most once a frame.
import { sized } from "../draw/canvas.ts";
import { type Hit, hitsAt } from "./hits.ts";
import type { Line } from "./lines.ts";
import { type Layout, layoutScene, paintScene, type Scene } from "./plot.ts";

export interface Pointer {
  /** In pixels of the card. */
  from: { x: number; y: number };
  to: { x: number; y: number };
  /** Whether y is zoomed, too. */
  both: boolean;
}

/** Pixels that a hand may be off. */
const AIM = 4;
const FRAME_MS = 22;
/** As long while there are charts without a picture: nobody can be in the middle of a gesture. */
const FIRST_FRAME_MS = 120;

/** Charts that wait to be drawn: as many a frame as fit, so that the page stays responsive. */
class DrawQueue {
  private readonly waiting = new Set<Chart>();
  private frame = 0;

  add(chart: Chart): void {
    this.waiting.add(chart);
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.run());
  }

  delete(chart: Chart): void {
    this.waiting.delete(chart);
  }

  private run(): void {
    this.frame = 0;
    const start = performance.now();
    for (const chart of this.waiting) {
      this.waiting.delete(chart);
      const limit = chart.layout ? FRAME_MS : FIRST_FRAME_MS;
      chart.draw();
      if (performance.now() > start + limit) break;
    }
    if (this.waiting.size) this.frame = requestAnimationFrame(() => this.run());
  }
}

const queue = new DrawQueue();

export class Chart {
  layout: Layout | null = null;
  private scene: Scene | null = null;
  private cursor: number | null = null;
  private drag: Pointer | null = null;
  private readonly picture: HTMLCanvasElement;
  private readonly overlay: HTMLCanvasElement;
  private stale = false;

  constructor(host: HTMLElement) {
    this.picture = host.appendChild(document.createElement("canvas"));
    this.overlay = host.appendChild(document.createElement("canvas"));
    for (const canvas of [this.picture, this.overlay]) canvas.setAttribute("aria-hidden", "true");
  }

  /** Draw this, in the next frame. */
  show(scene: Scene): void {
    this.scene = scene;
    this.stale = true;
    this.schedule();
  }

  /** Put the cursor at an x, or take it away. */
  setCursor(x: number | null): void {
    if (x === this.cursor) return;
    this.cursor = x;
    this.schedule();
  }

  /** Show what a drag would zoom into. */
  setDrag(drag: Pointer | null): void {
    this.drag = drag;
    this.schedule();
  }

  destroy(): void {
    queue.delete(this);
    this.picture.remove();
    this.overlay.remove();
  }

  get lines(): readonly Line[] {
    return this.scene?.lines ?? [];
  }

  get current(): Scene | null {
    return this.scene;
  }

  private schedule(): void {
    queue.add(this);
  }

  /** Only `queue` calls this. */
  draw(): void {
    const scene = this.scene;
    if (!scene || scene.width < 20) return;
    if (this.stale) {
      this.stale = false;
      this.layout = layoutScene(scene);
      paintScene(sized(this.picture, scene.width, scene.height), scene, this.layout);
      this.picture.dataset.drawn = String(Number(this.picture.dataset.drawn ?? 0) + 1);
    }
    this.drawOverlay(scene, this.layout!);
  }

  private drawOverlay(scene: Scene, layout: Layout): void {
    const s = sized(this.overlay, scene.width, scene.height);
    const { box } = layout;
    if (this.drag) {
      const { from, to, both } = this.drag;
      const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
      const [top, bottom] = both
        ? [Math.min(from.y, to.y), Math.max(from.y, to.y)]
        : [box.top, box.bottom];
      s.fillStyle = scene.colors.accent;
      s.globalAlpha = 0.15;
      s.fillRect(left, top, right - left, bottom - top);
      s.globalAlpha = 1;
      return;
    }
    if (this.cursor === null) return;
    const x = layout.x(this.cursor);
    if (!(x >= box.left - 1 && x <= box.right + 1)) return;
    s.strokeStyle = scene.colors.faint;
    s.lineWidth = 1;
    s.beginPath();
    s.moveTo(Math.round(x) + 0.5, box.top - 4);
    s.lineTo(Math.round(x) + 0.5, box.bottom);
    s.stroke();
    if (scene.lines.length > 60) return;
    for (const { line, at, alive } of this.hits(this.cursor)) {
      if (alive) this.dot(s, line, at, layout, scene);
    }
  }

  private dot(
    s: CanvasRenderingContext2D,
    line: Line,
    at: number,
    layout: Layout,
    scene: Scene,
  ): void {
    if (line.faded) return;
    const x = layout.x(line.x[at]!);
    const y = (line.right ? (layout.right ?? layout.y) : layout.y)(line.smooth[at]!);
    const { box } = layout;
    if (!(y >= box.top - 4 && y <= box.bottom + 4 && x >= box.left - 2 && x <= box.right + 2))
      return;
    s.beginPath();
    s.arc(x, y, 3, 0, 7);
    s.fillStyle = line.color;
    s.fill();
    s.lineWidth = 1.5;
    s.strokeStyle = scene.colors.background;
    s.stroke();
  }

  /** What the tooltip lists: of each line its point at or below x. */
  hits(x: number): Hit[] {
    const found = hitsAt(this.lines, x);
    const scale = this.layout?.x;
    // On the first point a hand may be a little before it.
    return found.length || !scale ? found : hitsAt(this.lines, scale.invert(scale(x) + AIM));
  }
}
