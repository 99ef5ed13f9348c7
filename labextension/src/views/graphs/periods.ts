// What comes again and again along a way through a level: A, B, A, B, A, B.
import type { Graph } from "./graph.ts";
import type { Flow } from "./level.ts";
import { LEAST, plainParts, structures } from "./repeats.ts";

/** Longer periods are not looked for. */
const LONGEST = 24;

/** Some pieces of a level that follow each other, `period` of them being one block. */
export interface Repeat {
  places: readonly number[];
  period: number;
}

/** The repetitions in a level along its longest ways; those of most pieces first. */
export function periodsIn(graph: Graph, flow: Flow): Repeat[] {
  const found: Repeat[] = [];
  for (const way of waysOf(flow)) {
    const kinds = kindsAlong(graph, flow, way);
    for (let period = 1; period <= Math.min(LONGEST, way.length / LEAST); period++) {
      let start = 0;
      for (let at = period; at <= way.length; at++) {
        if (at < way.length && repeats(kinds, at, period)) continue;
        const times = Math.floor((at - start) / period);
        if (times >= LEAST)
          found.push({ places: way.slice(start, start + times * period), period });
        start = at - period + 1;
      }
    }
  }
  found.sort((a, b) => b.places.length - a.places.length || a.period - b.period);
  const taken = new Set<number>();
  return found.filter(({ places }) => {
    if (places.some((place) => taken.has(place))) return false;
    for (const place of places) taken.add(place);
    return true;
  });
}

/** Ways of places each of which feeds the next and is one rank before it; no place is on two. */
function waysOf({ after, rank }: Flow): number[][] {
  const order = Array.from(rank.keys()).sort((a, b) => rank[a]! - rank[b]! || a - b);
  /** The length of the longest way from each place. */
  const rest = new Int32Array(rank.length);
  const next = (place: number, taken?: Uint8Array): number => {
    let best = -1;
    for (const target of after[place]!) {
      if (rank[target] !== rank[place]! + 1 || taken?.[target]) continue;
      if (best < 0 || rest[target]! > rest[best]!) best = target;
    }
    return best;
  };
  for (const place of [...order].reverse()) {
    const target = next(place);
    rest[place] = target < 0 ? 1 : rest[target]! + 1;
  }
  const taken = new Uint8Array(rank.length);
  const ways: number[][] = [];
  for (const start of order) {
    if (taken[start]) continue;
    const way: number[] = [];
    for (let at = start; at >= 0; at = next(at, taken)) {
      taken[at] = 1;
      way.push(at);
    }
    if (way.length >= LEAST) ways.push(way);
  }
  return ways;
}

/** What a place of a way is, and what it takes. */
interface Kind {
  is: string;
  takes: readonly string[];
}

/** What comes from elsewhere. */
const ELSEWHERE = "…";

function kindsAlong(graph: Graph, { rows }: Flow, way: readonly number[]): Kind[] {
  const structure = structures(graph);
  const plain = plainParts(graph);
  const onWay = new Map(way.map((place, at) => [rows[place]!, at]));
  return way.map((place, at) => {
    const row = rows[place]!;
    const leaf = graph.leaf[row]!;
    const name = plain[graph.part[row]!];
    if (leaf < 0) return { is: `${name} ${structure[row]}`, takes: [] };
    const is = `${name} ${graph.op[leaf]} ${graph.output[leaf]}`;
    return { is, takes: inputsOf(graph, leaf, at, onWay) };
  });
}

/** What an operation takes: along the way from how far before, of the same level the operations. */
function inputsOf(
  graph: Graph,
  leaf: number,
  at: number,
  onWay: ReadonlyMap<number, number>,
): string[] {
  const found: string[] = [];
  const around = graph.parent[graph.row[leaf]!]!;
  for (let edge = graph.starts[leaf]!; edge < graph.starts[leaf + 1]!; edge++) {
    const source = graph.source[edge]!;
    let row = source < 0 ? -1 : graph.row[source]!;
    const near = row >= 0 && graph.parent[row] === around;
    while (row > around && !onWay.has(row)) row = graph.parent[row]!;
    const along = row > around ? onWay.get(row) : undefined;
    const given = along !== undefined ? `-${at - along}` : near ? `${graph.op[source]}` : ELSEWHERE;
    found.push(`${given}${graph.control[edge] ? "^" : ""}`);
  }
  return found;
}

/** Whether a place is as the one a period before it. */
function repeats(kinds: readonly Kind[], at: number, period: number): boolean {
  const [one, other] = [kinds[at - period]!, kinds[at]!];
  if (one.is !== other.is || one.takes.length !== other.takes.length) return false;
  // Where the way begins within a scope, the first block takes from elsewhere what the second
  // takes from the end of the first.
  const begin = at < 2 * period ? `-${at - period + 1}` : null;
  return one.takes.every((given, index) => {
    const now = other.takes[index];
    return given === now || (given === ELSEWHERE && now === begin);
  });
}
