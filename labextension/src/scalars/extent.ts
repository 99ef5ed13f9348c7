// Which part of the axes the data need, by TensorBoard's rules.
import { nice } from "d3-array";

export type Extent = [low: number, high: number];
export type ScaleName = "linear" | "log";

const PADDING = 0.05;

/**
 * The extent of what is seen (`line_chart_internal_utils.ts`): all of it, or, where outliers
 * are ignored and there are more than two values, from the 5th to the 95th percentile.
 */
export function visibleExtent(values: Float64Array, ignoreOutliers: boolean): Extent | null {
  if (values.length === 0) return null;
  if (!ignoreOutliers || values.length <= 2) {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high];
  }
  const sorted = values.slice().sort();
  const last = sorted.length - 1;
  return [sorted[Math.ceil(0.05 * last)]!, sorted[Math.floor(0.95 * last)]!];
}

/** The domain of an axis around an extent (`lib/scale.ts`). */
export function niceDomain([low, high]: Extent, scale: ScaleName): Extent {
  if (scale === "log") {
    if (!(low > 0)) return [1e-3, 1];
    return [0.5 * low, 2 * high];
  }
  if (low === high) {
    if (low === 0) return [-1, 1];
    return low > 0 ? [0, 2 * low] : [2 * low, 0];
  }
  const pad = (high - low + Number.EPSILON) * PADDING;
  return nice(low - pad, high + pad, 10) as Extent;
}
