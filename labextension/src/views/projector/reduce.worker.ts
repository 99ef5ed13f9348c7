// The worker of the projector: t-SNE, UMAP, and patterns that may take for ever.
import { UMAP } from "umap-js";
import { offer } from "../../worker/serve.ts";
import { seeded, tsne, type TsneInput } from "./tsne.ts";

export interface Frame {
  iteration: number;
  total: number;
  places: Float32Array;
}

export interface UmapInput {
  dimensions: number;
  /** Neighbours of each point, without itself, the nearest first. */
  count: number;
  rows: Uint32Array;
  far: Float32Array;
}

export interface FindInput {
  pattern: string;
  columns: { words: string[]; codes: Uint32Array }[];
}

/** A group that repeats and has something that repeats in it. */
const NESTED = /\([^)]*[*+}][^)]*\)\s*[*+{]/;

export const jobs = {
  *tsne(input: TsneInput): Generator<Frame, Frame> {
    return yield* tsne(input);
  },

  *umap({ dimensions, count, rows, far }: UmapInput): Generator<Frame, Frame> {
    const points = rows.length / count;
    const near = Math.min(count, 14);
    const umap = new UMAP({
      nComponents: dimensions,
      nNeighbors: near + 1,
      minDist: 0.1,
      random: seeded(1),
    });
    const indices: number[][] = [];
    const distances: number[][] = [];
    for (let i = 0; i < points; i++) {
      const at = i * count;
      indices.push([i, ...rows.subarray(at, at + near)]);
      distances.push([0, ...far.subarray(at, at + near)]);
    }
    umap.setPrecomputedKNN(indices, distances);
    // The points themselves are not looked at where their neighbours are known.
    const total = umap.initializeFit(indices.map((own) => [own[0]!]));
    let frame: Frame = { iteration: 0, total, places: flat(umap.getEmbedding(), dimensions) };
    for (let iteration = 1; iteration <= total; iteration++) {
      umap.step();
      frame = { iteration, total, places: frame.places };
      if (iteration % 5 === 0 || iteration === total) {
        frame = { iteration, total, places: flat(umap.getEmbedding(), dimensions) };
      }
      yield frame;
    }
    return frame;
  },

  *find({ pattern, columns }: FindInput): Generator<number, Uint32Array> {
    // In a worker a pattern that takes for ever is ended with it; in the page nothing ends it.
    if (typeof document !== "undefined" && NESTED.test(pattern)) {
      throw new Error("repeats within repeats may take for ever, and no worker can be had here");
    }
    const regex = new RegExp(pattern.replaceAll("(?P<", "(?<"), "i");
    const found = new Set<number>();
    for (const { words, codes } of columns) {
      const good = new Uint8Array(words.length);
      for (let at = 0; at < words.length; at++) {
        if (regex.test(words[at]!)) good[at] = 1;
        if (at % 1024 === 0) yield found.size;
      }
      for (let row = 0; row < codes.length; row++) if (good[codes[row]!]) found.add(row);
    }
    return Uint32Array.from(found).sort();
  },
};

export type ReduceJobs = typeof jobs;

function flat(embedding: number[][], dimensions: number): Float32Array {
  const places = new Float32Array(embedding.length * dimensions);
  embedding.forEach((place, i) => {
    for (let axis = 0; axis < dimensions; axis++) places[i * dimensions + axis] = place[axis]!;
  });
  return places;
}

export default offer(jobs);
