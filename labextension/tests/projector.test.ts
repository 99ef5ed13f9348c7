// Embeddings in the page: colours, places, what is found, and how points are arranged.
import assert from "node:assert/strict";
import { test } from "node:test";
import { projectionOf } from "../src/draw/camera.ts";
import { categoriesOf, coloringOf } from "../src/views/projector/colors.ts";
import { conditionOf, meet } from "../src/views/projector/find.ts";
import { type Column, type Facts, rangesOf, textAt } from "../src/views/projector/model.ts";
import { between, cameraFor, preserved, screenOf, within } from "../src/views/projector/places.ts";
import { jobs } from "../src/views/projector/reduce.worker.ts";
import { perplexityFor, seeded } from "../src/views/projector/tsne.ts";
import { vectors } from "./vectors.ts";

interface Cases {
  categories: { texts: string[]; categories: string[]; others: number }[];
  preserved: {
    places: number[];
    dimensions: 2 | 3;
    points: number[];
    count: number;
    rows: number[];
    share: number;
  }[];
}
const cases = vectors<Cases>("embedding");

const column = (name: string, words: string[]): Column => {
  const different = [...new Set(words)];
  const codes = Uint8Array.from(words, (word) => different.indexOf(word));
  return { name, distinct: different.length, words: different, codes };
};

const facts = (columns: Column[], count: number): Facts => {
  return { id: "f", count, dimensions: 3, total: count, columns, sprite: null };
};

test("categories have colours as in Python", () => {
  for (const { texts, categories, others } of cases.categories) {
    const counts = new Map<string, number>();
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
    assert.deepEqual(categoriesOf(counts), [categories, others]);
  }
});

test("the share of neighbours that are kept is that of Python", () => {
  for (const { places, dimensions, points, count, rows, share } of cases.preserved) {
    const cloud = { positions: Float32Array.from(places), dimensions };
    const near = { count, rows: Uint32Array.from(rows) };
    const found = preserved(cloud, Uint32Array.from(points), near);
    assert.ok(Math.abs(found - share) < 1e-9, `${found} is not ${share}`);
  }
});

test("a point has the slot of its category, or of the scale", () => {
  const words = column("digit", ["b", "a", "b"]);
  const { legend, slots } = coloringOf(facts([words], 3), words, "auto", false);
  assert.deepEqual(Array.from(slots!), [1, 0, 1]);
  assert.equal(legend.kind === "categories" && legend.categories[1]!.count, 2);

  const numbers = { name: "n", distinct: 30, numbers: Float32Array.of(0, 10, Number.NaN, 5) };
  const scale = coloringOf(facts([numbers], 4), numbers, "auto", false);
  const { color } = scale;
  assert.deepEqual(typeof color === "object" && Array.from(color.index), [0, 255, 256, 128]);
  assert.deepEqual(scale.legend, { kind: "scale", name: "n", low: 0, high: 10, missing: 1 });
});

test("all points are in sight at first, flat and with depth", () => {
  const positions = Float32Array.of(-5, 1, 0, 9, -2, 3, Number.NaN, 0, 0, 2, 2, 2);
  for (const dimensions of [2, 3] as const) {
    const places = { positions, dimensions };
    const camera = cameraFor(places, 400, 300);
    const screen = screenOf(places, projectionOf(camera, 400, 300));
    for (let i = 0; i < screen.length; i += 2) {
      const [x, y] = [screen[i]!, screen[i + 1]!];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      assert.ok(x >= 0 && x <= 400 && y >= 0 && y <= 300, `${x}, ${y}`);
    }
  }
});

test("a single point, and none at all, have a camera", () => {
  for (const positions of [Float32Array.of(3, 3), new Float32Array(0)]) {
    const camera = cameraFor({ positions, dimensions: 2 }, 100, 100);
    assert.ok(camera.extent > 0 && Number.isFinite(camera.extent));
  }
});

test("a lasso has the points within its line, also where that is not convex", () => {
  const screen = Float32Array.of(1, 1, 5, 1, 9, 1, 5, 8, Number.NaN, 2);
  const line = [
    [0, 0],
    [10, 0],
    [10, 3],
    [7, 3],
    [7, 0.5],
    [3, 0.5],
    [3, 3],
    [0, 3],
  ] as const;
  assert.deepEqual(Array.from(within(screen, line)), [0, 2]);
});

