// Draws pictures one after the other: as many as a frame has time for, the others in the next
// ones, so that what was done to all of them is seen at once on the first.

/** Of a frame's 16 ms. */
const BUDGET_MS = 5;

const waiting = new Map<object, () => void>();
/** When this frame's drawing began; null between frames. */
let began: number | null = null;

/** Draw now, or when it is this target's turn; only what it is to show last is drawn. */
export function inTurn(target: object, draw: () => void): void {
  waiting.delete(target);
  if (began === null) {
    began = performance.now();
    requestAnimationFrame(next);
  }
  if (waiting.size === 0 && hasTime()) draw();
  else waiting.set(target, draw);
}

function hasTime(): boolean {
  return performance.now() - (began ?? 0) < BUDGET_MS;
}

function next(): void {
  began = performance.now();
  for (const [target, draw] of waiting) {
    waiting.delete(target);
    draw();
    if (!hasTime()) break;
  }
  if (waiting.size) requestAnimationFrame(next);
  else began = null;
}
