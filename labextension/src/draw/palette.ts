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
    "#554d02 #117e70 #af190d #fc1d1a #046ace #64356d #22778f " +
    "#94679e #a76c52 #1f8006 #ad8d53 #c78194 #0099e3 #e256fa " +
    "#0fa46c #743f16 #7f8201 #8175ff #b34957 #8e6414 #0b5a30"
  ).split(" "),
  colorblind: (
    "#0072b2 #e69f00 #009e73 #d55e00 #cc79a7 #56b4e9 #000000 " +
    "#525302 #7b7bfb #265a42 #935d6a #5d7c4c #cd158a #ed6877"
  ).split(" "),
};

/** In the dark the darkest colours of each palette have lighter twins of the same hue. */
const IN_THE_DARK: Record<string, string> = {
  "#425066": "#8e98a3",
  "#554d02": "#cbc281",
  "#af190d": "#fb8371",
  "#64356d": "#dfaaea",
  "#743f16": "#eaad84",
  "#0b5a30": "#8dd4a2",
  "#000000": "#e8e8e8",
  "#525302": "#b8bc75",
  "#265a42": "#8ec4a7",
};

export function colorAt(palette: PaletteName, slot: number, dark: boolean): string {
  const colors = PALETTES[palette] ?? PALETTES.tensorboard;
  const color = colors[slot % colors.length]!;
  return (dark && IN_THE_DARK[color]) || color;
}
