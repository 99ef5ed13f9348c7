// TensorBoard's 30 bins: as `buildNormalizedHistograms` of its histogram_util.ts, and as
// `rebinned` in nbboard/views/histograms/tensorboard.py (tests/vectors/histogram_bins.json).
import type { Histogram } from "./histogram.ts";

export const BINS = 30;

/** What bins span, and how wide each is; null if there is no bucket. */
export interface Span {
  low: number;
  width: number;
}

export function spanOf(histograms: readonly Histogram[], bins = BINS): Span | null {
  let low: number | null = null;
  let high: number | null = null;
  for (const { left, right, count } of histograms) {
    const last = count.length - 1;
    if (last < 0) continue;
    // There a bucket is a left edge and a width.
    const end = left[last]! + (right[last]! - left[last]!);
    if (low === null || left[0]! < low) low = left[0]!;
    if (high === null || end > high) high = end;
  }
  if (low === null || high === null) return null;
  if (low === high) {
    high = high * 1.1 + 1;
    low = low / 1.1 - 1;
  }
  return { low, width: (high - low) / bins };
}

/** A histogram over equal bins: its counts are split by overlap. */
export function intoBins(histogram: Histogram, span: Span | null, bins = BINS): Histogram {
  return split(histogram, span ?? { low: 0, width: 0 }, span ? bins : 0);
}

/** Histograms over the bins that span all of them. */
export function rebinned(histograms: readonly Histogram[], bins = BINS): Histogram[] {
  const span = spanOf(histograms, bins);
  return histograms.map((one) => intoBins(one, span, bins));
}

const known = new WeakMap<Span, { edges: Float64Array; ends: Float64Array }>();

/** Where bins begin and end: the same arrays for all histograms over them. */
function edgesOf(span: Span, bins: number): { edges: Float64Array; ends: Float64Array } {
  let found = known.get(span);
  if (!found || found.edges.length !== bins) {
    const edges = Float64Array.from({ length: bins }, (_, i) => span.low + i * span.width);
    found = { edges, ends: edges.map((edge) => edge + span.width) };
    known.set(span, found);
  }
  return found;
}

function split({ left, right, count }: Histogram, span: Span, bins: number): Histogram {
  const { edges, ends } = edgesOf(span, bins);
  const held = new Float64Array(bins);
  let at = 0;
  let carried = 0;
  for (let bin = 0; bin < bins; bin++) {
    const [low, high, last] = [edges[bin]!, ends[bin]!, bin === bins - 1];
    held[bin] = carried;
    carried = 0;
    while (at < count.length) {
      const width = right[at]! - left[at]!;
      const end = left[at]! + width;
      if (left[at]! <= high && end >= low) {
        if (width !== 0) {
          held[bin]! += (count[at]! * (Math.min(end, high) - Math.max(left[at]!, low))) / width;
        } else if (!last && end >= high) {
          carried += count[at]!; // on an inner edge: it belongs to the right
        } else {
          held[bin]! += count[at]!;
        }
      }
      if (end > high) break; // it may have a part in the next bin, too
      at++;
    }
  }
  return { left: edges, right: ends, count: held };
}
