import assert from "node:assert/strict";
import { test } from "node:test";
import { colorAt, PALETTES, type PaletteName } from "../src/draw/palette.ts";

const NAMES = Object.keys(PALETTES) as PaletteName[];
const GROUNDS = [
  [false, "#ffffff"],
  [true, "#111111"],
] as const;

/** The colours of a palette in one theme. */
function colorsOf(name: PaletteName, dark: boolean): string[] {
  return PALETTES[name].map((_, slot) => colorAt(name, slot, dark));
}

/** Red, green and blue, linear, from 0 to 1. */
function light(color: string): [number, number, number] {
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  return parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
}

/** WCAG's ratio. */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b]
    .map((color) => {
      const [red, green, blue] = light(color);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    })
    .sort((x, y) => x - y) as [number, number];
  return high / low;
}

/** How far apart two colours look: a hundred times their distance in OKLab. */
function distance(a: string, b: string): number {
  const [p, q] = [a, b].map((color) => {
    const [red, green, blue] = light(color);
    const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  }) as [number[], number[]];
  return 100 * Math.hypot(...p.map((part, at) => part - q[at]!));
}

test("twenty-eight runs have a colour each, fourteen of the palette for everybody", () => {
  assert.equal(new Set(PALETTES.tensorboard).size, 28);
  assert.equal(new Set(PALETTES.colorblind).size, 14);
  assert.equal(colorAt("tensorboard", 28, false), colorAt("tensorboard", 0, false));
});

test("the colours that follow TensorBoard's can be read on light and dark ground", () => {
  for (const name of NAMES) {
    for (const [dark, ground] of GROUNDS) {
      for (const color of colorsOf(name, dark).slice(7)) {
        assert.ok(contrast(color, ground) >= 3, `${color} on ${ground}`);
      }
    }
  }
});

test("no two colours of a palette look alike in either theme", () => {
  for (const name of NAMES) {
    for (const [dark] of GROUNDS) {
      const colors = colorsOf(name, dark);
      for (const [at, a] of colors.entries()) {
        for (const b of colors.slice(at + 1)) {
          assert.ok(distance(a, b) > 6, `${a} and ${b}: ${distance(a, b)}`);
        }
      }
    }
  }
});
