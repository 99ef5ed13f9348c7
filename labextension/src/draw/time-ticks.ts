// Ticks of time axes: durations and moments, at the steps that clocks have.
import { formatTick } from "./format.ts";

export interface Ticks {
  values: number[];
  labels: string[];
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
];

function stepFor(span: number, count: number): number {
  const wanted = span / Math.max(count, 1);
  if (wanted < 1) return 10 ** Math.ceil(Math.log10(wanted));
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / (365 * DAY)) * 365 * DAY;
}

function multiples(low: number, high: number, step: number, offset = 0): number[] {
  const values: number[] = [];
  for (let i = Math.ceil((low - offset) / step); i * step + offset <= high; i++) {
    values.push(i * step + offset);
  }
  return values;
}

/** Seconds since a start: "0", "30 s", "5 min", "1.5 h". */
export function durationTicks(low: number, high: number, count: number): Ticks {
  const step = stepFor(high - low, count);
  const [unit, name] =
    step >= DAY
      ? [DAY, "d"]
      : step >= HOUR
        ? [HOUR, "h"]
        : step >= MINUTE
          ? [MINUTE, "min"]
          : [1, "s"];
  const values = multiples(low, high, step);
  const labels = values.map((v) =>
    v === 0 ? "0" : `${formatTick(v / unit, step / unit)} ${name}`,
  );
  return { values, labels };
}

const two = (n: number): string => String(n).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Seconds since the epoch, in the reader's zone; the day where it changes. */
export function momentTicks(low: number, high: number, count: number): Ticks {
  const step = stepFor(high - low, count);
  const zone = -new Date(low * 1000).getTimezoneOffset() * 60;
  const values = multiples(low, high, step, -zone % step);
  let day = "";
  const labels = values.map((value) => {
    const date = new Date(value * 1000);
    const today = `${date.getDate()} ${MONTHS[date.getMonth()]}`;
    if (step >= DAY) return step >= 365 * DAY ? String(date.getFullYear()) : today;
    const seconds = step < MINUTE ? `:${two(date.getSeconds())}` : "";
    const part = step < 1 ? `.${String(date.getMilliseconds()).padStart(3, "0")}` : "";
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}${seconds}${part}`;
    const changed = day !== "" && day !== today;
    day = today;
    return changed ? today : clock;
  });
  return { values, labels };
}
