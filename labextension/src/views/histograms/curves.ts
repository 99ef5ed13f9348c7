// Percentiles at every step: the kernel reads them all, and sends as many as a screen can show.
import { type Signal, signal } from "@preact/signals";
import { secondsOf } from "../../draw/dates.ts";
import type { ViewContext } from "../../shell/context.ts";
import type { Content } from "../../shell/wire.ts";
import type { Series } from "../../stepped/series.ts";
import { HEAT_STEPS } from "./columns.ts";
import { BASIS_POINTS } from "./percentiles.ts";

/** The percentiles of one step. */
export interface Band {
  step: bigint;
  /** Seconds since the epoch. */
  wall: number;
  values: ArrayLike<number>;
}

interface Known {
  /** How many points the series had then. */
  length: number;
  bands: Band[];
  complete: boolean;
}

export class Curves {
  /** Counts arrivals, for components to depend on. */
  readonly arrivals: Signal<number> = signal(0);
  private readonly known = new Map<number, Known>();
  private readonly asked = new Set<number>();
  private readonly ctx: ViewContext;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
  }

  /** The bands of a longer series once all are here; null while its columns have to do. */
  of(series: Series): readonly Band[] | null {
    this.arrivals.value;
    if (series.order.length <= HEAT_STEPS) return null;
    const known = this.known.get(series.id);
    // What came since is shown by the columns until it has been read, too.
    return known?.complete && known.length === series.order.length ? known.bands : null;
  }

  /** Have the kernel read all steps of a series, once. */
  want(series: Series): void {
    const { id, order } = series;
    if (order.length <= HEAT_STEPS || this.asked.has(id) || this.ctx.model.get("saved")) return;
    const known = this.known.get(id);
    if (known?.complete && known.length === order.length) return;
    this.asked.add(id);
    void this.read(series).finally(() => this.asked.delete(id));
  }

  private async read(series: Series): Promise<void> {
    const found: Known = { length: series.order.length, bands: [], complete: false };
    try {
      for (let from: number | null = 0; from !== null; ) {
        const answer: Content = await this.ctx.request("percentiles", { series: series.id, from });
        found.bands.push(...bandsOf(series, answer));
        from = answer.next as number | null;
      }
    } catch {
      return; // no kernel: the columns that are here have to do
    }
    found.complete = true;
    this.known.set(series.id, found);
    this.arrivals.value++;
  }
}

function bandsOf({ step, wall }: Series, { position, values }: Content): Band[] {
  const width = BASIS_POINTS.length;
  return Array.from(position as Uint32Array, (at, i) => ({
    step: step[at]!,
    wall: secondsOf(wall[at]!),
    values: values.subarray(i * width, (i + 1) * width),
  }));
}
