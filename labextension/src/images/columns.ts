// The columns of a series as the kernel sends them: typed arrays in binary buffers.
import { orderOf, type Points } from "./steps.ts";

export interface SeriesMessage {
  run: string;
  tag: string;
  title: string;
  caption: string;
  /** Points that a restart hid. */
  hidden: number;
  /** How many points of the known ones stay: the columns hold those after them. */
  from: number;
  step: DataView;
  wall: DataView;
  point: DataView;
  /** Width and height in pixels and number of images of the last point, if known. */
  size?: [number, number, number] | null;
}

export interface Series extends Points {
  key: string;
  run: string;
  tag: string;
  title: string;
  caption: string;
  hidden: number;
  step: bigint[];
  /** Seconds since the epoch. */
  wall: number[];
  /** The kernel's number of each point. */
  point: number[];
  /** Positions in order of step. */
  order: number[];
  size: { width: number; height: number; count: number } | null;
}

/** No name has a NUL between run and tag by accident: "a/b" + "c" is not "a" + "b/c". */
export function seriesKey(run: string, tag: string): string {
  return `${run}\u0000${tag}`;
}

export function readSeries(message: SeriesMessage): Series {
  return mergeSeries(null, message);
}

/** Puts the points of a message behind those that stay. */
export function mergeSeries(known: Series | null, message: SeriesMessage): Series {
  const from = known ? message.from : 0;
  const step = [...(known?.step.slice(0, from) ?? []), ...readSteps(message.step)];
  const wall = [...(known?.wall.slice(0, from) ?? []), ...readWall(message.wall)];
  const point = [...(known?.point.slice(0, from) ?? []), ...readPoints(message.point)];
  const size = message.size
    ? { width: message.size[0], height: message.size[1], count: message.size[2] }
    : (known?.size ?? null);
  const { run, tag, title, caption, hidden } = message;
  return {
    key: seriesKey(run, tag),
    run,
    tag,
    title,
    caption,
    hidden,
    step,
    wall,
    point,
    order: orderOf({ step }),
    size,
  };
}

// Byte by byte through the view: a buffer in a message need not be aligned.
function readSteps(view: DataView): bigint[] {
  return each(view, 8, (at) => view.getBigInt64(at, true));
}

function readWall(view: DataView): number[] {
  return each(view, 8, (at) => view.getFloat64(at, true));
}

function readPoints(view: DataView): number[] {
  return each(view, 4, (at) => view.getUint32(at, true));
}

function each<T>(view: DataView, size: number, read: (at: number) => T): T[] {
  const count = Math.floor(view.byteLength / size);
  return Array.from({ length: count }, (_, index) => read(index * size));
}
