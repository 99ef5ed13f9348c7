// Which points are named first, and in which order the others get what room is left.
import type { Pane } from "./pane.ts";

/** More names than this never find room. */
const MOST = 3000;

export function gather(pane: Pane, count: number): { first: number[]; others: number[] } {
  const [picked, near] = [pane.picked.peek(), pane.near.peek()];
  const first: number[] = [];
  if (picked >= 0) first.push(picked, ...(near?.rows ?? []));
  else
    for (const rows of [pane.selected.peek(), pane.found.peek()]) {
      if (rows) for (let i = 0; i < Math.min(rows.length, 200); i++) first.push(rows[i]!);
    }
  const known = new Set(first);
  const others: number[] = [];
  // Spread over all, the same ones every time: a step that has no divisor in common.
  const step = stepFor(count);
  for (let i = 0, row = 0; i < Math.min(count, MOST); i++, row = (row + step) % count) {
    if (!known.has(row)) others.push(row);
  }
  return { first: [...known], others };
}

function stepFor(count: number): number {
  const divisor = (a: number, b: number): number => (b ? divisor(b, a % b) : a);
  let step = Math.max(1, Math.floor(count * 0.618));
  while (divisor(step, count) !== 1 && step > 1) step--;
  return step;
}
