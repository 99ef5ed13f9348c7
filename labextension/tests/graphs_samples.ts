// Graphs as the kernel sends them, out of rows: name, operation, inputs, attribute.
import { Graph } from "../src/views/graphs/graph.ts";

export type GraphRow = readonly [
  name: string,
  op: string,
  inputs: readonly string[],
  attribute?: string,
];

export function graphOf(rows: readonly GraphRow[], more: Record<string, unknown> = {}): Graph {
  const parts: string[] = [];
  const part: number[] = [];
  const parent: number[] = [];
  const leaf: number[] = [];
  const scopes = new Map<string, number>();
  const put = (title: string, around: number, place: number): number => {
    if (!parts.includes(title)) parts.push(title);
    part.push(parts.indexOf(title));
    parent.push(around);
    leaf.push(place);
    return part.length - 1;
  };
  const scope = (path: readonly string[]): number => {
    if (!path.length) return -1;
    const name = path.join("/");
    const known = scopes.get(name);
    if (known !== undefined) return known;
    const row = put(path[path.length - 1]!, scope(path.slice(0, -1)), -1);
    scopes.set(name, row);
    return row;
  };
  const paths = rows.map(([name]) => name.split("/"));
  for (const path of paths) scope(path.slice(0, -1));
  paths.forEach((path, place) => {
    put(path[path.length - 1]!, scope(path.slice(0, -1)), place);
  });
  const ops = [...new Set(rows.map(([, op]) => op))];
  const source: number[] = [];
  const control: number[] = [];
  const ends: number[] = [];
  for (const [, , inputs] of rows) {
    for (const input of inputs) {
      source.push(rows.findIndex(([name]) => name === input.replace("^", "")));
      control.push(input.startsWith("^") ? 1 : 0);
    }
    ends.push(source.length);
  }
  const bytes = parts.map((each) => new TextEncoder().encode(each));
  let total = 0;
  const partEnds = bytes.map(({ length }) => {
    total += length;
    return total;
  });
  const joined = new Uint8Array(bytes.flatMap((each) => [...each]));
  return new Graph({
    form: "graph_def",
    bytes: 1,
    parts: { bytes: new DataView(joined.buffer), ends: new Uint32Array(partEnds) },
    part: new Uint32Array(part),
    parent: new Int32Array(parent),
    leaf: new Int32Array(leaf),
    own: new Int32Array(),
    ops,
    op: new Uint8Array(rows.map(([, op]) => ops.indexOf(op))),
    devices: [""],
    device: new Uint8Array(rows.length),
    labels: ["", "float32 [?, 8]"],
    output: new Uint8Array(rows.length).fill(1),
    check: new Uint32Array(rows.map(([, , , attribute]) => checksum(attribute ?? ""))),
    source: new Int32Array(source),
    label: new Uint8Array(control.map((order) => 1 - order)),
    control: new Uint8Array(control),
    input_ends: new Uint32Array(ends),
    held: new Int32Array(),
    count: new Float64Array(),
    size: new Float64Array(),
    layers: { layer: [] },
    ...more,
  });
}

function checksum(text: string): number {
  return Array.from(text).reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) >>> 0, 7);
}
