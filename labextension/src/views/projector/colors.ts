// Which colour a point has: of a category, or along a scale; as nbboard/views/projector/colors.py.
import type { Palette } from "../../draw/cloud.ts";
import { colorAt } from "../../draw/palette.ts";
import { ramped } from "../../draw/ramp.ts";
import { pixel } from "../../draw/raster.ts";
import { naturally } from "../../shell/natural.ts";
import { type Column, type Facts, isThere, textAt } from "./model.ts";

/** So many categories have a colour of their own. */
export const MOST_CATEGORIES = 28;
/** Numbers of more different values than this are a scale unless said otherwise. */
const SCALE_FROM = 20;
const NONE = "#9aa0a6";
const PLAIN_SLOT = 1;
/** Behind the 256 colours of the scale: that of no number. */
const MISSING = 256;

export interface Category {
  text: string;
  color: string;
  count: number;
}

export type Legend =
  | { kind: "none" }
  | { kind: "categories"; name: string; categories: Category[]; others: number }
  | { kind: "scale"; name: string; low: number; high: number; missing: number };

export interface Coloring {
  color: Palette | number;
  legend: Legend;
  /** For each point its category; that of none is the number of categories. */
  slots: Uint8Array | null;
}

/** The column by which points are coloured where nobody chose one. */
export function autoColumn(columns: readonly Column[]): Column | null {
  const fits = ({ distinct, numbers }: Column): boolean =>
    distinct > 1 && (distinct <= MOST_CATEGORIES || !!numbers);
  return columns.find(fits) ?? null;
}

/** The column that colours points; null for none. */
export function colorColumn(facts: Facts, chosen: string | null): Column | null {
  if (chosen === null) return null;
  if (!chosen) return autoColumn(facts.columns);
  return facts.columns.find(({ name }) => name === chosen) ?? null;
}

export function isScale(column: Column, scale: string): boolean {
  if (!column.numbers || scale === "categories") return false;
  return scale === "scale" || column.distinct > SCALE_FROM;
}

/** The categories with a colour of their own, in natural order, and how many have none. */
export function categoriesOf(counts: ReadonlyMap<string, number>): [string[], number] {
  const words = naturally(counts.keys());
  if (words.length <= MOST_CATEGORIES) return [words, 0];
  const most = [...words].sort((a, b) => counts.get(b)! - counts.get(a)!);
  const chosen = new Set(most.slice(0, MOST_CATEGORIES - 1));
  return [words.filter((word) => chosen.has(word)), words.length - chosen.size];
}

export function coloringOf(facts: Facts, column: Column | null, scale: string, dark: boolean) {
  if (!column || !isThere(column)) return plainColoring(dark);
  if (isScale(column, scale)) return scaleColoring(facts, column);
  return categoryColoring(facts, column, dark);
}

function plainColoring(dark: boolean): Coloring {
  const color = colorAt("tensorboard", PLAIN_SLOT, dark);
  return { color: pixelOf(color), legend: { kind: "none" }, slots: null };
}

function categoryColoring({ count }: Facts, column: Column, dark: boolean): Coloring {
  const { words, codes } = codesOf(column, count);
  const counted = new Uint32Array(words.length);
  for (let i = 0; i < count; i++) counted[codes[i]!]!++;
  const [names, others] = categoriesOf(new Map(words.map((word, at) => [word, counted[at]!])));
  const slotOf = new Map(names.map((name, slot) => [name, slot]));
  const slotOfCode = Uint8Array.from(words, (word) => slotOf.get(word) ?? names.length);
  const slots = new Uint8Array(count);
  for (let i = 0; i < count; i++) slots[i] = slotOfCode[codes[i]!]!;
  const colors = names.map((_, slot) => colorAt("tensorboard", slot, dark));
  const places = new Map(words.map((word, at) => [word, at]));
  const categories = names.map((text, slot) => ({
    text,
    color: colors[slot]!,
    count: counted[places.get(text)!]!,
  }));
  const table = Uint32Array.from([...colors, NONE], pixelOf);
  return {
    color: { table, index: slots },
    legend: { kind: "categories", name: column.name, categories, others },
    slots,
  };
}

/** The words of a column and which of them each point has, also of numbers. */
function codesOf(column: Column, count: number) {
  if (column.words && column.codes) return { words: column.words, codes: column.codes };
  const places = new Map<string, number>();
  const codes = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const text = textAt(column, i);
    let code = places.get(text);
    if (code === undefined) {
      code = places.size;
      places.set(text, code);
    }
    codes[i] = code;
  }
  return { words: [...places.keys()], codes };
}

function scaleColoring({ count }: Facts, column: Column): Coloring {
  const numbers = column.numbers!;
  let [low, high, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < count; i++) {
    const number = numbers[i]!;
    if (!Number.isFinite(number)) missing++;
    else {
      if (number < low) low = number;
      if (number > high) high = number;
    }
  }
  const shown = ramped(numbers, low, high);
  const index = Uint16Array.from(shown.index);
  for (let i = 0; i < count; i++) if (!Number.isFinite(numbers[i]!)) index[i] = MISSING;
  const table = new Uint32Array(MISSING + 1);
  table.set(shown.table);
  table[MISSING] = pixelOf(NONE);
  return {
    color: { table, index },
    legend: { kind: "scale", name: column.name, low, high, missing },
    slots: null,
  };
}

export function pixelOf(color: string): number {
  const bits = Number.parseInt(color.slice(1), 16);
  return pixel(bits >> 16, (bits >> 8) & 255, bits & 255);
}
