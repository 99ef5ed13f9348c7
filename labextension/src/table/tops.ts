// Where the rows of a table stand, of which only those in sight are drawn.

/** Where each row begins, if those in `open` are taller by `extra`; the last entry is the end. */
export function rowTops(
  rows: ArrayLike<number>,
  height: number,
  open: (row: number, place: number) => boolean,
  extra: number,
): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    tops[i + 1] = tops[i]! + height + (open(rows[i]!, i) ? extra : 0);
  }
  return tops;
}

/** The first row whose end is below a place: what a window that begins there shows first. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle + 1]! > y) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low);
}
