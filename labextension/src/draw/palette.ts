// Colours of runs; the same ones as in nbboard/views/palettes.py.

export type PaletteName = "tensorboard" | "colorblind";

export const PALETTES: Record<PaletteName, readonly string[]> = {
  tensorboard: ["#425066", "#12b5cb", "#e52592", "#f9ab00", "#9334e6", "#7cb342", "#e8710a"],
  colorblind: ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000"],
};

/** In the dark the darkest colour of each palette has a lighter twin. */
const IN_THE_DARK: Record<string, string> = { "#425066": "#8e98a3", "#000000": "#e8e8e8" };

export function colorAt(palette: PaletteName, slot: number, dark: boolean): string {
  const colors = PALETTES[palette] ?? PALETTES.tensorboard;
  const color = colors[slot % colors.length]!;
  return (dark && IN_THE_DARK[color]) || color;
}
