// One embedding on screen: which step, where its points are, their colours, what stands out.
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Camera } from "../../draw/camera.ts";
import { EMPHASIS } from "../../draw/cloud.ts";
import { type Coloring, colorColumn, coloringOf } from "./colors.ts";
import {
  type Cloud,
  type Column,
  componentsOf,
  type Dimensions,
  type Embedding,
  type Facts,
  isThere,
  labelColumn,
  type Near,
  textAt,
} from "./model.ts";
import type { Places } from "./places.ts";
import type { ProjectorStore } from "./store.ts";

/** Places that t-SNE or UMAP found. */
export interface Layout {
  method: string;
  version: string;
  dimensions: Dimensions;
  /** Of these points, in this order; of all if null. */
  among: Uint32Array | null;
  positions: Float32Array;
  iteration: number;
  total: number;
  done: boolean;
}

export class Pane {
  readonly store: ProjectorStore;
  /** Which embedding; null while there is none. */
  readonly embedding: ReadonlySignal<Embedding | null>;
  /** Its step, as its place among all. */
  readonly index: ReadonlySignal<number>;
  /** What is shown: of the step, or of the one before until that is there. */
  readonly cloud: ReadonlySignal<Cloud | null>;
  readonly refusal: ReadonlySignal<string>;
  readonly facts: ReadonlySignal<Facts | null>;
  readonly layout: Signal<Layout | null> = signal(null);
  readonly places: ReadonlySignal<Places | null>;
  readonly coloring: ReadonlySignal<Coloring | null>;
  readonly label: ReadonlySignal<Column | null>;
  /** Null until something was drawn: it then sees all points. */
  readonly camera: Signal<Camera | null> = signal(null);
  /** The point whose neighbours are listed; -1 for none. */
  readonly picked: Signal<number> = signal(-1);
  readonly near: Signal<{ rows: number[]; far: number[] } | null> = signal(null);
  /** Rows that were selected here or in the other pane. */
  readonly selected: Signal<Uint32Array | null> = signal(null);
  /** Rows that were looked for and found; null while nothing is looked for. */
  readonly found: Signal<Uint32Array | null> = signal(null);
  readonly emphasis: ReadonlySignal<Uint8Array | null>;
  private last: Cloud | null = null;

  constructor(store: ProjectorStore, embedding: ReadonlySignal<Embedding | null>) {
    this.store = store;
    this.embedding = embedding;
    this.index = computed(() => {
      const steps = embedding.value?.steps ?? [];
      const step = store.step.value;
      if (step === null || !steps.length) return steps.length - 1;
      const wanted = BigInt(step);
      const below = steps.filter((one) => BigInt(one) <= wanted).length;
      return Math.max(0, below - 1);
    });
    const asked = computed(() => {
      const one = embedding.value;
      return one ? store.cloudOf(one, this.index.value) : undefined;
    });
    this.cloud = computed(() => {
      const cloud = asked.value;
      const own = embedding.value;
      if (cloud && !cloud.refusal) this.last = cloud;
      else if (cloud || !own || this.last?.run !== own.run || this.last.tag !== own.tag) {
        this.last = null;
      }
      return this.last;
    });
    this.refusal = computed(() => asked.value?.refusal ?? "");
    this.facts = computed(() => store.factsOf(this.cloud.value));
    this.places = computed(() => this.placed());
    this.label = computed(() => labelColumn(this.facts.value, store.label.value));
    this.coloring = computed(() => {
      const facts = this.facts.value;
      if (!facts) return null;
      const column = colorColumn(facts, store.color.value);
      return coloringOf(facts, column, store.scale.value, store.ctx.theme.value.dark);
    });
    this.emphasis = computed(() => this.standsOut());
    effect(() => {
      const facts = this.facts.value;
      if (!facts) return;
      const wanted = [colorColumn(facts, store.color.value)];
      // Names are many where they are too large to come by themselves: somebody must want them.
      const names = store.marks.value === "labels" || this.picked.value >= 0 || store.label.value;
      if (names) wanted.push(this.label.value);
      if (store.search.value) wanted.push(...facts.columns);
      for (const one of wanted) if (one && !isThere(one)) store.askColumn(this, facts, one);
    });
    effect(() => {
      if (embedding.value && !asked.value) store.askCloud(embedding.value, this.index.value);
    });
    effect(() => {
      // Another picture begins with all points in sight; another step stays as it is.
      store.method.value;
      store.dimensions.value;
      embedding.value?.run;
      embedding.value?.tag;
      this.camera.value = null;
    });
  }

  private placed(): Places | null {
    const cloud = this.cloud.value;
    if (!cloud) return null;
    const dimensions = this.store.dimensions.value;
    const layout = this.layout.value;
    const method = this.store.method.value;
    if (
      method !== "pca" &&
      layout?.method === method &&
      layout.version === cloud.version &&
      layout.dimensions === dimensions
    ) {
      return { positions: spread(layout, cloud.space.length / 3), dimensions };
    }
    return { positions: componentsOf(cloud, dimensions), dimensions };
  }

  private standsOut(): Uint8Array | null {
    const count = this.facts.value?.count ?? 0;
    const [found, selected, picked] = [this.found.value, this.selected.value, this.picked.value];
    const near = this.near.value;
    if (!found && !selected?.length && picked < 0) return null;
    const emphasis = new Uint8Array(count).fill(EMPHASIS.dim);
    for (const row of found ?? []) emphasis[row] = EMPHASIS.none;
    for (const row of selected ?? []) emphasis[row] = found ? EMPHASIS.strong : EMPHASIS.none;
    for (const row of near?.rows ?? []) emphasis[row] = EMPHASIS.none;
    if (picked >= 0 && picked < count) emphasis[picked] = EMPHASIS.strong;
    return emphasis;
  }

  /** What a point is called. */
  nameOf(row: number): string {
    const column = this.label.value ?? this.facts.value?.columns[0];
    const text = column ? textAt(column, row) : "";
    return text || `point ${this.rowOf(row)}`;
  }

  /** Which row of the file a point is. */
  rowOf(row: number): number {
    return this.cloud.value?.rows?.[row] ?? row;
  }

  /** Neighbours that are here, without asking. */
  nearHere(row: number): { rows: number[]; far: number[] } | null {
    const { metric, neighbors } = this.store;
    const all: Near | undefined = this.cloud.value?.neighbors[metric.value];
    if (!all || (all.count < neighbors.value && all.count < (this.facts.value?.count ?? 0) - 1)) {
      return null;
    }
    const at = row * all.count;
    const count = Math.min(all.count, neighbors.value);
    const rows = Array.from(all.rows.subarray(at, at + count));
    const far = Array.from(all.far.subarray(at, at + count));
    return {
      rows: rows.filter((_, i) => !Number.isNaN(far[i])),
      far: far.filter((f) => !Number.isNaN(f)),
    };
  }
}

const spreads = new WeakMap<Float32Array, Float32Array>();

/** The places of all points: NaN for those that were not among the ones placed. */
function spread({ among, positions, dimensions }: Layout, count: number): Float32Array {
  if (!among) return positions;
  let all = spreads.get(positions);
  if (!all) {
    all = new Float32Array(count * dimensions).fill(Number.NaN);
    for (let i = 0; i < among.length; i++) {
      for (let axis = 0; axis < dimensions; axis++) {
        all[among[i]! * dimensions + axis] = positions[i * dimensions + axis]!;
      }
    }
    spreads.set(positions, all);
  }
  return all;
}
