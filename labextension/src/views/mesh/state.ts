// What a person set of the meshes: what is drawn, its colours, and the one camera before them.
import { type Signal, signal } from "@preact/signals";
import { axesOf, type Box, type Camera, fitted, middle, type Vector } from "../../draw/camera.ts";
import type { ViewContext } from "../../shell/context.ts";
import type { Series } from "../../stepped/series.ts";
import { type At, SteppedState } from "../../stepped/state.ts";
import { parseStep } from "../../stepped/steps.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import type { Coloring } from "./colors.ts";
import { Details } from "./detail.ts";
import type { Shape } from "./shape.ts";

export type ShowAs = "surface" | "wireframe" | "both" | "points";
export type ProjectionName = "scene" | "perspective" | "orthographic";

/** How long nothing must move before all is drawn finely. */
const REST_MS = 160;
const DEGREE = Math.PI / 180;
/** Of the camera, where the scene says nothing. */
const FIELD_OF_VIEW = 75;

export class MeshState extends SteppedState<Shape> {
  readonly showAs: Signal<ShowAs>;
  readonly coloring: Signal<Coloring>;
  readonly pin: Signal<string | null>;
  readonly pointSize: Signal<number>;
  readonly axes: Signal<boolean>;
  readonly projection: Signal<ProjectionName>;
  readonly up: Signal<"y" | "z">;
  readonly azimuth: Signal<number>;
  readonly elevation: Signal<number>;
  readonly zoom: Signal<number>;
  readonly center: Signal<[number, number, number]>;
  /** Whether something moves: then less is drawn, quickly. */
  readonly moving: Signal<boolean> = signal(false);
  /** What is under the pointer, and on which card. */
  readonly probe: Signal<{ key: string; text: string } | null> = signal(null);
  /** What is seen as a whole, by tag: it grows with what is loaded, until somebody moved. */
  private readonly boxes: Signal<ReadonlyMap<string, Box>> = signal(new Map());
  /** What came later of large meshes. */
  readonly details: Details;
  private touched = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: ViewContext, store: SteppedStore<Shape>) {
    super(ctx, store);
    this.details = new Details(ctx);
    this.showAs = ctx.option("show_as");
    this.coloring = ctx.option("coloring");
    this.pin = ctx.option("pin");
    this.pointSize = ctx.option("point_size");
    this.axes = ctx.option("axes");
    this.projection = ctx.option("projection");
    this.up = ctx.option("up");
    this.azimuth = ctx.option("azimuth");
    this.elevation = ctx.option("elevation");
    this.zoom = ctx.option("zoom");
    this.center = ctx.option("center");
    store.series.subscribe(() => this.grow());
    this.playing.subscribe((playing) => {
      this.touched ||= playing;
    });
    this.step.subscribe(() => this.move());
  }

  // ---------------------------------------------------------------- what is measured from

  /** The point of a series that distances are measured from. */
  pinned(series: Series): At {
    const pin = parseStep(this.pin.value);
    return this.atStep(series, pin ?? series.step[series.order[0] ?? -1] ?? null);
  }

  override needed(): At[] {
    if (this.coloring.value !== "distance") return [];
    return this.shown.value.map((series) => this.pinned(series));
  }

  // ---------------------------------------------------------------- the camera

  /** What is seen as a whole of the meshes of a tag, in all runs and steps. */
  boxOf(tag: string): Box | null {
    return this.boxes.value.get(tag) ?? null;
  }

  /** Take up the boxes of the last steps that are known, once of each series. */
  private grow(): void {
    for (const { tag, last } of this.store.series.peek().values()) {
      const { low, high } = (last ?? {}) as { low?: Vector | null; high?: Vector | null };
      if (low && high) this.include(tag, { low, high });
    }
  }

  /** Take up what a mesh fills, unless the person has looked around already. */
  include(tag: string, box: Box | null): void {
    const before = this.boxes.peek().get(tag);
    if (!box || (before && this.touched)) return;
    const low = box.low.map((value, i) => Math.min(value, before?.low[i] ?? value));
    const high = box.high.map((value, i) => Math.max(value, before?.high[i] ?? value));
    if (before && !differs(before.low, low) && !differs(before.high, high)) return;
    const joined = { low, high } as unknown as Box;
    this.boxes.value = new Map(this.boxes.peek()).set(tag, joined);
  }

  /** The camera before a mesh, on a canvas of a size. */
  camera(box: Box, sceneFov: number, width: number, height: number): Camera {
    const base = this.base(box, sceneFov, width, height);
    const unit = diagonal(box);
    const [x, y, z] = this.center.value;
    const [a, b, c] = base.target;
    const target: Vector = [a + x * unit, b + y * unit, c + z * unit];
    return { ...base, target, extent: base.extent / this.zoom.value };
  }

  /** The camera that sees the whole box. */
  private base(box: Box, sceneFov: number, width: number, height: number): Camera {
    const name = this.projection.value;
    const seen =
      name === "scene" ? sceneFov : name === "orthographic" ? 0 : sceneFov || FIELD_OF_VIEW;
    const camera: Camera = {
      target: [0, 0, 0],
      azimuth: this.azimuth.value * DEGREE,
      elevation: this.elevation.value * DEGREE,
      extent: 1,
      fov: seen * DEGREE,
      up: this.up.value,
    };
    return fitted(camera, box, width, height);
  }

  /** Look as a camera does that was made from `camera()` by a gesture. */
  look(camera: Camera, box: Box, sceneFov: number, width: number, height: number): void {
    const whole = this.base(box, sceneFov, width, height);
    const unit = diagonal(box);
    const from = middle(box);
    this.touched = true;
    this.move();
    set(this.azimuth, camera.azimuth / DEGREE);
    set(this.elevation, camera.elevation / DEGREE);
    set(this.zoom, Math.min(1e6, Math.max(1e-6, whole.extent / camera.extent)));
    const center = camera.target.map((value, i) => (value - from[i]!) / unit);
    if (differs(center, this.center.peek())) {
      this.center.value = center as [number, number, number];
    }
  }

  /** Look beside what is looked at: so many diagonals of the box to the right, and up. */
  pan(right: number, above: number): void {
    const [x, y] = axesOf({
      azimuth: this.azimuth.peek() * DEGREE,
      elevation: this.elevation.peek() * DEGREE,
      up: this.up.peek(),
    });
    const by = 1 / this.zoom.peek();
    this.touched = true;
    this.move();
    this.center.value = this.center
      .peek()
      .map((value, i) => value + (x[i]! * right + y[i]! * above) * by) as [number, number, number];
  }

  /** Note that something moves, for a moment. */
  move(): void {
    this.moving.value = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moving.value = false;
    }, REST_MS);
  }

  /** The camera as it was at first, before all that is loaded by now. */
  override reset(): void {
    this.touched = false;
    this.grow();
    this.move();
    for (const name of ["azimuth", "elevation", "zoom", "center"] as const) {
      (this[name] as Signal<unknown>).value = this.ctx.about(name).default;
    }
  }

  turned(): boolean {
    return (["azimuth", "elevation", "zoom", "center"] as const).some(
      (name) => String(this[name].value) !== String(this.ctx.about(name).default),
    );
  }
}

function set(target: Signal<number>, value: number): void {
  if (Math.abs(target.peek() - value) > 1e-9) target.value = value;
}

function differs(a: readonly number[], b: readonly number[]): boolean {
  return a.some((value, i) => Math.abs(value - b[i]!) > 1e-9 * Math.max(1, Math.abs(value)));
}

/** The length of a box from corner to corner; what a camera of a single point sees, for none. */
export function diagonal({ low, high }: Box): number {
  const sides = [0, 1, 2].map((i) => high[i]! - low[i]!);
  const greatest = Math.max(...sides);
  if (!(greatest > 0)) return Math.max(Math.abs(low[0]), 1);
  return greatest * Math.hypot(...sides.map((side) => side / greatest));
}
