// Wall times as dates: which numbers are one, and which stand in another unit than seconds
// (as in nbboard/logdir/dates.py; tests/vectors/dates.json ties the two).

/** Seconds from the epoch to the beginning of year 1, and to the end of year 9999. */
const FIRST = -62135596800;
const LAST = 253402300799;
/** Clocks of some writers count smaller units; their numbers are beyond all dates in seconds. */
const UNITS = [
  ["milliseconds", 1e3],
  ["microseconds", 1e6],
  ["nanoseconds", 1e9],
] as const;

export type TimeUnit = "seconds" | (typeof UNITS)[number][0];

/** Seconds since the epoch; NaN for what is no date in any unit. */
export function secondsOf(wallTime: number): number {
  if (wallTime >= FIRST && wallTime <= LAST) return wallTime;
  for (const [, inASecond] of UNITS) {
    if (wallTime > 0 && wallTime <= LAST * inASecond) return wallTime / inASecond;
  }
  return Number.NaN;
}

/** The unit that a wall time is in, where it is a date in any. */
export function unitOf(wallTime: number): TimeUnit {
  if (!(wallTime > LAST)) return "seconds";
  return UNITS.find(([, inASecond]) => wallTime <= LAST * inASecond)?.[0] ?? "seconds";
}
