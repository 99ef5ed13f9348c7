// Lines of many points as few strokes: no more than a pixel's column can show.
import type { Scale } from "./scale.ts";
import type { Surface } from "./surface.ts";

export interface PathData {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Where new pieces begin (x went back), besides 0; ascending. */
  breaks?: readonly number[];
}

/** Less than this within a column of pixels cannot be seen. */
const FLAT = 0.6;

/**
 * Add a line to the current path. In each column of pixels it goes from the first point
 * over the lowest and the highest to the last, so that no extreme is lost. Columns are a pixel
 * wide; wider ones are for very many lines, of which none is followed by eye.
 */
export function tracePath(
  surface: Pick<Surface, "moveTo" | "lineTo">,
  { x, y, breaks = [] }: PathData,
  xScale: Scale,
  yScale: Scale,
  from = 0,
  to = x.length,
  columnWidth = 1,
): void {
  // The scales' arithmetic stands here itself: this runs for every point of every frame.
  const { offset: x0, slope: dx, log: logX } = xScale;
  const { offset: y0, slope: dy, log: logY } = yScale;
  const perColumn = 1 / columnWidth;
  let column = Number.NaN;
  let px = 0;
  let low = 0;
  let high = 0;
  let last = 0;
  let more = false;
  let open = false;
  let lowFirst = true;
  const finish = (): void => {
    if (!more) return;
    more = false;
    if (high - low > FLAT) {
      surface.lineTo(px, lowFirst ? low : high);
      surface.lineTo(px, lowFirst ? high : low);
    }
    surface.lineTo(px, last);
  };
  let nextBreak = 0;
  while (nextBreak < breaks.length && breaks[nextBreak]! <= from) nextBreak++;
  for (let i = from; i < to; i++) {
    if (i === breaks[nextBreak]) {
      finish();
      open = false;
      nextBreak++;
    }
    const cx = x0 + dx * (logX ? Math.log10(x[i]!) : x[i]!);
    const cy = y0 + dy * (logY ? Math.log10(y[i]!) : y[i]!);
    // Not finite: a gap. (A difference of an infinity to itself is no number.)
    if (cx - cx !== 0 || cy - cy !== 0) {
      finish();
      open = false;
      continue;
    }
    const here = Math.floor(cx * perColumn);
    if (open && here === column) {
      if (cy < low) {
        low = cy;
        lowFirst = false;
      } else if (cy > high) {
        high = cy;
        lowFirst = true;
      }
      px = cx;
      last = cy;
      more = true;
      continue;
    }
    finish();
    if (open) surface.lineTo(cx, cy);
    else surface.moveTo(cx, cy);
    open = true;
    column = here;
    low = cy;
    high = cy;
  }
  finish();
}
