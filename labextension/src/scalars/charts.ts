// Cards of several tags, as a layout says: lines told apart by colour or dashes, some with bands.
// The same as nbboard/views/scalar_charts.py.
import { formatCount } from "../draw/format.ts";
import { colorAt } from "../draw/palette.ts";
import {
  type Gaps,
  interpolate,
  type Line,
  type LineOptions,
  linesOf,
  MOST_LINES,
} from "./lines.ts";
import type { ScalarStore, SeriesByRun } from "./store.ts";

export interface TagChart {
  /** The name of the card, and what it is called below its category. */
  key: string;
  category: string;
  title: string;
  /** Whether its category is folded at first. */
  closed: boolean;
  /** The tags of its lines. */
  tags: readonly string[];
  /** The tags of its lines with bands. */
  bands: readonly (readonly [value: string, lower: string, upper: string])[];
  /** What is wrong with it; empty if nothing. */
  note: string;
}

/** How lines of different tags are dashed, in pixels. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 5]];

/**
 * The lines of a card: tag by tag, then those with bands. Where one run is shown colours tell
 * tags apart, else they tell runs, and dashes tags.
 */
export function linesOfChart(
  chart: TagChart,
  store: ScalarStore,
  shown: readonly string[],
  options: LineOptions,
  xSeries?: SeriesByRun,
): Line[] {
  const { runs, theme } = store.ctx;
  const all = (tag: string): Line[] => linesOf(store.of(tag), shown, runs, options, xSeries);
  const plain: Line[] = [];
  for (const tag of chart.tags) {
    plain.push(...all(tag));
    if (plain.length >= MOST_LINES) break;
  }
  const banded = chart.bands.flatMap(([value, lower, upper]) => {
    const [low, high] = [byRun(all(lower)), byRun(all(upper))];
    return all(value).map((line) => withBand(line, low.get(line.name), high.get(line.name)));
  });
  const lines = [...plain, ...banded].slice(0, MOST_LINES);
  const tags = [...new Set(lines.map(({ tag }) => tag))];
  const one = new Set(lines.map(({ name }) => name)).size === 1 && shown.length === 1;
  return lines.map((line) => {
    if (one) {
      const color = colorAt(runs.palette.value, store.slotOf(line.tag), theme.value.dark);
      return { ...line, label: tagLabel(line.tag, tags), color };
    }
    if (tags.length === 1) return line;
    const dash = DASHES[tags.indexOf(line.tag) % DASHES.length]!;
    return { ...line, label: `${line.label} · ${tagLabel(line.tag, tags)}`, dash };
  });
}

/** A tag without what all tags of a card begin with, up to the last "/". */
export function tagLabel(tag: string, tags: readonly string[]): string {
  let end = tags.length > 1 ? tag.lastIndexOf("/") : -1;
  while (end > 0 && !tags.every((other) => other.startsWith(tag.slice(0, end + 1)))) {
    end = tag.lastIndexOf("/", end - 1);
  }
  return end > 0 ? tag.slice(end + 1) : tag;
}

function byRun(lines: readonly Line[]): Map<string, Line> {
  return new Map(lines.map((line) => [line.name, line]));
}

/** A line with the band between two others, joined on common steps. */
export function withBand(line: Line, low: Line | undefined, high: Line | undefined): Line {
  if (line.members) return line; // a group of runs has a band of its own
  // Samples of three series have few steps in common: between them the band is interpolated.
  const sampled = [line, low, high].some((one) => one && one.index.length < one.total);
  const [bottom, top] = [edgeOf(line, low, sampled), edgeOf(line, high, sampled)];
  const gaps: Gaps = { missing: 0, crossed: 0, sampled };
  for (let i = 0; i < line.x.length; i++) {
    if (Number.isNaN(bottom[i]!) || Number.isNaN(top[i]!)) {
      gaps.missing++;
      bottom[i] = Number.NaN;
      top[i] = Number.NaN;
    } else if (bottom[i]! > top[i]!) gaps.crossed++;
  }
  return { ...line, low: bottom, high: top, gaps };
}

function edgeOf(line: Line, other: Line | undefined, sampled: boolean): Float64Array {
  const edge = new Float64Array(line.x.length).fill(Number.NaN);
  if (!other) return edge;
  // Of several values at a step the one written last.
  const places = new Map<number, number>();
  for (let i = 0; i < other.step.length; i++) places.set(other.step[i]!, i);
  line.step.forEach((step, i) => {
    const place = places.get(step);
    if (place !== undefined) edge[i] = other.smooth[place]!;
    else if (sampled) edge[i] = interpolate(other.step, other.smooth, step);
  });
  return edge;
}

/** What a card of several tags says of itself. */
export function chartNote(chart: TagChart | undefined, lines: readonly Line[]): string {
  if (!chart) return "";
  const sum = (name: "missing" | "crossed"): number =>
    lines.reduce((before, { gaps }) => before + (gaps?.[name] ?? 0), 0);
  const parts = [chart.note];
  const about = lines.some(({ gaps }) => gaps?.sampled) ? "about " : "";
  const steps = (count: number): string => `${about}${formatCount(count, "step")}`;
  if (sum("missing")) parts.push(`${steps(sum("missing"))} without a band`);
  if (sum("crossed")) parts.push(`${steps(sum("crossed"))} with lower above upper`);
  return parts.filter(Boolean).join(" · ");
}
