// What the colours of boxes mean.
import { formatDuration } from "../../draw/format.ts";
import { colorAt } from "../../draw/palette.ts";
import type { Theme } from "../../shell/theme.ts";
import { ADDED, CHANGED, type Graph, REMOVED } from "./graph.ts";
import type { Piece } from "./level.ts";
import { structures } from "./repeats.ts";
import { formatBytes } from "./words.ts";

export type ColorBy = "op" | "structure" | "device" | "time" | "memory";

export interface Painter {
  /** The fill of a box, and of the mark at its left. */
  fill(piece: Piece): string;
  mark(piece: Piece): string | null;
  legend: readonly { color: string; text: string }[];
}

/** So many different things have a colour; the others are grey. */
const MOST = 8;

export const STATUS_COLORS = { [ADDED]: "#2e9e4f", [REMOVED]: "#d23f3f", [CHANGED]: "#c98a00" };
const STATUS_WORDS = { [ADDED]: "added", [REMOVED]: "removed", [CHANGED]: "changed" } as const;

export function painterOf(graph: Graph, by: ColorBy, theme: Theme): Painter {
  const mark = graph.status
    ? statusOf(graph)
    : by === "time" || by === "memory"
      ? null
      : named(graph, by, theme);
  if (!mark) return measured(graph, by as "time" | "memory", theme);
  return {
    mark: mark.color,
    fill: (piece) => {
      const color = mark.color(piece);
      return mixed(theme.background, color ?? theme.faint, color ? 0.16 : 0.06);
    },
    legend: mark.legend,
  };
}

type Marks = { color(piece: Piece): string | null; legend: Painter["legend"] };

/** Added, removed and changed; a scope has the colour of what all in it share, else of changes. */
function statusOf(graph: Graph): Marks {
  const inside = statusTotals(graph);
  return {
    color(piece) {
      const [added, removed, changed, all] = sum(inside, piece.rows);
      if (!added && !removed && !changed) return null;
      if (added === all) return STATUS_COLORS[ADDED];
      if (removed === all) return STATUS_COLORS[REMOVED];
      return STATUS_COLORS[CHANGED];
    },
    legend: ([ADDED, REMOVED, CHANGED] as const).map((status) => ({
      color: STATUS_COLORS[status],
      text: STATUS_WORDS[status],
    })),
  };
}

/** How many operations in each row were added, removed, changed, and are there. */
export function statusTotals(graph: Graph): Uint32Array {
  return graph.once("status totals", () => {
    const total = new Uint32Array(4 * graph.rows);
    graph.row.forEach((row, leaf) => {
      const status = graph.status?.[leaf] ?? 0;
      if (status) total[4 * row + status - 1] = 1;
      total[4 * row + 3] = 1;
    });
    for (let row = graph.rows - 1; row >= 0; row--) {
      const parent = graph.parent[row]!;
      for (let at = 0; at < 4 && parent >= 0; at++) total[4 * parent + at]! += total[4 * row + at]!;
    }
    return total;
  });
}

export function sum(
  totals: Uint32Array,
  rows: readonly number[],
): [number, number, number, number] {
  const found: [number, number, number, number] = [0, 0, 0, 0];
  for (const row of rows) for (let at = 0; at < 4; at++) found[at]! += totals[4 * row + at]!;
  return found;
}

/** The commonest operations, structures or devices have a colour each. */
function named(graph: Graph, by: "op" | "structure" | "device", theme: Theme): Marks {
  const key = keyOf(graph, by);
  const counts = graph.once(`counts ${by}`, () => {
    const found = new Map<number, number>();
    if (by === "structure") {
      for (let row = 0; row < graph.rows; row++) if (graph.leaf[row]! < 0) count(found, key(row));
    } else for (const code of graph[by]) count(found, code);
    return found;
  });
  const common = [...counts]
    .filter(
      ([code, number]) =>
        (by !== "structure" || number > 1) && (by !== "device" || graph.devices[code]),
    )
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST);
  const colors = new Map(
    common.map(([code], slot) => [code, colorAt("tensorboard", slot + 1, theme.dark)]),
  );
  const text = (code: number, number: number): string =>
    by === "structure"
      ? `${number.toLocaleString("en")} alike`
      : `${(by === "op" ? graph.ops : graph.devices)[code]} ${number.toLocaleString("en")}`;
  return {
    color: ({ rows, kind }) => {
      if (by === "op" && kind !== "op") return null;
      return colors.get(key(rows[0]!)) ?? null;
    },
    legend: common.map(([code, number]) => ({
      color: colors.get(code)!,
      text: text(code, number),
    })),
  };
}

function keyOf(graph: Graph, by: "op" | "structure" | "device"): (row: number) => number {
  if (by === "structure") return (row) => structures(graph)[row]!;
  if (by === "op") return (row) => (graph.leaf[row]! >= 0 ? graph.op[graph.leaf[row]!]! : -1);
  const devices = graph.once("device of rows", () => {
    // A scope has a device if all in it have the same.
    const found = new Int32Array(graph.rows).fill(-2);
    for (let row = graph.rows - 1; row >= 0; row--) {
      const leaf = graph.leaf[row]!;
      if (leaf >= 0) found[row] = graph.device[leaf]!;
      const parent = graph.parent[row]!;
      if (parent >= 0)
        found[parent] = found[parent] === -2 || found[parent] === found[row] ? found[row]! : -1;
    }
    return found;
  });
  return (row) => devices[row]!;
}

function count(found: Map<number, number>, code: number): void {
  found.set(code, (found.get(code) ?? 0) + 1);
}

/** From pale to full, by the share of the largest operation or scope below the top. */
function measured(graph: Graph, by: "time" | "memory", theme: Theme): Painter {
  const totals = graph.totals(by);
  const format = by === "time" ? formatDuration : formatBytes;
  let most = 0;
  for (let row = 0; row < graph.rows; row++) most = Math.max(most, totals[row]!);
  const full = "#e8710a";
  const shade = (share: number): string => mixed(theme.background, full, 0.04 + 0.66 * share);
  return {
    mark: () => null,
    fill: ({ rows }) => {
      let value = 0;
      for (const row of rows) value += totals[row]!;
      return shade(most ? Math.sqrt(Math.min(1, value / most)) : 0);
    },
    legend: most
      ? [0.01, 0.25, 1].map((share) => ({
          color: shade(Math.sqrt(share)),
          text: format(share * most),
        }))
      : [{ color: shade(0), text: `no ${by} was logged` }],
  };
}

/** A colour between two of the form #rrggbb or rgb(...). */
export function mixed(ground: string, color: string, share: number): string {
  const [a, b] = [channels(ground), channels(color)];
  if (!a || !b) return color;
  const parts = a.map((value, index) => Math.round(value + (b[index]! - value) * share));
  return `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channels(color: string): number[] | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  if (short) return short.slice(1).map((digit) => Number.parseInt(digit + digit, 16));
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(color);
  if (hex) return hex.slice(1).map((digits) => Number.parseInt(digits, 16));
  const rgb = /^rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)/.exec(color);
  if (rgb) return rgb.slice(1).map(Number);
  return { white: [255, 255, 255], black: [0, 0, 0] }[color] ?? null;
}
