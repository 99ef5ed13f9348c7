// What the projector shows: embeddings, clouds that came, options, what is picked and selected.
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Content } from "../../shell/wire.ts";
import {
  type Cloud,
  cloudKey,
  type Column,
  columnOf,
  type Dimensions,
  type Embedding,
  type Facts,
  keyOfCloud,
  type Metric,
  rangesOf,
  textAt,
} from "./model.ts";
import { Finder } from "./finder.ts";
import { Pane } from "./pane.ts";
import { Reducer } from "./reducer.ts";

export type Tool = "move" | "box" | "lasso";

export class ProjectorStore {
  readonly ctx: ViewContext;
  readonly embeddings: Signal<Embedding[]> = signal([]);
  readonly reading: Signal<boolean> = signal(true);
  /** The packages of the kernel that arrange points, by method. */
  readonly engines: Signal<Record<string, string>> = signal({});
  private readonly clouds = new Map<string, Cloud>();
  private readonly known = new Map<string, Facts>();
  private readonly asked = new Set<string>();
  /** Counts what came: computed values that look into the maps follow it. */
  private readonly came = signal(0);

  readonly run: Signal<string>;
  readonly tag: Signal<string>;
  readonly step: Signal<string | null>;
  readonly beside: Signal<string[]>;
  readonly method: Signal<string>;
  readonly dimensions: Signal<Dimensions>;
  readonly sphereize: Signal<boolean>;
  readonly align: Signal<boolean>;
  readonly color: Signal<string | null>;
  readonly scale: Signal<string>;
  readonly label: Signal<string | null>;
  readonly marks: Signal<string>;
  readonly contours: Signal<boolean>;
  readonly search: Signal<string>;
  readonly metric: Signal<Metric>;
  readonly neighbors: Signal<number>;

