// The one clock of all animations on screen: the same frame of each, run beside run.

/** How long a frame stays before the next one, in ms: as long as any film shown wants. */
export function holdOf(films: Iterable<readonly number[]>, frame: number, speed: number): number {
  let longest = 0;
  for (const delays of films) longest = Math.max(longest, delays[frame] ?? 0);
  return Math.max(10, (longest || 100) / speed);
}

/** The frame after this one, round and round over the longest film. */
export function frameAfter(frame: number, count: number, by = 1): number {
  if (count < 1) return 0;
  return (((frame + by) % count) + count) % count;
}

/** Which frames a contact sheet has: all, or so many evenly spaced ones, ends kept. */
export function sheetFrames(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, frame) => frame);
  if (most < 2) return [0];
  return Array.from({ length: most }, (_, at) => Math.round((at * (count - 1)) / (most - 1)));
}

/** Columns and rows of a sheet whose cells are as large as they can be. */
export function sheetGrid(
  count: number,
  cell: { width: number; height: number },
  room: { width: number; height: number },
): { columns: number; rows: number; scale: number } {
  let best = { columns: 1, rows: Math.max(1, count), scale: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const wide = room.width / (columns * (cell.width + 1));
    const scale = Math.min(wide, room.height / (rows * (cell.height + 1)));
    if (scale > best.scale) best = { columns, rows, scale };
  }
  return best;
}
