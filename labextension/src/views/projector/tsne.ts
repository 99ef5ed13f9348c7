// t-SNE by Barnes and Hut's tree (van der Maaten 2014), of neighbours that are known.

export interface TsneInput {
  dimensions: number;
  perplexity: number;
  /** Neighbours of each point, without itself: `count` of each, with their distances. */
  count: number;
  rows: Uint32Array;
  far: Float32Array;
  /** Where points begin: along their principal components, so that it is the same every time. */
  start: Float32Array;
  iterations?: number;
}

interface Frame {
  iteration: number;
  total: number;
  places: Float32Array;
}

/** Cells of a tree that are seen under a smaller angle count as one point. */
const THETA = 0.8;
const ITERATIONS = 750;
const EXAGGERATED = 200;
const EXAGGERATION = 12;
/** A point further down is taken together with those it meets. */
const DEEPEST = 48;

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** TensorBoard's rule for the perplexity of so many points. */
export function perplexityFor(points: number): number {
  return Math.max(5, Math.ceil(Math.sqrt(points) / 4));
}

/** Yields a frame an iteration; `places` is another array every few of them. */
export function* tsne(input: TsneInput): Generator<Frame, Frame> {
  const { dimensions, count, rows, start } = input;
  const points = start.length / dimensions;
  const total = input.iterations ?? ITERATIONS;
  const attraction = symmetric(points, count, rows, affinities(input, points));
  const places = scattered(start, dimensions);
  const gains = new Float64Array(places.length).fill(1);
  const speed = new Float64Array(places.length);
  const force = new Float64Array(places.length);
  const rate = Math.max(50, points / EXAGGERATION);
  const tree = new Tree(dimensions);
  let frame: Frame = { iteration: 0, total, places: Float32Array.from(places) };
  yield frame;
  for (let iteration = 1; iteration <= total; iteration++) {
    const exaggeration = iteration <= EXAGGERATED ? EXAGGERATION : 1;
    const momentum = iteration <= EXAGGERATED ? 0.5 : 0.8;
    tree.build(places);
    force.fill(0);
    const sum = tree.repel(places, force);
    for (let i = 0; i < force.length; i++) force[i]! /= -Math.max(sum, 1e-12);
    attract(attraction, places, force, dimensions, exaggeration);
    for (let i = 0; i < places.length; i++) {
      // Gradient descent with gains (Jacobs 1988): faster while the direction stays.
      const same = Math.sign(force[i]!) === Math.sign(speed[i]!);
      gains[i] = Math.max(0.01, same ? gains[i]! * 0.8 : gains[i]! + 0.2);
      speed[i] = momentum * speed[i]! - rate * gains[i]! * 4 * force[i]!;
      places[i]! += speed[i]!;
    }
    centered(places, dimensions);
    const shown = iteration % 5 === 0 || iteration === total;
    frame = { iteration, total, places: shown ? Float32Array.from(places) : frame.places };
    yield frame;
  }
  return frame;
}

/** How likely each point takes each of its neighbours for one, at the perplexity that is wanted. */
function affinities({ count, far, perplexity }: TsneInput, points: number): Float64Array {
  const found = new Float64Array(points * count);
  const wanted = Math.log(Math.min(perplexity, Math.max(count, 1)));
  const weights = new Float64Array(count);
  for (let i = 0; i < points; i++) {
    const at = i * count;
    let [precision, low, high] = [1, 0, Number.POSITIVE_INFINITY];
    const nearest = finite(far[at]) ** 2;
    for (let round = 0; round < 60; round++) {
      let [sum, mean] = [0, 0];
      for (let j = 0; j < count; j++) {
        const away = finite(far[at + j]) ** 2 - nearest;
        const weight = Math.exp(-away * precision);
        weights[j] = weight;
        sum += weight;
        mean += weight * away;
      }
      const entropy = Math.log(sum) + (precision * mean) / sum;
      for (let j = 0; j < count; j++) found[at + j] = weights[j]! / sum;
      const off = entropy - wanted;
      if (Math.abs(off) < 1e-5) break;
      if (off > 0) {
        low = precision;
        precision = high === Number.POSITIVE_INFINITY ? precision * 2 : (precision + high) / 2;
      } else {
        high = precision;
        precision = (precision + low) / 2;
      }
    }
  }
  return found;
}

