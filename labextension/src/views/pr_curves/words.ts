// What scores are called.
import { formatNumber } from "../../draw/format.ts";
import type { Curve } from "./curve.ts";
import type { ScoreName } from "./scores.ts";

export const SCORE_NAMES: Record<ScoreName, string> = {
  average_precision: "average precision",
  roc_auc: "ROC AUC",
  best_f1: "best F1",
};

/** A share from 0 to 1 in three decimals; a dash where there is none. */
export function share(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "–" : value.toFixed(3);
}

/** A count; weighted ones have decimals. */
export function count(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  return Number.isInteger(value) ? value.toLocaleString("en") : formatNumber(value);
}

export function describe({ scores, thresholds }: Curve): string {
  return (
    `average precision ${share(scores.average_precision)}, ROC AUC ${share(scores.roc_auc)}, ` +
    `best F1 ${share(scores.best_f1)} at threshold ${share(scores.best_threshold)}, ` +
    `${thresholds.toLocaleString("en")} thresholds`
  );
}
