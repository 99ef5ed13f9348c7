// What a person has set: options (traits), zoom with its history, cursor, selection.
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import { entryOf } from "../shell/names.ts";
import { compileFilter, type Filter } from "../shell/regex.ts";
import type { Restarts } from "../shell/restarts.tsx";
import type { Extent, ScaleName } from "./extent.ts";
import type { Band, Center } from "./groups.ts";
import type { LineOptions } from "./lines.ts";
import type { Method } from "./smoothing.ts";

export type TooltipSort =
  | "default"
  | "alphabetical"
  | "ascending"
  | "descending"
  | "nearest"
  | "nearest_y";

export type CardSize = "small" | "medium" | "large";

export interface Cursor {
  /** Where the pointer is, in units of x. */
  x: number;
  /** The card that the pointer is on. */
  tag: string;
}

export interface Zoom {
  x: Extent | null;
  y: Extent | null;
}

interface Moment {
  xRange: Extent | null;
  cards: Record<string, Zoom>;
}

const NO_ZOOM: Zoom = { x: null, y: null };
const MOST_UNDO = 50;

export class ScalarState {
  readonly smoothing: Signal<number>;
  readonly method: Signal<Method>;
  readonly x: Signal<string>;
  readonly xScale: Signal<ScaleName>;
  readonly yScale: Signal<ScaleName>;
  readonly ignoreOutliers: Signal<boolean>;
  readonly restarts: Signal<Restarts>;
  readonly tagFilter: Signal<string>;
  readonly pinned: Signal<string[]>;
  readonly cardSize: Signal<CardSize>;
  readonly tooltipSort: Signal<TooltipSort>;
  readonly linkZoom: Signal<boolean>;
  readonly xRange: Signal<Extent | null>;
  /** `[]`, `[step]` or `[from, to]`. */
  readonly selection: Signal<number[]>;
  readonly center: Signal<Center>;
  readonly band: Signal<Band>;
  readonly rightAxis: Signal<Record<string, string>>;
  readonly height: Signal<number>;
  readonly cursor: Signal<Cursor | null> = signal(null);
  /** The card drawn at full width. */
  readonly expanded: Signal<string | null> = signal(null);
  /** Cards whose y scale differs from the common one. */
  readonly ownScale: Signal<Record<string, ScaleName>>;
  readonly foldedGroups: Signal<string[]> = signal([]);
  readonly filter: ReadonlySignal<Filter>;
  readonly lineOptions: ReadonlySignal<LineOptions>;
  private readonly cards: Signal<Record<string, Zoom>>;
  private readonly history: Moment[] = [];
  private zooming = false;

  constructor(ctx: ViewContext) {
    this.smoothing = ctx.option("smoothing");
    this.method = ctx.option<Method>("smoothing_method");
    this.x = ctx.option("x");
    this.xScale = ctx.option<ScaleName>("x_scale");
    this.yScale = ctx.option<ScaleName>("y_scale");
    this.ignoreOutliers = ctx.option("ignore_outliers");
    this.restarts = ctx.option<Restarts>("restarts");
    this.tagFilter = ctx.option("tag_filter");
    this.pinned = ctx.option<string[]>("pinned");
    this.cardSize = ctx.option<CardSize>("card_size");
    this.tooltipSort = ctx.option<TooltipSort>("tooltip_sort");
    this.linkZoom = ctx.option("link_zoom");
    this.xRange = ctx.option<Extent | null>("x_range");
    this.selection = ctx.option<number[]>("step_selection");
    this.center = ctx.option<Center>("center");
    this.band = ctx.option<Band>("band");
    this.rightAxis = ctx.option<Record<string, string>>("right_axis");
    this.cards = ctx.option<Record<string, Zoom>>("zooms");
    this.ownScale = ctx.option<Record<string, ScaleName>>("y_scales");
    this.height = ctx.option("height");
    // A range set from elsewhere (Python) begins a new history.
    effect(() => {
      this.xRange.value;
      if (!this.zooming) this.history.length = 0;
    });
    this.filter = computed(() => compileFilter(this.tagFilter.value));
    this.lineOptions = computed(() => ({
      x: this.x.value,
      restarts: this.restarts.value,
      method: this.method.value,
      weight: this.smoothing.value,
      center: this.center.value,
      band: this.band.value,
    }));
  }

  /** What a card is zoomed into. */
  zoomOf(tag: string): Zoom {
    const own = { ...NO_ZOOM, ...entryOf(this.cards.value, tag) };
    return this.linkZoom.value ? { x: this.xRange.value, y: own.y } : own;
  }

  isZoomed(tag: string): boolean {
    const zoom = this.zoomOf(tag);
    return zoom.x !== null || zoom.y !== null;
  }

  /** Zoom a card, and all along x where they are linked; `undo` leads back. */
  zoom(tag: string, change: Partial<Zoom>, remember = true): void {
    if (remember) this.remember();
    this.change(() => {
      const own = { ...NO_ZOOM, ...entryOf(this.cards.value, tag), ...change };
      const { [tag]: _, ...rest } = this.cards.value;
      this.cards.value = own.x || own.y ? { ...rest, [tag]: own } : rest;
      if (change.x !== undefined && this.linkZoom.value) this.xRange.value = change.x;
    });
  }

  resetZoom(tag: string): void {
    if (this.isZoomed(tag)) this.zoom(tag, NO_ZOOM);
  }

  /** Take the last zoom back; false if there is none. */
  undo(): boolean {
    const before = this.history.pop();
    if (!before) return false;
    this.change(() => {
      this.xRange.value = before.xRange;
      this.cards.value = before.cards;
    });
    return true;
  }

  /** Another x axis has other units: no zoom and no selection can be kept. */
  setX(x: string): void {
    batch(() => {
      this.history.length = 0;
      this.x.value = x;
      this.xRange.value = null;
      this.cards.value = {};
      this.selection.value = [];
      this.cursor.value = null;
    });
  }

  yScaleOf(tag: string): ScaleName {
    return entryOf(this.ownScale.value, tag) ?? this.yScale.value;
  }

  toggleLogY(tag: string): void {
    const next = this.yScaleOf(tag) === "log" ? "linear" : "log";
    this.ownScale.value = { ...this.ownScale.value, [tag]: next };
  }

  togglePin(tag: string): void {
    const pinned = this.pinned.value;
    this.pinned.value = pinned.includes(tag) ? pinned.filter((t) => t !== tag) : [...pinned, tag];
  }

  /** Select a step; with `extend`, the range from the selected one to it. */
  select(x: number, extend: boolean): void {
    const [first] = this.selection.value;
    if (extend && first !== undefined) {
      this.selection.value = [Math.min(first, x), Math.max(first, x)];
    } else this.selection.value = [x];
  }

  /** Change the zoom and keep its history. */
  private change(how: () => void): void {
    this.zooming = true;
    batch(how);
    this.zooming = false;
  }

  private remember(): void {
    this.history.push({ xRange: this.xRange.peek(), cards: this.cards.peek() });
    if (this.history.length > MOST_UNDO) this.history.shift();
  }
}
