// A small set of trials for the tests of the hparams view.
import {
  mergeTrials,
  NO_TRIALS,
  type PayloadHeader,
  STATISTICS,
  type TrialSet,
} from "../src/hparams/model.ts";

export interface Logged {
  run: string;
  trial: number;
  /** By metric: [step, value] as written. */
  points: [number, number][][];
}

/** Builds a set by way of the payload, computing the statistics from the points. */
export function makeSet(
  trials: string[],
  hparams: PayloadHeader["hparams"],
  metrics: PayloadHeader["metrics"],
  sessions: Logged[],
): TrialSet {
  const stats: Record<string, number[]> = Object.fromEntries(STATISTICS.map((n) => [n, []]));
  const lengths: number[] = [];
  const steps: number[] = [];
  const values: number[] = [];
  metrics.forEach((_, metric) => {
    for (const session of sessions) {
      const points = session.points[metric] ?? [];
      const finite = points.filter(([, value]) => Number.isFinite(value));
      const least = finite.reduce((a, b) => (b[1] < a[1] ? b : a), finite[0] ?? [NaN, NaN]);
      const most = finite.reduce((a, b) => (b[1] > a[1] ? b : a), finite[0] ?? [NaN, NaN]);
      const last = points[points.length - 1] ?? [NaN, NaN];
      stats.count!.push(points.length);
      stats.last!.push(last[1]);
      stats.lastStep!.push(last[0]);
      stats.min!.push(least[1]);
      stats.minStep!.push(least[0]);
      stats.max!.push(most[1]);
      stats.maxStep!.push(most[0]);
      stats.mean!.push(finite.reduce((sum, [, value]) => sum + value, 0) / finite.length);
      lengths.push(points.length);
      for (const [step, value] of points) {
        steps.push(step);
        values.push(value);
      }
    }
  });
  const numbers = [
    ...sessions.map((_, i) => i),
    ...sessions.map((_, i) => i + 10),
    ...STATISTICS.flatMap((name) => stats[name]!),
    ...lengths,
    ...steps,
    ...values,
  ];
  return mergeTrials(
    NO_TRIALS,
    {
      firstTrial: 0,
      trials,
      hparams,
      metrics,
      seats: sessions.map((_, i) => i),
      runs: sessions.map(({ run }) => run),
      trialOf: sessions.map(({ trial }) => trial),
      status: sessions.map(() => "success"),
      curveRuns: { 1: ["elsewhere"] },
      points: steps.length,
    },
    Float64Array.from(numbers),
  );
}
