// Numbers, times and durations as a person reads them.

/** Significant digits: `1234.5678` at 4 is "1235", `0.00012345` is "1.235e-4". */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return minus(`${trimZeros(mantissa!)}e${exponent!.replace("+", "")}`);
  }
  const whole = Math.floor(Math.log10(size)) + 1;
  return minus(trimZeros(value.toFixed(Math.min(20, Math.max(0, digits - whole)))));
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function minus(text: string): string {
  return text.replaceAll("-", "\u2212");
}

/** A whole number with thin separators: "12 345 678". */
export function formatStep(step: number | bigint): string {
  if (typeof step === "number" && !Number.isInteger(step)) {
    return formatNumber(step, Number.isFinite(step) ? 6 : 4);
  }
  return minus(String(step).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009"));
}

const SI = ["", "k", "M", "G", "T", "P", "E"];

/** A tick: SI prefixes from a thousand on, as many digits as the distance of ticks needs. */
export function formatTick(value: number, distance: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e21 || size < 1e-4) return formatNumber(value, 3);
  let power = 0;
  if (size >= 1000) power = Math.min(SI.length - 1, Math.floor(Math.log10(size) / 3));
  const unit = 1000 ** power;
  const needed = Math.ceil(-Math.log10(Math.abs(distance) / unit) - 1e-9);
  const decimals = Math.min(10, Math.max(0, Number.isFinite(needed) ? needed : 0));
  return minus(`${trimZeros((value / unit).toFixed(decimals))}${SI[power]}`);
}

/** "2 h 14 min", "3 min 5 s", "4.2 s". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return formatNumber(seconds);
  const exact = Math.abs(seconds);
  const size = exact < 10 ? exact : Math.round(exact);
  const sign = seconds < 0 ? "\u2212" : "";
  if (size < 10) return `${sign}${trimZeros(size.toFixed(size < 1 ? 3 : 1))} s`;
  if (size < 60) return `${sign}${size} s`;
  const units: [number, string][] = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([length]) => size >= length);
  const [length, name] = units[first]!;
  const [nextLength, nextName] = units[first + 1] ?? [1, "s"];
  let whole = Math.floor(size / length);
  let rest = Math.round((size - whole * length) / nextLength);
  if (rest * nextLength >= length) {
    whole += 1;
    rest = 0;
  }
  return `${sign}${whole} ${name}${rest ? ` ${rest} ${nextName}` : ""}`;
}

/** How long ago, coarsely. */
export function formatAge(seconds: number): string {
  return seconds < 1 ? "1 s" : formatDuration(Math.floor(seconds));
}

/** Wall time in the reader's zone: "2026-11-21 10:32:05". */
export function formatWallTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return formatNumber(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "1,024 of 2,000,000 points"; only the total where nothing is left out. */
export function formatShare(shown: number, total: number, noun: string): string {
  const all = formatCount(total, noun);
  return shown >= total ? all : `${shown.toLocaleString("en")} of ${all}`;
}

/** "1 image", "1,200 images". */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
