// Two graphs in one: what was added, removed and changed, as nbboard.kinds.graphs.compare.
import { ADDED, CHANGED, Graph, REMOVED, SAME } from "./graph.ts";

/** The later graph with what only the earlier one has, each operation with its status. */
export function compared(before: Graph, after: Graph): Graph {
  const old = leavesByName(before);
  const now = leavesByName(after);
  const gone = [...old].flatMap(([name, leaf]) => (now.has(name) ? [] : [{ name, leaf }]));
  const status = new Uint8Array(after.length + gone.length);
  for (let leaf = 0; leaf < after.length; leaf++) {
    const other = old.get(after.names[after.row[leaf]!]!);
    status[leaf] =
      other === undefined ? ADDED : differ(before, other, after, leaf) ? CHANGED : SAME;
  }
  status.fill(REMOVED, after.length);
  return joined(before, after, gone, status);
}

function leavesByName(graph: Graph): Map<string, number> {
  const found = new Map<string, number>();
  graph.row.forEach((row, leaf) => {
    const name = graph.names[row]!;
    if (!found.has(name)) found.set(name, leaf);
  });
  return found;
}

function differ(before: Graph, old: number, after: Graph, now: number): boolean {
  return (
    before.check[old] !== after.check[now] ||
    before.ops[before.op[old]!] !== after.ops[after.op[now]!] ||
    before.devices[before.device[old]!] !== after.devices[after.device[now]!] ||
    before.labels[before.output[old]!] !== after.labels[after.output[now]!] ||
    inputsOf(before, old).join("\n") !== inputsOf(after, now).join("\n")
  );
}

/** What feeds an operation, as it is compared: names, and what flows. */
function inputsOf(graph: Graph, leaf: number): string[] {
  const found = [];
  for (let edge = graph.starts[leaf]!; edge < graph.starts[leaf + 1]!; edge++) {
    const source = graph.source[edge]!;
    const name = source < 0 ? "" : graph.names[graph.row[source]!]!;
    found.push(`${graph.control[edge]} ${name} ${graph.labels[graph.label[edge]!]}`);
  }
  return found;
}

/** What a person sees in the end: rows and columns of both graphs. */
function joined(
  before: Graph,
  after: Graph,
  gone: readonly { name: string; leaf: number }[],
  status: Uint8Array,
): Graph {
  const parts: string[] = [];
  for (let index = 0; index < after.parts.length; index++) parts.push(after.parts.at(index));
  const part = [...after.part];
  const parent = [...after.parent];
  const leaf = [...after.leaf];
  const scopes = new Map<string, number>();
  after.leaf.forEach((at, row) => {
    if (at < 0) scopes.set(after.names[row]!, row);
  });
  const put = (name: string, around: number, at: number): number => {
    parts.push(name);
    part.push(parts.length - 1);
    parent.push(around);
    leaf.push(at);
    return part.length - 1;
  };
  const scope = (path: string): number => {
    const known = scopes.get(path);
    if (known !== undefined) return known;
    let around = -1;
    let so = "";
    path.split("/").forEach((each, depth) => {
      so = depth ? `${so}/${each}` : each;
      const found = scopes.get(so) ?? put(each, around, -1);
      scopes.set(so, found);
      around = found;
    });
    return around;
  };
  gone.forEach(({ name }, index) => {
    const cut = name.lastIndexOf("/");
    put(name.slice(cut + 1), cut < 0 ? -1 : scope(name.slice(0, cut)), after.length + index);
  });
  const places = new Map<string, number>();
  after.row.forEach((row, at) => {
    places.set(after.names[row]!, at);
  });
  gone.forEach(({ name }, index) => {
    places.set(name, after.length + index);
  });
  const words = new Words(after);
  const columns = {
    op: [...after.op],
    device: [...after.device],
    output: [...after.output],
    check: [...after.check],
    source: [...after.source],
    label: [...after.label],
    control: [...after.control],
    input_ends: [...after.starts.slice(1)],
  };
  for (const { leaf: old } of gone) {
    columns.op.push(words.ops.code(before.ops[before.op[old]!]!));
    columns.device.push(words.devices.code(before.devices[before.device[old]!]!));
    columns.output.push(words.labels.code(before.labels[before.output[old]!]!));
    columns.check.push(before.check[old]!);
    for (let edge = before.starts[old]!; edge < before.starts[old + 1]!; edge++) {
      const source = before.source[edge]!;
      columns.source.push(source < 0 ? -1 : places.get(before.names[before.row[source]!]!)!);
      columns.label.push(words.labels.code(before.labels[before.label[edge]!]!));
      columns.control.push(before.control[edge]!);
    }
    columns.input_ends.push(columns.source.length);
  }
  const { held, count, size } = after.parameters;
  return new Graph({
    form: after.form,
    bytes: after.bytes,
    parts: { at: (index: number) => parts[index]!, length: parts.length },
    part: new Uint32Array(part),
    parent: new Int32Array(parent),
    leaf: new Int32Array(leaf),
    own: after.own,
    ops: words.ops.all,
    devices: words.devices.all,
    labels: words.labels.all,
    op: new Uint32Array(columns.op),
    device: new Uint32Array(columns.device),
    output: new Uint32Array(columns.output),
    check: new Uint32Array(columns.check),
    source: new Int32Array(columns.source),
    label: new Uint32Array(columns.label),
    control: new Uint8Array(columns.control),
    input_ends: new Uint32Array(columns.input_ends),
    layers: after.layers,
    held,
    count,
    size,
    status,
  });
}

/** Texts with codes, to which more are added. */
class Coded {
  readonly all: string[];
  private readonly codes: Map<string, number>;

  constructor(texts: readonly string[]) {
    this.all = [...texts];
    this.codes = new Map(texts.map((text, code) => [text, code]));
  }

  code(text: string): number {
    let code = this.codes.get(text);
    if (code === undefined) {
      code = this.all.length;
      this.all.push(text);
      this.codes.set(text, code);
    }
    return code;
  }
}

class Words {
  readonly ops: Coded;
  readonly devices: Coded;
  readonly labels: Coded;

  constructor({ ops, devices, labels }: Graph) {
    this.ops = new Coded(ops);
    this.devices = new Coded(devices);
    this.labels = new Coded(labels);
  }
}
