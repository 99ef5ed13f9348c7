// t-SNE and UMAP in a worker: begun when they are told to, shown as they go, stopped at any time.
import { effect, type Signal, signal } from "@preact/signals";
import { Work } from "../../worker/worker.ts";
import { type Cloud, componentsOf, type Metric, type Near } from "./model.ts";
import type { Layout, Pane } from "./pane.ts";
import source from "./reduce.worker.ts?text";
import type { Frame, ReduceJobs } from "./reduce.worker.ts";
import type { ProjectorStore } from "./store.ts";
import { perplexityFor, seeded } from "./tsne.ts";

/** More points than this are sampled, evenly and the same every time. */
const MOST: Record<string, number> = { tsne: 10_000, umap: 10_000 };
const UMAP_NEIGHBORS = 15;
/** More points than this go to the kernel, where it has a package for it. */
const IN_PAGE = 2000;

export class Reducer {
  readonly running: Signal<boolean> = signal(false);
  readonly failure: Signal<string> = signal("");
  private readonly store: ProjectorStore;
  private readonly work = new Work<ReduceJobs>(source);
  private abort: AbortController | null = null;
  private inKernel = false;

  constructor(store: ProjectorStore) {
    this.store = store;
    effect(() => {
      // Another method, or another embedding: what runs is of no use any more.
      store.method.value;
      store.dimensions.value;
      store.first.embedding.value?.run;
      store.first.embedding.value?.tag;
      this.stop();
    });
  }

  stop(): void {
    this.abort?.abort(new Error("stopped"));
    this.abort = null;
    if (!this.inKernel) return;
    this.store.ctx.request("stop").catch(() => undefined);
    this.ended();
  }

  /** What ran in the kernel has come to its end. */
  ended(failure = ""): void {
    this.inKernel = false;
    this.running.value = false;
    this.failure.value = failure;
  }

  /** Whether the kernel arranges the points of a pane: it can, and there are many. */
  private asksKernel(cloud: Cloud, method: string): boolean {
    const many = cloud.space.length / 3 > IN_PAGE;
    return many && !!this.store.engines.peek()[method] && !this.store.isSaved;
  }

  private async askKernel({ run, tag, step }: Cloud, method: string): Promise<void> {
    this.inKernel = true;
    this.running.value = true;
    this.failure.value = "";
    const dimensions = this.store.dimensions.peek();
    try {
      await this.store.ctx.request("arrange", { run, tag, step, method, dimensions });
    } catch (error) {
      this.ended((error as Error).message);
    }
  }

  /** Place the points of a pane by the method that is chosen. */
  async start(pane: Pane): Promise<void> {
    const cloud = pane.cloud.peek();
    const method = this.store.method.peek();
    if (!cloud || method === "pca") return;
    this.stop();
    if (this.asksKernel(cloud, method)) {
      await this.askKernel(cloud, method);
      return;
    }
    const abort = new AbortController();
    this.abort = abort;
    this.running.value = true;
    this.failure.value = "";
    try {
      await this.run(pane, cloud, method as "tsne" | "umap", abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.failure.value = (error as Error).message;
    } finally {
      const layout = pane.layout.peek();
      if (layout && !layout.done) pane.layout.value = { ...layout, done: true };
      if (this.abort === abort || this.abort === null) {
        this.abort = null;
        this.running.value = false;
        this.tell(pane);
      }
    }
  }

  private async run(
    pane: Pane,
    cloud: Cloud,
    method: "tsne" | "umap",
    signal: AbortSignal,
  ): Promise<void> {
    const dimensions = this.store.dimensions.peek();
    const among = sampleOf(cloud, MOST[method]!);
    const total = among?.length ?? cloud.space.length / 3;
    const perplexity = perplexityFor(total);
    const wanted = method === "tsne" ? 3 * perplexity : UMAP_NEIGHBORS;
    const near = await this.nearOf(cloud, among, Math.min(total - 1, wanted));
    signal.throwIfAborted();
    if (total < 4 || near.count < 1) throw new Error(`${total} points are too few to be arranged`);
    const start = startOf(componentsOf(cloud, dimensions), dimensions, among);
    const show = ({ iteration, total, places }: Frame): void => {
      const layout: Layout = {
        method,
        version: cloud.version,
        dimensions,
        among,
        positions: places,
        iteration,
        total,
        done: iteration >= total,
      };
      const before = pane.layout.peek();
      pane.layout.value = layout;
      // As it grows the picture is kept in sight, until somebody moves it.
      if (before?.method !== method || iteration >= total) pane.camera.value = null;
    };
    const shared = { dimensions, count: near.count, rows: near.rows, far: near.far };
    const input = { ...shared, perplexity, start };
    const options = { signal, onProgress: show };
    const frame =
      method === "tsne"
        ? await this.work.run("tsne", input, options)
        : await this.work.run("umap", shared, options);
    if (frame) show(frame);
  }

  /** The neighbours that the methods begin with: those that are here, or of the kernel. */
  private async nearOf(cloud: Cloud, among: Uint32Array | null, count: number): Promise<Near> {
    const metric: Metric = this.store.metric.peek();
    const here = cloud.neighbors[metric];
    if (here && !among && here.count >= count) return first(here, count);
    if (this.store.isSaved)
      throw new Error("the neighbours of all points are the kernel's to tell");
    const { run, tag, step } = cloud;
    const answer = await this.store.ctx.request("neighbors", {
      run,
      tag,
      step,
      metric,
      count,
      among: among ? Array.from(among) : undefined,
    });
    return answer as unknown as Near;
  }

  /** Tell Python where the points are now, for its table and its figure. */
  private tell(pane: Pane): void {
    const layout = pane.layout.peek();
    if (!layout || this.store.isSaved || pane !== this.store.first) return;
    const { method, version, dimensions, iteration, total } = layout;
    const among = layout.among ? Array.from(layout.among) : null;
    const places = Array.from(layout.positions);
    this.store.ctx
      .request("layout", { method, version, dimensions, among, places, iteration, total })
      .catch(() => undefined);
  }
}

/** The points to be arranged: all that can be placed (null), or some of them. */
function sampleOf({ space }: Cloud, most: number): Uint32Array | null {
  const there: number[] = [];
  for (let i = 0; i < space.length / 3; i++) if (!Number.isNaN(space[3 * i]!)) there.push(i);
  if (there.length === space.length / 3 && there.length <= most) return null;
  const random = seeded(3);
  for (let i = 0; i < Math.min(most, there.length); i++) {
    const j = i + Math.floor(random() * (there.length - i));
    [there[i], there[j]] = [there[j]!, there[i]!];
  }
  return Uint32Array.from(there.slice(0, most)).sort();
}

function startOf(all: Float32Array, dimensions: number, among: Uint32Array | null): Float32Array {
  if (!among) return all.slice();
  const start = new Float32Array(among.length * dimensions);
  among.forEach((row, i) => {
    for (let axis = 0; axis < dimensions; axis++) {
      start[i * dimensions + axis] = all[row * dimensions + axis]!;
    }
  });
  return start;
}

/** The first few neighbours of each point. */
function first({ count, rows, far }: Near, wanted: number): Near {
  if (wanted >= count) return { count, rows, far };
  const points = rows.length / count;
  const few = {
    count: wanted,
    rows: new Uint32Array(points * wanted),
    far: new Float32Array(points * wanted),
  };
  for (let i = 0; i < points; i++) {
    few.rows.set(rows.subarray(i * count, i * count + wanted), i * wanted);
    few.far.set(far.subarray(i * count, i * count + wanted), i * wanted);
  }
  return few;
}
