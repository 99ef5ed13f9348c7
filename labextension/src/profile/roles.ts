// How roles are called and coloured; the same as in nbboard/views/profile/words.py.

export const ROLE_NAMES: Record<string, string> = {
  kernel: "kernels",
  copy: "copies",
  memset: "memset",
  communication: "communication",
  launch: "launching",
  loader: "loading",
  compile: "compiling",
  cpu: "CPU",
  other: "nothing recorded",
};

export const ROLE_COLORS: Record<string, string> = {
  kernel: "#3f7fbf",
  copy: "#8a6fc4",
  memset: "#b9a7dd",
  communication: "#c2568b",
  launch: "#d98a29",
  loader: "#cf4f3d",
  compile: "#a1863c",
  cpu: "#4d9a6a",
  other: "#a9afb5",
};

/** Neighbours of one role are told apart by their shade: so many of each. */
export const SHADES = 4;

/** Colours of spans by role, `SHADES` of each; the last are of those that have no role. */
export function spanColors(roles: readonly string[], dark: boolean): string[] {
  const none = dark ? "#5b636b" : "#b6bdc4";
  return [...roles.map((role) => ROLE_COLORS[role] ?? "#8a9299"), none].flatMap((color) =>
    Array.from({ length: SHADES }, (_, shade) => shaded(color, (shade - 1) * 0.09)),
  );
}

/** Towards white (above 0) or black. */
function shaded(color: string, by: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const mixed = parts.map((part) =>
    Math.round(by > 0 ? part + (255 - part) * by : part * (1 + by)),
  );
  return `rgb(${mixed.join(" ")})`;
}