test("rows travel as stretches", () => {
  assert.deepEqual(rangesOf([3, 4, 5, 9]), [3, 5, 9, 9]);
  assert.deepEqual(rangesOf([]), []);
});

test("a point that could not be placed before is where it is now", () => {
  const moved = between(Float32Array.of(0, Number.NaN), Float32Array.of(4, 2), 0.25);
  assert.deepEqual(Array.from(moved), [1, 2]);
});

test("conditions compare numbers as such, and texts by being equal", () => {
  const size: Column = { name: "Size", distinct: 4, numbers: Float32Array.of(1, 5, Number.NaN, 9) };
  const word = column("word", ["cat", "Dog", "cat", "10"]);
  const found = (query: string) => Array.from(meet(conditionOf(query, [size, word])!, 4));
  assert.deepEqual(found("size > 4"), [1, 3]);
  assert.deepEqual(found("size<=5"), [0, 1]);
  assert.deepEqual(found("word = dog"), [1]);
  assert.deepEqual(found("word != cat"), [1, 3]);
  assert.equal(conditionOf("a > b", [size, word]), null);
  assert.equal(textAt(size, 2), "");
});

function run<T>(job: Generator<unknown, T>): T {
  for (;;) {
    const step = job.next();
    if (step.done) return step.value;
  }
}

test("a pattern is looked for in each text once, and a wrong one is an error", () => {
  const columns = [{ words: ["cat", "dog"], codes: Uint32Array.of(0, 1, 0) }];
  assert.deepEqual(Array.from(run(jobs.find({ pattern: "^C", columns }))), [0, 2]);
  assert.throws(() => run(jobs.find({ pattern: "(", columns })));
});

/** Two groups of points far apart, as neighbours: those of the own group. */
function groups(points: number) {
  const random = seeded(5);
  const places = Array.from({ length: points }, (_, i) => [
    (i % 2) * 20 + random(),
    random(),
    random(),
  ]);
  const count = 15;
  const rows = new Uint32Array(points * count);
  const far = new Float32Array(points * count);
  const start = new Float32Array(points * 2);
  places.forEach((own, i) => {
    const away = places.map((other) => Math.hypot(...other.map((x, k) => x - own[k]!)));
    const order = away.map((_, j) => j).filter((j) => j !== i);
    order.sort((a, b) => away[a]! - away[b]!);
    for (let j = 0; j < count; j++) {
      rows[i * count + j] = order[j]!;
      far[i * count + j] = away[order[j]!]!;
    }
    start[2 * i] = random();
    start[2 * i + 1] = random();
  });
  return { count, rows, far, start, dimensions: 2, perplexity: 5 };
}

function apart(positions: Float32Array): boolean {
  const middle = [0, 1].map((group) => {
    let [x, y, n] = [0, 0, 0];
    for (let i = group; i < positions.length / 2; i += 2) {
      x += positions[2 * i]!;
      y += positions[2 * i + 1]!;
      n++;
    }
    return [x / n, y / n] as const;
  });
  for (let i = 0; i < positions.length / 2; i++) {
    const [own, other] = i % 2 ? [middle[1]!, middle[0]!] : [middle[0]!, middle[1]!];
    const [x, y] = [positions[2 * i]!, positions[2 * i + 1]!];
    if (Math.hypot(x - own[0], y - own[1]) > Math.hypot(x - other[0], y - other[1])) return false;
  }
  return true;
}

test("t-SNE and UMAP put two groups apart, and the same way every time", () => {
  const input = groups(80);
  for (const method of ["tsne", "umap"] as const) {
    const [one, again] = [0, 1].map(() => run(jobs[method](input)));
    assert.ok(apart(one!.places), `${method} mixes the groups`);
    assert.deepEqual(one!.places, again!.places);
    assert.equal(one!.iteration, one!.total);
  }
});

test("t-SNE stays finite where all points are one", () => {
  const input = groups(20);
  input.far.fill(0);
  input.start.fill(1);
  const { places } = run(jobs.tsne({ ...input, iterations: 300 }));
  assert.ok(places.every(Number.isFinite));
});

test("the perplexity is that of TensorBoard", () => {
  assert.deepEqual([3, 400, 401, 10_000].map(perplexityFor), [5, 5, 6, 25]);
});
