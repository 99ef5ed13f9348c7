// Colours of runs; the same ones as in nbboard/views/palettes.py.

export type PaletteName = "tensorboard" | "colorblind";

/**
 * The first seven are TensorBoard's, or Okabe and Ito's. The others were chosen one by one as far
 * as possible from all before them (CIEDE2000, in both themes; for `colorblind` also as people
 * without one of the three kinds of cones see them), readable on light and dark ground.
 */
export const PALETTES: Record<PaletteName, readonly string[]> = {
  tensorboard: (
    "#425066 #12b5cb #e52592 #f9ab00 #9334e6 #7cb342 #e8710a " +
    "#1170b8 #c63730 #03806f #74352f #1e8311 #61366f #ad7e04 " +
    "#625409 #766ca7 #f56271 #7f8143 #c16cde #155932 #97596b " +
    "#a65506 #0e8398 #c480a0 #6d86fe #b67761 #09a671 #259ddf"
  ).split(" "),
  colorblind: (
    "#0072b2 #e69f00 #009e73 #d55e00 #cc79a7 #56b4e9 #000000 " +
    "#525302 #7b7bfb #265a42 #935d6a #5d7c4c #cd158a #ed6877"
  ).split(" "),
};

/** In the dark the darkest colours of each palette have lighter twins of the same hue. */
const IN_THE_DARK: Record<string, string> = {
  "#425066": "#8e98a3",
  "#74352f": "#f6aba1",
  "#61366f": "#dcaced",
  "#625409": "#c5b774",
  "#155932": "#90d2a4",
  "#000000": "#e8e8e8",
  "#525302": "#b8bc75",
  "#265a42": "#8ec4a7",
};

export function colorAt(palette: PaletteName, slot: number, dark: boolean): string {
  const colors = PALETTES[palette] ?? PALETTES.tensorboard;
  const color = colors[slot % colors.length]!;
  return (dark && IN_THE_DARK[color]) || color;
}
