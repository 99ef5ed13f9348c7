// Formulas that both languages have; Python's half is tests/views/test_vectors.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PALETTES } from "../src/draw/palette.ts";
import { niceDomain, visibleExtent } from "../src/scalars/extent.ts";
import { aggregate, type Band, bandOpacity, type Center } from "../src/scalars/groups.ts";
import type { Line } from "../src/scalars/lines.ts";
import { type Method, smooth } from "../src/scalars/smoothing.ts";
import { naturally } from "../src/shell/natural.ts";
import { vectors } from "./vectors.ts";

/** A number that is not finite stands in a file as text. */
type Numbers = (number | string)[];

const read = (values: Numbers): Float64Array => Float64Array.from(values, Number);

function close(actual: ArrayLike<number>, expected: Numbers): void {
  assert.equal(actual.length, expected.length);
  Array.from(read(expected)).forEach((value, i) => {
    const got = actual[i]!;
    const same = Object.is(got, value) || (Number.isNaN(got) && Number.isNaN(value));
    const near = Math.abs(got - value) <= 1e-12 + 1e-9 * Math.abs(value);
    assert.ok(same || near, `at ${i}: ${got} is not ${value}`);
  });
}

interface Smoothing {
  name: string;
  method: Method;
  weight: number;
  total: number;
  value: Numbers;
  x: Numbers;
  mean: Numbers;
  count: Numbers;
  smoothed: Numbers;
}

for (const one of vectors<Smoothing[]>("smoothing")) {
  test(`smoothing: ${one.name}`, () => {
    const { value, x, mean, count } = one;
    const curve = { value: read(value), x: read(x), mean: read(mean), count: read(count) };
    close(smooth({ ...curve, total: one.total }, one.method, one.weight), one.smoothed);
  });
}

interface Domain {
  name: string;
  values: Numbers;
  ignore_outliers: boolean;
  scale: "linear" | "log";
  extent: Numbers | null;
  domain: Numbers | null;
}

for (const one of vectors<Domain[]>("domains")) {
  test(`domains: ${one.name}`, () => {
    const extent = visibleExtent(read(one.values).filter(Number.isFinite), one.ignore_outliers);
    if (!extent || !one.extent) {
      assert.deepEqual(extent, one.extent);
      return;
    }
    close(extent, one.extent);
    close(niceDomain(extent, one.scale), one.domain!);
  });
}

interface Groups {
  name: string;
  center: Center;
  band: Band;
  curves: { x: Numbers; y: Numbers }[];
  result: { x: Numbers; center: Numbers; low: Numbers; high: Numbers };
}

/** A line as the view has it, of what a group is made of. */
function lineOf(name: string, x: Float64Array, y: Float64Array): Line {
  const plain = { name, runs: [name], x, smooth: y, raw: y, step: x, wall: x };
  return {
    ...plain,
    breaks: [],
    odd: [],
    marks: [],
    ascending: true,
    faded: false,
  } as unknown as Line;
}

for (const one of vectors<Groups[]>("groups")) {
  test(`groups: ${one.name}`, () => {
    const lines = one.curves.map(({ x, y }, i) => lineOf(`run${i}`, read(x), read(y)));
    const [group] = aggregate(lines, () => "group", one);
    close(group!.x, one.result.x);
    close(group!.smooth, one.result.center);
    close(group!.low!, one.result.low);
    close(group!.high!, one.result.high);
  });
}

test("the more bands lie over each other, the less each hides", () => {
  for (const { bands, opacity } of vectors<{ bands: number; opacity: number }[]>("band_opacity"))
    close([bandOpacity(bands)], [opacity]);
});

test("palettes are those of figures", () => {
  assert.deepEqual(PALETTES, vectors("palettes"));
});

for (const { name, names } of vectors<{ name: string; names: string[] }[]>("natural")) {
  test(`natural order: ${name}`, () => {
    assert.deepEqual(naturally([...names].reverse()), names);
  });
}
