// The geometry of the trace: which moment is at which pixel, which track at which height.
import type { Lane, Spans, Steps, Trace } from "./model.ts";

/** What part of the time line is on screen, in microseconds. */
export interface Window {
  begin: number;
  end: number;
}

/** Heights in CSS pixels. */
export const LANE = 15;
export const GAP = 5;
export const AXIS = 20;
export const COUNTER = 34;
/** Nothing shorter than a picosecond can be told apart. */
const NARROWEST = 1e-3;

export interface Placed {
  /** Place in the trace's tracks; -1 for a counter. */
  track: number;
  /** Place in the trace's counters; -1 for a track. */
  counter: number;
  top: number;
  height: number;
  lanes: Lane[];
  folded: boolean;
}

/** With more threads than this, devices would stand out of sight below them. */
const MANY = 6;

function orderOfTracks(trace: Trace, lanes: ReadonlyMap<number, unknown>): number[] {
  const order = trace.tracks.map((_, track) => track);
  const device = (track: number): boolean => trace.tracks[track]!.device;
  const threads = order.filter((track) => lanes.has(track) && !device(track));
  if (threads.length <= MANY) return order;
  return [...order.filter(device), ...order.filter((track) => !device(track))];
}

/** Puts the tracks that have spans below each other, counters last. */
export function placeTracks(
  trace: Trace,
  spans: Spans,
  folded: ReadonlySet<number>,
): { placed: Placed[]; height: number } {
  const lanes = new Map<number, Lane[]>();
  for (const lane of spans.lanes) {
    const mine = lanes.get(lane.track);
    if (mine) mine.push(lane);
    else lanes.set(lane.track, [lane]);
  }
  const placed: Placed[] = [];
  let top = 0;
  for (const track of orderOfTracks(trace, lanes)) {
    const mine = lanes.get(track);
    if (!mine) continue;
    const isFolded = folded.has(track);
    const rows = isFolded ? 1 : mine.at(-1)!.depth + 1;
    const height = rows * LANE + GAP;
    placed.push({ track, counter: -1, top, height, lanes: mine, folded: isFolded });
    top += height;
  }
  trace.counters.forEach((_, counter) => {
    placed.push({ track: -1, counter, top, height: COUNTER, lanes: [], folded: false });
    top += COUNTER;
  });
  return { placed, height: top };
}

/** Tracks of the host that stay open where not all have room. */
const OPEN = 2;

/**
 * Which tracks are folded at first: those that repeat others, and where the trace is higher
 * than `room`, the threads of the host but for those with the most spans.
 */
export function foldedAtFirst(trace: Trace, room: number): ReadonlySet<number> {
  const folded = new Set(trace.tracks.flatMap((track, i) => (track.derived ? [i] : [])));
  const { placed, height } = placeTracks(trace, trace.spans, folded);
  if (height <= room) return folded;
  const host = placed
    .filter(({ track }) => track >= 0 && !trace.tracks[track]!.device)
    .map(({ track, lanes }) => ({ track, spans: lanes.at(-1)!.to - lanes[0]!.from }))
    .sort((a, b) => b.spans - a.spans);
  for (const { track } of host.slice(OPEN)) folded.add(track);
  return folded;
}

/** The steps, if they are a small part of the trace; all of it if not. */
export function firstWindow(steps: Steps | null, whole: Window): Window {
  if (!steps?.start || !steps.recorded || !steps.start.length) return whole;
  const begin = steps.start[0]!;
  const end = steps.start.at(-1)! + steps.duration.at(-1)!;
  const margin = (end - begin) * 0.03;
  const wanted = { begin: begin - margin, end: end + margin };
  return (end - begin) * 2 < whole.end - whole.begin ? clampWindow(wanted, whole) : whole;
}

/** The window, pushed back into the trace and no narrower than can be. */
export function clampWindow({ begin, end }: Window, whole: Window): Window {
  const full = Math.max(whole.end - whole.begin, NARROWEST);
  const width = Math.min(Math.max(end - begin, NARROWEST), full);
  const from = Math.min(Math.max(begin, whole.begin), whole.begin + full - width);
  return { begin: from, end: from + width };
}

/** Zooms by a factor (above 1: in), leaving the moment `at` where it is. */
export function zoomed(window: Window, factor: number, at: number, whole: Window): Window {
  return clampWindow(
    {
      begin: at - (at - window.begin) / factor,
      end: at + (window.end - at) / factor,
    },
    whole,
  );
}

export function panned(window: Window, by: number, whole: Window): Window {
  return clampWindow({ begin: window.begin + by, end: window.end + by }, whole);
}

/** The first place in a lane whose start is at or after a moment. */
export function firstFrom(spans: Spans, lane: Lane, time: number, low = lane.from): number {
  let high = lane.to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans.start[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first place in a lane that reaches into what begins at a moment. */
export function firstInside(spans: Spans, lane: Lane, time: number): number {
  const next = firstFrom(spans, lane, time);
  const before = next - 1;
  return before >= lane.from && spans.start[before]! + spans.duration[before]! >= time
    ? before
    : next;
}

/** The span at a moment of a lane, or one no further from it than `slack`; -1 if none. */
export function spanAt(spans: Spans, lane: Lane, time: number, slack: number): number {
  const after = firstFrom(spans, lane, time);
  let best = -1;
  let distance = slack;
  for (const place of [after - 1, after]) {
    if (place < lane.from || place >= lane.to) continue;
    const begin = spans.start[place]!;
    const end = begin + spans.duration[place]!;
    const away = time < begin ? begin - time : time > end ? time - end : -1;
    if (away < distance) {
      distance = away;
      best = place;
    }
  }
  return best;
}

/** Ticks for a window: round distances, about as many as fit. */
export function timeTicks({ begin, end }: Window, count: number): number[] {
  const wanted = (end - begin) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wanted) ?? 10 * power;
  const found: number[] = [];
  for (let tick = Math.ceil(begin / step) * step; tick <= end && found.length < 200; tick += step)
    found.push(tick);
  return found;
}
