// The settings of schema/plugin.json as types, with their defaults.

/** What a person chose in the settings. */
export interface Preferences {
  defaultView: "board" | "tensorboard";
  height: number;
  smoothing: number;
  theme: "auto" | "light" | "dark";
  /** Seconds between looks for new data; 0 for what suits each view. */
  liveInterval: number;
  /** The kernel to start, "" for the server's own choice. */
  kernel: string;
}

export const DEFAULTS: Preferences = {
  defaultView: "board",
  height: 800,
  smoothing: 0.6,
  theme: "auto",
  liveInterval: 0,
  kernel: "",
};

/** Fills gaps and refuses what a hand-edited file may hold; the schema has said so already. */
export function readPreferences(values: Partial<Record<keyof Preferences, unknown>>): Preferences {
  const number = (value: unknown, low: number, high: number, fallback: number): number =>
    typeof value === "number" && value >= low && value <= high ? value : fallback;
  const oneOf = <T extends string>(value: unknown, allowed: readonly T[], fallback: T): T =>
    allowed.includes(value as T) ? (value as T) : fallback;
  return {
    defaultView: oneOf(values.defaultView, ["board", "tensorboard"], DEFAULTS.defaultView),
    height: number(values.height, 100, 10_000, DEFAULTS.height),
    smoothing: number(values.smoothing, 0, 0.999, DEFAULTS.smoothing),
    theme: oneOf(values.theme, ["auto", "light", "dark"], DEFAULTS.theme),
    liveInterval: number(values.liveInterval, 0, 3600, DEFAULTS.liveInterval),
    kernel: typeof values.kernel === "string" ? values.kernel : DEFAULTS.kernel,
  };
}
