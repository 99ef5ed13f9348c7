// Where a clip stands after a time: what the sound card does, in numbers.

/** From and to, in seconds. */
export type Loop = readonly [from: number, to: number];

/** Where playing begins: what lies behind a loop begins with the loop. */
export function startOf(from: number, loop: Loop | null): number {
  if (loop) return from >= loop[1] ? loop[0] : Math.max(0, from);
  return Math.max(0, from);
}

/** The position so many seconds after playing began at `from`, as an AudioBufferSourceNode has it. */
export function positionAfter(from: number, elapsed: number, loop: Loop | null): number {
  const at = from + Math.max(0, elapsed);
  if (!loop || at < loop[1]) return at;
  const [start, end] = loop;
  return start + ((at - end) % (end - start));
}

/** The loop between two points of a drag, within a clip; null for none worth hearing. */
export function loopBetween(one: number, other: number, duration: number): Loop | null {
  const from = Math.min(Math.max(0, Math.min(one, other)), duration);
  const to = Math.min(duration, Math.max(one, other, 0));
  return to - from >= 0.005 ? [from, to] : null;
}

/** How often each sample is repeated so that a browser plays its rate, and the rate then. */
export function playableRate(rate: number): { repeat: number; rate: number } | null {
  if (rate <= 0 || rate > HIGHEST) return null;
  const repeat = rate < LOWEST ? Math.ceil(LOWEST / rate) : 1;
  return { repeat, rate: rate * repeat };
}

/** Rates that every browser has to take. */
const LOWEST = 8000;
const HIGHEST = 96000;
