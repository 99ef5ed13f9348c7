// What to ask of the kernel next, so that the slider finds its neighbours loaded.

/** One series on screen: its points in order of step, and where the slider stands in it. */
export interface Wanted {
  /** Index of the series. */
  series: number;
  /** Positions in order of step. */
  order: readonly number[];
  /** Where in `order` the slider is; -1 before the first. */
  here: number;
}

export interface Plan {
  series: number;
  point: number;
}

export interface PlanOptions {
  /** +1 if the person moves to later steps, -1 to earlier ones. */
  direction: 1 | -1;
  /** How many neighbours on each side are worth having. */
  reach: number;
  /** At most so many. */
  limit: number;
  /** Loaded already, asked for already, or known to be impossible. */
  skip: (series: number, point: number) => boolean;
}

/**
 * The points to fetch, most urgent first: what is on screen, then its neighbours ring by
 * ring, the side that the person moves towards before the other.
 */
export function planFetch(wanted: readonly Wanted[], options: PlanOptions): Plan[] {
  const { direction, reach, limit, skip } = options;
  const plan: Plan[] = [];
  const visit = (offset: number): boolean => {
    for (const { series, order, here } of wanted) {
      const at = here + offset;
      if (at < 0 || at >= order.length) continue;
      const point = order[at]!;
      if (skip(series, point)) continue;
      plan.push({ series, point });
      if (plan.length >= limit) return true;
    }
    return false;
  };
  if (visit(0)) return plan;
  for (let ring = 1; ring <= reach; ring++) {
    // Two steps ahead for each one behind: people rarely turn round.
    for (const offset of [2 * ring - 1, 2 * ring, -ring]) {
      if (Math.abs(offset) > reach) continue;
      if (visit(direction * offset)) return plan;
    }
  }
  return plan;
}

/** How many points of the series on screen are loaded: "12 of 40 images loaded". */
export function countLoaded(
  wanted: readonly Wanted[],
  has: (series: number, point: number) => boolean,
): { loaded: number; all: number } {
  let loaded = 0;
  let all = 0;
  for (const { series, order } of wanted) {
    all += order.length;
    for (const point of order) if (has(series, point)) loaded++;
  }
  return { loaded, all };
}

/**
 * The nearest point at or before `here` that is loaded, to stand in (greyed, and labelled
 * with its own step) until the wanted one arrives; -1 if there is none.
 */
export function standIn(wanted: Wanted, has: (series: number, point: number) => boolean): number {
  for (let at = wanted.here; at >= 0; at--) {
    if (has(wanted.series, wanted.order[at]!)) return wanted.order[at]!;
  }
  return -1;
}
