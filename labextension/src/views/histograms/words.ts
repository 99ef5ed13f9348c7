// Numbers of histograms in words.
import { formatNumber } from "../../draw/format.ts";
import type { Histogram } from "./histogram.ts";
import { type Moments, momentsOf, type Told } from "./moments.ts";

const MINUS = "\u2212";

/** An edge as it was logged, with all of its digits. */
export function exactText(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  let text = String(value);
  if (Math.fround(value) === value) {
    // A float32 has fewer digits than the double that holds it.
    for (let digits = 6; digits <= 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) {
        text = String(short);
        break;
      }
    }
  }
  return text.replaceAll("-", MINUS);
}

/** How many: whole where it is whole, however large. */
export function countText(count: number): string {
  if (!Number.isInteger(count)) return formatNumber(count, 6);
  return Math.abs(count) < 1e21 ? BigInt(count).toLocaleString("en") : formatNumber(count);
}

/** A share in percent: "3.1 %". */
export function shareText(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const percent = 100 * share;
  const text =
    percent > 0 && percent < 0.01 ? "< 0.01" : formatNumber(percent, percent < 10 ? 2 : 3);
  return `${text} %`;
}

/** The share of zeros, which buckets may only tell about. */
export function zerosText({ zeros, zerosExact }: Moments): string {
  return zerosExact || !Number.isFinite(zeros) ? shareText(zeros) : `about ${shareText(zeros)}`;
}

/** How the share of zeros is known. */
export function zerosReason({ zerosExact, zerosMost }: Told): string {
  if (zerosExact) return "The share of values that are 0";
  return (
    "The share of values that are 0, estimated: what the bucket that contains 0 holds beyond the" +
    ` density of those beside it; at most ${shareText(zerosMost)}`
  );
}

/** A histogram for somebody who does not see it. */
export function describe(histogram: Histogram): string {
  const found = momentsOf(histogram);
  if (!found.count) return "no values";
  const odd = found.odd ? `, ${oddText(found)}` : "";
  return (
    `${countText(found.count)} values from ${formatNumber(found.low)} to ${formatNumber(found.high)}` +
    `, mean ${formatNumber(found.mean)}, standard deviation ${formatNumber(found.std)}` +
    `, zeros ${zerosText(found)}${odd}`
  );
}

export function oddText({ odd }: Moments): string {
  return `${odd.toLocaleString("en")} ${odd === 1 ? "bucket is" : "buckets are"} not finite`;
}
