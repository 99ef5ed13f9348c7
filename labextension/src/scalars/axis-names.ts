// The x axes that are no tag, and what they are called.

export const X_AXES = [
  ["step", "step"],
  ["relative", "relative"],
  ["wall", "wall time"],
  ["order", "order written"],
] as const;

const TITLES: Record<string, string> = {
  step: "step",
  relative: "time since start",
  wall: "wall time",
  order: "points, in the order written",
};

/** What is written under an axis. */
export function axisName(x: string): string {
  return Object.hasOwn(TITLES, x) ? TITLES[x]! : x;
}
