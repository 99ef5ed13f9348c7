// A graph in the page: the columns that the kernel sent (nbboard/views/graphs/wire.py), and
// what is asked of them.
import type { Content } from "../../shell/wire.ts";
import type { Item } from "../../stepped/kind.ts";

/** Texts in one run of bytes, each decoded when it is shown. */
export class Texts {
  private readonly bytes: Uint8Array;
  private readonly ends: Uint32Array;
  private readonly known: string[] = [];

  constructor(content: { bytes: DataView; ends: Uint32Array }) {
    const { buffer, byteOffset, byteLength } = content.bytes;
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.ends = content.ends;
  }

  get length(): number {
    return this.ends.length;
  }

  at(index: number): string {
    let text = this.known[index];
    if (text === undefined) {
      const start = index ? this.ends[index - 1]! : 0;
      text = DECODER.decode(this.bytes.subarray(start, this.ends[index]));
      this.known[index] = text;
    }
    return text;
  }
}

const DECODER = new TextDecoder();

type Codes = Uint8Array | Uint16Array | Uint32Array;

export interface Layers {
  layer: string[];
  type: string[];
  output: string[];
  /** NaN where it is not known. */
  parameters: Float64Array;
  bytes: Float64Array;
  nodes: Uint32Array;
  row: Int32Array;
}

interface Attributes {
  keys: string[];
  key: Codes;
  texts: Texts;
  text: Codes;
  ends: Uint32Array;
}

/** How an operation stands to that of a graph that is compared. */
export const SAME = 0;
export const ADDED = 1;
export const REMOVED = 2;
export const CHANGED = 3;

export class Graph implements Item {
  /** Only items that are not shown have one. */
  readonly refusal?: string | null;
  readonly form: string;
  readonly bytes: number;
  /** Rows: scopes and operations, a scope before what is in it. */
  readonly part: Codes;
  readonly parent: Int32Array;
  /** The operation of a row; -1 for a scope. */
  readonly leaf: Int32Array;
  /** The row of each operation. */
  readonly row: Int32Array;
  readonly parts: { at(index: number): string; readonly length: number };
  readonly own: ReadonlySet<number>;
  /** Columns of operations. */
  readonly op: Codes;
  readonly ops: readonly string[];
  readonly device: Codes;
  readonly devices: readonly string[];
  readonly output: Codes;
  readonly check: Uint32Array;
  readonly time: Float64Array | null;
  readonly memory: Float64Array | null;
  /** Edges, those of operation i from starts[i] to starts[i + 1]. */
  readonly starts: Uint32Array;
  readonly source: Int32Array;
  readonly label: Codes;
  readonly control: Uint8Array;
  readonly labels: readonly string[];
  readonly layers: Layers;
  /** How each operation stands to another graph, where this is a comparison. */
  readonly status: Uint8Array | null;
  private readonly held: Int32Array;
  private readonly count: Float64Array;
  private readonly size: Float64Array;
  private readonly attributes: Attributes | null;
  private readonly content: Content;
  private readonly cache = new Map<string, unknown>();

  constructor(content: Content) {
    this.content = content;
    this.form = content.form;
    this.bytes = content.bytes;
    this.part = content.part;
    this.parent = content.parent;
    this.leaf = content.leaf;
    this.parts = content.parts.at ? content.parts : new Texts(content.parts);
    this.own = new Set(content.own);
    this.op = content.op;
    this.ops = content.ops;
    this.device = content.device;
    this.devices = content.devices;
    this.output = content.output;
    this.check = content.check;
    this.time = content.time ?? null;
    this.memory = content.memory ?? null;
    this.source = content.source;
    this.label = content.label;
    this.control = content.control;
    this.labels = content.labels;
    this.layers = content.layers;
    this.status = content.status ?? null;
    this.held = content.held;
    this.count = content.count;
    this.size = content.size;
    this.attributes = content.attributes
      ? { ...content.attributes, texts: new Texts(content.attributes.texts) }
      : null;
    this.starts = new Uint32Array(this.op.length + 1);
    this.starts.set(content.input_ends, 1);
    this.row = new Int32Array(this.op.length);
    for (let row = 0; row < this.leaf.length; row++)
      if (this.leaf[row]! >= 0) this.row[this.leaf[row]!] = row;
  }

  /** The same with other columns. */
  with(columns: Content): Graph {
    return new Graph({ ...this.content, ...columns });
  }

  /** How many operations there are. */
  get length(): number {
    return this.op.length;
  }

  /** How many rows: operations and scopes. */
  get rows(): number {
    return this.part.length;
  }

