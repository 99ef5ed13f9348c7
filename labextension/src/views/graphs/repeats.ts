// Blocks of equal structure: found by a hash, and drawn as one where they repeat.
import type { Graph } from "./graph.ts";
import type { Flow } from "./level.ts";
import { periodsIn, type Repeat } from "./periods.ts";

/** Fewer equal blocks than this are drawn one by one. */
export const LEAST = 3;

/** A number for each row: equal ones have the same operations, shapes and inner names. */
export function structures(graph: Graph): Float64Array {
  return graph.once("structures", () => {
    const [first, second] = [hashes(graph, 0x9e3779b1), hashes(graph, 0x85ebca6b)];
    const both = new Float64Array(graph.rows);
    // 53 of the 64 bits fit into a number.
    for (let row = 0; row < graph.rows; row++)
      both[row] = first[row]! * 2 ** 21 + (second[row]! >>> 11);
    return both;
  });
}

function hashes(graph: Graph, seed: number): Uint32Array {
  const hash = new Uint32Array(graph.rows);
  for (let leaf = 0; leaf < graph.length; leaf++) {
    let mixed = mix(seed ^ graph.op[leaf]!, graph.output[leaf]!);
    for (let edge = graph.starts[leaf]!; edge < graph.starts[leaf + 1]!; edge++) {
      const source = graph.source[edge]!;
      // What comes from elsewhere may differ: the first block of many has another before it.
      const near =
        source >= 0 && graph.parent[graph.row[source]!] === graph.parent[graph.row[leaf]!];
      const given = near ? graph.op[source]! : 0xffff;
      mixed = mix(mixed, (given << 1) | graph.control[edge]!);
    }
    hash[graph.row[leaf]!] = mixed;
  }
  const plain = plainParts(graph);
  // What is in a scope stands behind it; sums do not depend on the order.
  for (let row = graph.rows - 1; row >= 0; row--) {
    const parent = graph.parent[row]!;
    if (graph.leaf[row]! < 0) hash[row] = mix(hash[row]!, seed);
    if (parent >= 0) hash[parent]! += mix(plain[graph.part[row]!]!, hash[row]!);
  }
  return hash;
}

function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (b + 0x7f4a7c15), 0x2c1b3c6d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x297a2d39);
  return (h ^ (h >>> 13)) >>> 0;
}

/** A name without the number that TensorFlow tells several of one name apart by: the first has none. */
export const uncounted = (name: string): string => name.replace(/_\d+$/, "") || name;

/** Parts of names without the numbers that writers count with: a number for each. */
export function plainParts(graph: Graph): Uint32Array {
  return graph.once("plain parts", () => {
    const known = new Map<string, number>();
    const codes = new Uint32Array(graph.parts.length);
    for (let index = 0; index < codes.length; index++) {
      const plain = uncounted(graph.parts.at(index)).replace(/\d+/g, "#");
      let code = known.get(plain);
      if (code === undefined) {
        code = known.size;
        known.set(plain, code);
      }
      codes[index] = code;
    }
    return codes;
  });
}

/**
 * The places of a level that are drawn as one, in order: equal blocks that follow each other, one
 * or several pieces each, or that stand side by side, none behind another.
 */
export function repeatsIn(graph: Graph, flow: Flow): Repeat[] {
  const { rows } = flow;
  const found = periodsIn(graph, flow);
  const folded = new Set(found.flatMap(({ places }) => places));
  const structure = structures(graph);
  const plain = plainParts(graph);
  const classes = new Map<string, number[]>();
  rows.forEach((row, place) => {
    if (folded.has(place)) return;
    const key = `${plain[graph.part[row]!]} ${structure[row]}`;
    const known = classes.get(key);
    if (known) known.push(place);
    else classes.set(key, [place]);
  });
  for (const places of classes.values()) {
    if (places.length < LEAST) continue;
    const rest = new Set(places);
    for (const chain of chainsOf(places, flow)) {
      if (chain.length < LEAST) continue;
      found.push({ places: chain, period: 1 });
      for (const place of chain) rest.delete(place);
    }
    const beside = new Map<number, number[]>();
    for (const place of rest) {
      const known = beside.get(flow.rank[place]!);
      if (known) known.push(place);
      else beside.set(flow.rank[place]!, [place]);
    }
    for (const same of beside.values())
      if (same.length > LEAST) found.push({ places: same, period: 1 });
  }
  return found;
}

/** Chains among some places: each directly feeds the next. */
function chainsOf(places: readonly number[], { after }: Flow): number[][] {
  const inside = new Set(places);
  const next = new Map<number, number>();
  const taken = new Set<number>();
  for (const place of places) {
    for (const target of after[place]!) {
      if (target === place || !inside.has(target) || taken.has(target)) continue;
      next.set(place, target);
      taken.add(target);
      break;
    }
  }
  const chains: number[][] = [];
  for (const place of places) {
    if (taken.has(place)) continue;
    const chain = [place];
    for (let at = next.get(place); at !== undefined; at = next.get(at)) chain.push(at);
    chains.push(chain);
  }
  return chains;
}