const finite = (number: number | undefined): number =>
  number !== undefined && Number.isFinite(number) ? number : 0;

interface Sparse {
  from: Uint32Array;
  to: Uint32Array;
  weight: Float64Array;
}

/** (p + its mirror) / 2n, as pairs in both directions. */
function symmetric(points: number, count: number, rows: Uint32Array, p: Float64Array): Sparse {
  const pairs = new Map<number, number>();
  for (let i = 0; i < points; i++) {
    for (let j = 0; j < count; j++) {
      const other = rows[i * count + j]!;
      const half = p[i * count + j]! / (2 * points);
      if (other === i || !half) continue;
      const key = i * points + other;
      const mirror = other * points + i;
      pairs.set(key, (pairs.get(key) ?? 0) + half);
      pairs.set(mirror, (pairs.get(mirror) ?? 0) + half);
    }
  }
  const from = new Uint32Array(pairs.size);
  const to = new Uint32Array(pairs.size);
  const weight = new Float64Array(pairs.size);
  let at = 0;
  for (const [key, value] of pairs) {
    from[at] = Math.floor(key / points);
    to[at] = key % points;
    weight[at++] = value;
  }
  return { from, to, weight };
}

function attract(
  { from, to, weight }: Sparse,
  places: Float64Array,
  force: Float64Array,
  dimensions: number,
  exaggeration: number,
): void {
  for (let at = 0; at < weight.length; at++) {
    const [i, j] = [from[at]! * dimensions, to[at]! * dimensions];
    let far = 1;
    for (let axis = 0; axis < dimensions; axis++)
      far += (places[i + axis]! - places[j + axis]!) ** 2;
    const pull = (exaggeration * weight[at]!) / far;
    for (let axis = 0; axis < dimensions; axis++) {
      force[i + axis]! += pull * (places[i + axis]! - places[j + axis]!);
    }
  }
}

/** The beginning, small, with points that coincide moved apart. */
function scattered(start: Float32Array, dimensions: number): Float64Array {
  const random = seeded(7);
  const places = Float64Array.from(start, finite);
  centered(places, dimensions);
  let sum = 0;
  for (const place of places) sum += place * place;
  const spread = Math.sqrt(sum / Math.max(places.length, 1)) || 1;
  return places.map((place) => (place / spread + 0.01 * (random() - 0.5)) * 1e-2);
}

function centered(places: Float64Array, dimensions: number): void {
  const points = places.length / dimensions;
  for (let axis = 0; axis < dimensions; axis++) {
    let mean = 0;
    for (let i = axis; i < places.length; i += dimensions) mean += places[i]! / points;
    for (let i = axis; i < places.length; i += dimensions) places[i]! -= mean;
  }
}