  /** How many edges come from an operation that is there. */
  get edgeCount(): number {
    return this.once("edges", () => {
      let count = 0;
      for (const source of this.source) if (source >= 0) count++;
      return count;
    });
  }

  /** Something that is computed once for a graph. */
  once<T>(what: string, compute: () => T): T {
    if (!this.cache.has(what)) this.cache.set(what, compute());
    return this.cache.get(what) as T;
  }

  /** The last part of a row's name. */
  title(row: number): string {
    return this.parts.at(this.part[row]!);
  }

  /** The whole name. */
  name(row: number): string {
    const named = this.own.has(row) ? [] : [this.title(row)];
    for (let at = this.parent[row]!; at >= 0; at = this.parent[at]!) named.push(this.title(at));
    return named.reverse().join("/");
  }

  /** All names, by row; each scope's is made once. */
  get names(): readonly string[] {
    return this.once("names", () => {
      const names: string[] = [];
      for (let row = 0; row < this.rows; row++) {
        const parent = this.parent[row]!;
        const around = parent < 0 ? "" : names[parent]!;
        if (this.own.has(row)) names.push(around);
        else names.push(parent < 0 ? this.title(row) : `${around}/${this.title(row)}`);
      }
      return names;
    });
  }

  /** The row of a name: an operation before a scope; -1 if there is none. */
  find(name: string): number {
    const rows = this.once("by name", () => {
      const found = new Map<string, number>();
      this.names.forEach((each, row) => {
        const known = found.get(each);
        if (known === undefined || (this.leaf[known]! < 0 && this.leaf[row]! >= 0))
          found.set(each, row);
      });
      return found;
    });
    return rows.get(name) ?? -1;
  }

  /** The rows in a scope; -1 for the top. */
  children(row: number): readonly number[] {
    const all = this.once("children", () => {
      const found = new Map<number, number[]>();
      this.parent.forEach((parent, child) => {
        const known = found.get(parent);
        if (known) known.push(child);
        else found.set(parent, [child]);
      });
      return found;
    });
    return all.get(row) ?? [];
  }

  /** Sums of a column of operations, for each row over all that is in it. */
  totals(what: "nodes" | "parameters" | "bytes" | "time" | "memory"): Float64Array {
    return this.once(`total ${what}`, () => {
      const total = new Float64Array(this.rows);
      const add = (leaf: number, value: number): void => {
        total[this.row[leaf]!]! += value || 0;
      };
      if (what === "nodes") for (let leaf = 0; leaf < this.length; leaf++) add(leaf, 1);
      else if (what === "time" || what === "memory")
        this[what]?.forEach((value, leaf) => {
          add(leaf, value);
        });
      else
        this.held.forEach((leaf, index) => {
          add(leaf, (what === "parameters" ? this.count : this.size)[index]!);
        });
      for (let row = this.rows - 1; row >= 0; row--) {
        const parent = this.parent[row]!;
        if (parent >= 0) total[parent]! += total[row]!;
      }
      return total;
    });
  }

  /** The operations that take what each gives: starts and targets, as the inputs. */
  get consumers(): { starts: Uint32Array; target: Int32Array } {
    return this.once("consumers", () => {
      const starts = new Uint32Array(this.length + 1);
      for (const source of this.source) if (source >= 0) starts[source + 1]!++;
      for (let leaf = 0; leaf < this.length; leaf++) starts[leaf + 1]! += starts[leaf]!;
      const next = starts.slice();
      const target = new Int32Array(starts[this.length]!);
      for (let leaf = 0; leaf < this.length; leaf++) {
        for (let edge = this.starts[leaf]!; edge < this.starts[leaf + 1]!; edge++) {
          const source = this.source[edge]!;
          if (source >= 0) target[next[source]!++] = leaf;
        }
      }
      return { starts, target };
    });
  }

  /** Names and texts of an operation's attributes; null if they did not come along. */
  attributesOf(leaf: number): [string, string][] | null {
    const all = this.attributes;
    if (!all) return null;
    const found: [string, string][] = [];
    for (let at = leaf ? all.ends[leaf - 1]! : 0; at < all.ends[leaf]!; at++)
      found.push([all.keys[all.key[at]!]!, all.texts.at(all.text[at]!)]);
    return found;
  }

  /** The bytes that it takes in the browser, about. */
  get weight(): number {
    return 24 * this.rows + 24 * this.length + 8 * this.source.length + 4096;
  }

  /** The columns again, to make another graph of. */
  get parameters(): { held: Int32Array; count: Float64Array; size: Float64Array } {
    return { held: this.held, count: this.count, size: this.size };
  }
}
