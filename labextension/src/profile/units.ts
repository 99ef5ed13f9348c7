// Times and sizes with the unit that suits them; a column has one unit for all its rows.
import { formatNumber } from "../draw/format.ts";

export interface Unit {
  name: string;
  size: number;
}

const TIMES: Unit[] = [
  { name: "s", size: 1e6 },
  { name: "ms", size: 1e3 },
  { name: "µs", size: 1 },
  { name: "ns", size: 1e-3 },
];
const BYTES: Unit[] = [
  { name: "GB", size: 1e9 },
  { name: "MB", size: 1e6 },
  { name: "kB", size: 1e3 },
  { name: "B", size: 1 },
];

function suiting(units: readonly Unit[], largest: number): Unit {
  return units.find(({ size }) => Math.abs(largest) >= size) ?? units.at(-1)!;
}

/** The unit of a column of microseconds. */
export const timeUnit = (largest: number): Unit =>
  largest === 0 ? TIMES[2]! : suiting(TIMES, largest);

/** The unit of a column of bytes. */
export const byteUnit = (largest: number): Unit => suiting(BYTES, largest);

/** "84.2 ms" */
export function formatTime(microseconds: number): string {
  if (!Number.isFinite(microseconds)) return "";
  const unit = timeUnit(microseconds);
  return `${formatNumber(microseconds / unit.size)} ${unit.name}`;
}

/** "1.04 GB" */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return "";
  const unit = byteUnit(bytes);
  return `${formatNumber(bytes / unit.size)} ${unit.name}`;
}

/** "33 %", "2.1 %" */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return "";
  const percent = share * 100;
  return `${Math.abs(percent) < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}
