// Playing the steps as a film.

/** Steps per second that can be chosen. */
export const SPEEDS = [1, 2, 5, 10, 20] as const;

/**
 * The next position to show after `at`, round and round: the nearest later one whose
 * items are all loaded. A film never waits for the kernel: it plays what is loaded.
 * Returns `at` if there is no other.
 */
export function nextFrame(at: number, count: number, ready: (position: number) => boolean): number {
  for (let move = 1; move < count; move++) {
    const position = (at + move) % count;
    if (ready(position)) return position;
  }
  return at;
}

/** How long the present step stays, in ms: the last one longer, so that the end is seen. */
export function holdFor(at: number, count: number, perSecond: number): number {
  const time = 1000 / perSecond;
  return at === count - 1 ? Math.max(time, 600) : time;
}