/** A quadtree or octree: of each cell its points' number and centre. */
class Tree {
  private readonly dimensions: number;
  private readonly fan: number;
  private cells = 0;
  private count = new Float64Array(0);
  private center = new Float64Array(0);
  private middle = new Float64Array(0);
  private half = new Float64Array(0);
  /** The first of its children; 0 for a leaf. */
  private child = new Int32Array(0);
  private readonly stack = new Int32Array(8 * DEEPEST + 64);

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.fan = 1 << dimensions;
  }

  build(places: Float64Array): void {
    const d = this.dimensions;
    const points = places.length / d;
    this.reserve(2 * points + 64);
    this.cells = 1;
    this.count.fill(0);
    this.child.fill(0);
    let reach = 1e-12;
    for (let axis = 0; axis < d; axis++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = axis; i < places.length; i += d) {
        low = Math.min(low, places[i]!);
        high = Math.max(high, places[i]!);
      }
      this.middle[axis] = (low + high) / 2;
      reach = Math.max(reach, (high - low) / 2);
    }
    this.half[0] = reach * 1.0001;
    for (let i = 0; i < places.length; i += d) this.insert(places, i);
  }

  private reserve(cells: number): void {
    const wanted = cells * this.fan;
    if (this.child.length >= wanted) return;
    this.grow(wanted);
  }

  private grow(size: number): void {
    const d = this.dimensions;
    const larger = (old: Float64Array, length: number) => {
      const made = new Float64Array(length);
      made.set(old);
      return made;
    };
    this.count = larger(this.count, size);
    this.half = larger(this.half, size);
    this.center = larger(this.center, size * d);
    this.middle = larger(this.middle, size * d);
    const child = new Int32Array(size);
    child.set(this.child);
    this.child = child;
  }

  private insert(places: Float64Array, at: number): void {
    const d = this.dimensions;
    let cell = 0;
    for (let depth = 0; ; depth++) {
      const before = this.count[cell]!;
      this.count[cell] = before + 1;
      if (before === 0) {
        for (let axis = 0; axis < d; axis++) this.center[cell * d + axis] = places[at + axis]!;
        return;
      }
      const isLeaf = this.child[cell] === 0;
      if (isLeaf && depth < DEEPEST) this.divide(cell, before);
      for (let axis = 0; axis < d; axis++) {
        const c = cell * d + axis;
        this.center[c]! += (places[at + axis]! - this.center[c]!) / (before + 1);
      }
      if (isLeaf && depth >= DEEPEST) return;
      cell = this.child[cell]! + this.side(cell, places, at);
    }
  }

  /** Gives a leaf children, and the one it falls to what it had. */
  private divide(cell: number, count: number): void {
    const d = this.dimensions;
    if (this.cells + this.fan > this.child.length) this.grow(2 * this.child.length);
    const first = this.cells;
    this.cells += this.fan;
    this.child[cell] = first;
    const half = this.half[cell]! / 2;
    for (let k = 0; k < this.fan; k++) {
      this.half[first + k] = half;
      this.count[first + k] = 0;
      this.child[first + k] = 0;
      for (let axis = 0; axis < d; axis++) {
        const sign = (k >> axis) & 1 ? 1 : -1;
        this.middle[(first + k) * d + axis] = this.middle[cell * d + axis]! + sign * half;
      }
    }
    const into = first + this.side(cell, this.center, cell * d);
    this.count[into] = count;
    for (let axis = 0; axis < d; axis++) {
      this.center[into * d + axis] = this.center[cell * d + axis]!;
    }
  }

  private side(cell: number, places: Float64Array, at: number): number {
    let side = 0;
    for (let axis = 0; axis < this.dimensions; axis++) {
      if (places[at + axis]! > this.middle[cell * this.dimensions + axis]!) side |= 1 << axis;
    }
    return side;
  }

  /** Adds to each point the push of all others, unnormalised; returns the sum to divide by. */
  repel(places: Float64Array, force: Float64Array): number {
    const { dimensions: d, center, count, half, child, fan } = this;
    const stack = this.stack;
    let sum = 0;
    for (let at = 0; at < places.length; at += d) {
      let top = 0;
      stack[top++] = 0;
      while (top > 0) {
        const cell = stack[--top]!;
        const weight = count[cell]!;
        if (weight === 0) continue;
        let far = 0;
        for (let axis = 0; axis < d; axis++) {
          far += (places[at + axis]! - center[cell * d + axis]!) ** 2;
        }
        const first = child[cell]!;
        if (first === 0 || 4 * half[cell]! * half[cell]! < THETA * THETA * far) {
          const near = 1 / (1 + far);
          // A leaf where the point itself is: the others there push, it does not.
          const others = first === 0 && far === 0 ? weight - 1 : weight;
          sum += others * near;
          const push = others * near * near;
          for (let axis = 0; axis < d; axis++) {
            force[at + axis]! += push * (places[at + axis]! - center[cell * d + axis]!);
          }
        } else for (let k = 0; k < fan; k++) stack[top++] = first + k;
      }
    }
    return sum;
  }
}
