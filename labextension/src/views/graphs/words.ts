// What the graphs view says of boxes and edges.
import { formatDuration } from "../../draw/format.ts";
import { oneLine } from "../../shell/names.ts";
import type { Graph } from "./graph.ts";
import type { Piece } from "./level.ts";
import { MOST_LETTERS, type Line } from "./scene.ts";

const SI = ["", "k", "M", "G", "T", "P"];

/** "1.2M": three digits and a prefix. */
export function formatShort(value: number): string {
  const power = value < 1000 ? 0 : Math.min(SI.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${scaled >= 100 || power === 0 ? Math.round(scaled) : scaled.toPrecision(3)}${SI[power]}`;
}

/** "4.35 MB". */
export function formatBytes(value: number): string {
  return `${formatShort(value).replace(/([A-Za-z]?)$/, " $1B")}`;
}

/** The title of a box as it is drawn; what stands behind "…" differs last, so the end stays. */
export function titleOf(piece: Piece): string {
  const title = oneLine(piece.title);
  const letters = Array.from(title);
  if (letters.length <= MOST_LETTERS) return title;
  return `…${letters.slice(1 - MOST_LETTERS).join("")}`;
}

/** The line below a title. */
export function noteOf(graph: Graph, piece: Piece): string {
  if (piece.kind === "op") {
    const leaf = graph.leaf[piece.rows[0]!]!;
    return cut(oneLine(graph.ops[graph.op[leaf]!] || "operation"));
  }
  const [nodes, parameters] = [totalOf(graph, piece, "nodes"), totalOf(graph, piece, "parameters")];
  const held = parameters ? ` · ${formatShort(parameters)} par.` : "";
  return `${nodes.toLocaleString("en")} ${nodes === 1 ? "node" : "nodes"}${held}`;
}

function cut(text: string): string {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
}

export function totalOf(
  graph: Graph,
  { rows }: Piece,
  what: "nodes" | "parameters" | "bytes" | "time" | "memory",
): number {
  const totals = graph.totals(what);
  let total = 0;
  for (const row of rows) total += totals[row]!;
  return total;
}

/** All that is known of a box, in a sentence or two: its tooltip, and what is read aloud. */
export function aboutPiece(graph: Graph, piece: Piece): string {
  const parts = [oneLine(piece.key), noteOf(graph, piece)];
  if (piece.kind === "op") {
    const leaf = graph.leaf[piece.rows[0]!]!;
    parts.push(graph.labels[graph.output[leaf]!]!, graph.devices[graph.device[leaf]!]!);
  }
  const bytes = totalOf(graph, piece, "bytes");
  if (bytes) parts.push(`${formatBytes(bytes)} of parameters`);
  if (graph.time) parts.push(formatDuration(totalOf(graph, piece, "time")));
  if (graph.memory) parts.push(`${formatBytes(totalOf(graph, piece, "memory"))} of memory`);
  return parts.filter(Boolean).join(" · ");
}

/** What flows along a line. */
export function labelOf(
  graph: Graph,
  { count, label, control }: Pick<Line, "count" | "label" | "control">,
): string {
  if (control) return "order only";
  const text = label < 0 ? "" : graph.labels[label]!;
  if (count === 1) return text || "tensor";
  return `${count.toLocaleString("en")} × ${text || "tensors"}`;
}

/** How wide a line is: as TensorBoard by the size of what flows, in narrower limits. */
export function widthOf(graph: Graph, { label, control }: Line): number {
  const shape = label < 0 ? null : /\[([^\]]*)\]/.exec(graph.labels[label]!);
  if (control || !shape) return 1;
  let size = 1;
  for (const part of shape[1]!.split(",")) size *= Number.parseInt(part, 10) || 1;
  return Math.min(4, Math.max(1, size ** 0.3 / 25));
}
