// The scores of all steps: a few numbers a point, which the kernel sends ahead of the curves.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Content } from "../../shell/wire.ts";
import type { Series } from "../../stepped/series.ts";
import { pointName, type SteppedStore } from "../../stepped/store.ts";
import { type Curve, SCORES, type Scores, type Trace } from "./curve.ts";

export type ScoreName = "average_precision" | "roc_auc" | "best_f1";

/** A series' number and a place in it, as one number. */
const SERIES = 2 ** 32;

export class ScoreBook {
  private readonly known = new Map<number, Scores>();
  private readonly arrivals: Signal<number> = signal(0);
  private readonly store: SteppedStore<Curve>;

  constructor(ctx: ViewContext, store: SteppedStore<Curve>) {
    this.store = store;
    this.take(ctx.payload);
    ctx.onNews((news) => this.take(news));
  }

  /** A score over the steps of a series, in order; only the steps whose scores are here. */
  over(series: Series, name: ScoreName): Trace {
    this.arrivals.value;
    this.store.arrivals.value;
    const x: number[] = [];
    const y: number[] = [];
    for (const position of series.order) {
      const scores = this.of(series, position);
      if (!scores) continue;
      x.push(Number(series.step[position]));
      y.push(scores[name]);
    }
    return { x: Float64Array.from(x), y: Float64Array.from(y) };
  }

  private of(series: Series, position: number): Scores | undefined {
    const known = this.known.get(pointName(series, position));
    return known ?? this.store.peek(series, position)?.items[0]?.scores;
  }

  private take(content: Content): void {
    if (content.removed?.length) {
      const gone = new Set<number>(content.removed);
      for (const point of this.known.keys()) {
        if (gone.has(Math.floor(point / SERIES))) this.known.delete(point);
      }
    }
    const columns = content.scores;
    if (!columns) return;
    for (let row = 0; row < columns.id.length; row++) {
      const scores = Object.fromEntries(SCORES.map((name) => [name, columns[name][row]]));
      this.known.set(columns.id[row] * SERIES + columns.place[row], scores as unknown as Scores);
    }
    this.arrivals.value++;
  }
}
