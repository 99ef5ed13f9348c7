// What the kernel sends of embeddings: nbboard/views/projector/wire.py has the other half.
import { formatNumber } from "../../draw/format.ts";
import type { Content } from "../../shell/wire.ts";

export type Metric = "cosine" | "euclidean";
export type Dimensions = 2 | 3;

/** Which embeddings there are. */
export interface Embedding {
  run: string;
  tag: string;
  /** Ascending, as texts: a step may be longer than a number is exact. */
  steps: string[];
  stepped: boolean;
  /** What differs for a step when its files do. */
  versions: string[];
}

/** One thing that is known of each point; without `numbers` and `codes` it is still to be asked for. */
export interface Column {
  name: string;
  distinct: number;
  numbers?: Float32Array | Float64Array;
  words?: string[];
  codes?: Uint8Array | Uint16Array | Uint32Array;
}

export interface Sprite {
  data: DataView<ArrayBuffer>;
  format: string;
  /** Of one picture, in pixels. */
  width: number;
  height: number;
  columns: number;
}

/** What is known of points, whichever steps share it. */
export interface Facts {
  id: string;
  count: number;
  dimensions: number;
  /** How many rows the file has: more where points were sampled. */
  total: number;
  columns: Column[];
  sprite: Sprite | null;
}

export interface Near {
  /** How many of each point. */
  count: number;
  rows: Uint32Array;
  far: Float32Array;
}

/** The points of an embedding at a step. */
export interface Cloud {
  run: string;
  tag: string;
  step: string;
  sphereize: boolean;
  align: boolean;
  /** Why there is nothing else; all that follows is missing then. */
  refusal?: string;
  version: string;
  facts: string;
  space: Float32Array;
  /** Where it is not the first two of `space`. */
  plane: Float32Array | null;
  variance: Float64Array;
  /** Rows of the file, where points were sampled. */
  rows: Uint32Array | null;
  neighbors: Partial<Record<Metric, Near>>;
  sample: { points: Uint32Array } & Record<Metric, { count: number; rows: Uint32Array }>;
  notes: string[];
}

export const cloudKey = (
  run: string,
  tag: string,
  step: string,
  sphereize: boolean,
  align: boolean,
): string => JSON.stringify([run, tag, step, sphereize, align]);

export const keyOfCloud = (cloud: Cloud | Content): string =>
  cloudKey(cloud.run, cloud.tag, cloud.step, cloud.sphereize, cloud.align);

const planes = new WeakMap<Cloud, Float32Array>();

/** Coordinates along the principal components, 2 or 3 of each point in turn. */
export function componentsOf(cloud: Cloud, dimensions: Dimensions): Float32Array {
  if (dimensions === 3) return cloud.space;
  if (cloud.plane) return cloud.plane;
  let plane = planes.get(cloud);
  if (!plane) {
    const { space } = cloud;
    plane = new Float32Array((space.length / 3) * 2);
    for (let i = 0, from = 0; i < plane.length; i += 2, from += 3) {
      plane[i] = space[from]!;
      plane[i + 1] = space[from + 1]!;
    }
    planes.set(cloud, plane);
  }
  return plane;
}

/** A column as the kernel sends it: its words are one text, a line each. */
export const columnOf = (sent: Omit<Column, "words"> & { words?: string }): Column => ({
  ...sent,
  words: sent.words === undefined ? undefined : sent.distinct ? sent.words.split("\n") : [],
});

/** Whether the values of a column are here. */
export const isThere = (column: Column): boolean => !!(column.numbers || column.codes);

/** What a column has for a point, as text; empty where nothing. */
export function textAt(column: Column, row: number): string {
  if (column.codes && column.words) return column.words[column.codes[row]!] ?? "";
  const number = column.numbers?.[row];
  return number === undefined || Number.isNaN(number) ? "" : formatNumber(number, 6);
}

export function columnNamed(facts: Facts | null, name: string): Column | null {
  return facts?.columns.find((column) => column.name === name) ?? null;
}

/** The column that names points where nobody chose one: the first. */
export function labelColumn(facts: Facts | null, chosen: string | null): Column | null {
  if (!facts || chosen === null) return null;
  return chosen ? columnNamed(facts, chosen) : (facts.columns[0] ?? null);
}

/** A stretch for each run of rows: the first and the last of each, as Python takes them. */
export function rangesOf(rows: ArrayLike<number>): number[] {
  const ranges: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (ranges.length && ranges[ranges.length - 1] === row - 1) ranges[ranges.length - 1] = row;
    else ranges.push(row, row);
  }
  return ranges;
}