  readonly tool: Signal<Tool> = signal("move");
  readonly table: Signal<boolean> = signal(false);
  readonly playing: Signal<boolean> = signal(false);
  readonly first: Pane;
  readonly second: Pane;
  readonly panes: ReadonlySignal<Pane[]>;
  readonly reducer: Reducer;
  readonly finder: Finder;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.run = ctx.option("run");
    this.tag = ctx.option("tag");
    this.step = ctx.option("step");
    this.beside = ctx.option("beside");
    this.method = ctx.option("method");
    this.dimensions = ctx.option("dimensions");
    this.sphereize = ctx.option("sphereize");
    this.align = ctx.option("align");
    this.color = ctx.option("color");
    this.scale = ctx.option("scale");
    this.label = ctx.option("label");
    this.marks = ctx.option("marks");
    this.contours = ctx.option("contours");
    this.search = ctx.option("search");
    this.metric = ctx.option("metric");
    this.neighbors = ctx.option("neighbors");
    this.take(ctx.payload);
    const fits = ({ run, tag }: Embedding): boolean =>
      (!this.run.value || run === this.run.value) && (!this.tag.value || tag === this.tag.value);
    const shown = computed(() => this.embeddings.value.find(fits) ?? null);
    const beside = computed(() => {
      const [run, tag] = this.beside.value;
      return this.embeddings.value.find((one) => one.run === run && one.tag === tag) ?? null;
    });
    this.first = new Pane(this, shown);
    this.second = new Pane(this, beside);
    this.panes = computed(() => (beside.value ? [this.first, this.second] : [this.first]));
    this.reducer = new Reducer(this);
    this.finder = new Finder(this);
    this.takeLayout(ctx.payload);
    ctx.onNews((news) => {
      this.take(news);
      this.takeLayout(news);
    });
    effect(() => {
      this.metric.value;
      this.neighbors.value;
      for (const pane of [this.first, this.second]) {
        pane.cloud.value;
        this.look(pane, pane.picked.value);
      }
    });
  }

  private take(content: Content): void {
    for (const facts of content.facts ?? [])
      this.known.set(facts.id, { ...facts, columns: facts.columns.map(columnOf) });
    for (const cloud of (content.clouds ?? []) as Cloud[]) {
      this.clouds.set(keyOfCloud(cloud), cloud);
      this.asked.delete(keyOfCloud(cloud));
    }
    if (content.embeddings) {
      this.asked.clear();
      this.embeddings.value = content.embeddings as Embedding[];
    }
    if (content.engines) this.engines.value = content.engines as Record<string, string>;
    if (content.reading !== undefined) this.reading.value = !!content.reading;
    this.came.value++;
  }

  /** What t-SNE or UMAP found in the kernel, or before the page was saved. */
  private takeLayout({ layout }: Content): void {
    if (!layout) return;
    if (layout.failure) {
      this.reducer.ended(String(layout.failure));
      return;
    }
    const pane = [this.second, this.first].find(
      (one) => one.cloud.peek()?.version === layout.version,
    );
    if (!pane) return;
    if (layout.done) this.reducer.ended();
    const isFirst = pane.layout.peek()?.method !== layout.method;
    if (isFirst || layout.done) pane.camera.value = null;
    pane.layout.value = {
      method: layout.method,
      version: layout.version,
      dimensions: layout.dimensions,
      among: layout.among ? Uint32Array.from(layout.among as number[]) : null,
      positions: Float32Array.from(layout.places as number[]),
      iteration: layout.iteration,
      total: layout.total,
      done: layout.done !== false,
    };
  }

  /** The cloud of a step, if it is here and its files are the same. */
  cloudOf({ run, tag, steps, versions }: Embedding, index: number): Cloud | undefined {
    this.came.value;
    const key = cloudKey(run, tag, steps[index]!, this.sphereize.value, this.align.value);
    const cloud = this.clouds.get(key);
    return cloud && (cloud.refusal || cloud.version === versions[index]) ? cloud : undefined;
  }

  factsOf(cloud: Cloud | null): Facts | null {
    this.came.value;
    return cloud ? (this.known.get(cloud.facts) ?? null) : null;
  }

  askCloud({ run, tag, steps }: Embedding, index: number): void {
    const step = steps[index]!;
    const sphereize = this.sphereize.value;
    const key = cloudKey(run, tag, step, sphereize, this.align.value);
    // What is shown first comes by itself.
    if (this.reading.value || this.asked.has(key) || this.isSaved) return;
    this.asked.add(key);
    this.ctx.request("cloud", { run, tag, step, sphereize }).then(
      (content) => this.take(content),
      () => this.asked.delete(key),
    );
  }

  /** Ask for a column that was too large to come by itself. */
  askColumn(pane: Pane, facts: Facts, column: Column): void {
    const cloud = pane.cloud.peek();
    const key = JSON.stringify([facts.id, column.name]);
    if (!cloud || this.asked.has(key) || this.isSaved) return;
    this.asked.add(key);
    const { run, tag, step } = cloud;
    this.ctx.request("column", { run, tag, step, name: column.name }).then(
      ({ column: whole }) => {
        const columns = facts.columns.map((one) =>
          one.name === column.name ? columnOf(whole) : one,
        );
        this.known.set(facts.id, { ...facts, columns });
        this.came.value++;
      },
      () => undefined,
    );
  }

  get isSaved(): boolean {
    return !!this.ctx.model.get("saved");
  }

  /** Go to a step, by its place. */
  setIndex(index: number): void {
    const steps = this.first.embedding.peek()?.steps ?? [];
    const at = Math.max(0, Math.min(steps.length - 1, index));
    this.step.value = at === steps.length - 1 ? null : (steps[at] ?? null);
  }

  /** List the neighbours of a point; -1 for none. */
  pick(pane: Pane, row: number): void {
    pane.picked.value = row;
    if (row < 0) return;
    this.select(pane, Uint32Array.of(row));
  }

  private look(pane: Pane, row: number): void {
    const cloud = pane.cloud.peek();
    if (row < 0 || !cloud) {
      pane.near.value = null;
      return;
    }
    const here = pane.nearHere(row);
    if (here || this.isSaved) {
      pane.near.value = here;
      return;
    }
    const { run, tag, step } = cloud;
    const [metric, count] = [this.metric.peek(), this.neighbors.peek()];
    pane.near.value = null;
    this.ctx.request("neighbors", { run, tag, step, metric, count, of: [row] }).then(
      (answer) => {
        if (pane.picked.peek() !== row || pane.cloud.peek() !== cloud) return;
        const rows = Array.from(answer.rows as Uint32Array);
        const far = Array.from(answer.far as Float32Array);
        pane.near.value = { rows, far };
      },
      () => undefined,
    );
  }

  /** Select points; those of the other pane that belong to them are marked there. */
  select(pane: Pane, rows: Uint32Array): void {
    const chosen = rows.length ? rows : null;
    pane.selected.value = chosen;
    if (rows.length !== 1) pane.picked.value = -1;
    const other = pane === this.first ? this.second : this.first;
    other.selected.value = chosen && other.facts.peek() ? counterparts(pane, other, rows) : null;
    if (rows.length !== 1) other.picked.value = -1;
    const own = pane === this.first ? rows : (this.first.selected.peek() ?? rows.subarray(0, 0));
    this.ctx.select(own.length ? { ranges: rangesOf(own) } : {});
  }

  clear(): void {
    for (const pane of [this.first, this.second]) {
      pane.picked.value = -1;
      pane.selected.value = null;
    }
    this.ctx.select({});
  }
}

/** The points of another embedding that belong to some of one: by row, or by name. */
function counterparts(pane: Pane, other: Pane, rows: Uint32Array): Uint32Array {
  const [own, theirs] = [pane.facts.peek()!, other.facts.peek()!];
  if (own.count === theirs.count) return rows;
  const [from, to] = [own.columns[0], theirs.columns[0]];
  if (!from || !to) return new Uint32Array(0);
  const wanted = new Set(Array.from(rows, (row) => textAt(from, row)));
  const found: number[] = [];
  for (let row = 0; row < theirs.count; row++) if (wanted.has(textAt(to, row))) found.push(row);
  return Uint32Array.from(found);
}
