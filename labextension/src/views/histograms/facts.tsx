// Below a card: how many values, their mean and spread, how many of them are zero.
import { formatNumber } from "../../draw/format.ts";
import type { Cell } from "./cell.tsx";
import { momentsOf } from "./moments.ts";
import { countText, oddText, shareText, zerosReason } from "./words.ts";

export function HistogramFacts({ item }: Cell) {
  const found = momentsOf(item);
  const { count, mean, std, zeros, zerosExact, odd } = found;
  return (
    <>
      <span title="How many values there were">n {countText(count)}</span>
      {count > 0 && (
        <>
          <span title="Mean, as near as buckets tell">μ {formatNumber(mean, 3)}</span>
          <span title="Standard deviation, as near as buckets tell">σ {formatNumber(std, 3)}</span>
          <span title={zerosReason(found)}>
            zeros {zerosExact ? "" : "≈ "}
            {shareText(zeros)}
          </span>
        </>
      )}
      {odd > 0 && <span class="nbb-odd">{oddText(found)}</span>}
    </>
  );
}
