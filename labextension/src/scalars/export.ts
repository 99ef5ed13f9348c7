// Files of a card: its points as CSV or JSON, its picture as SVG or PNG.
import { SvgSurface } from "../draw/surface.ts";
import type { Points } from "./series.ts";
import { layoutScene, paintScene, type Scene } from "./plot.ts";

export interface ExportRow {
  run: string;
  points: Points;
}

/** A cell of a CSV file; text that a spreadsheet would run as a formula is quoted off. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** All runs at once: run, tag, step, wall_time, value. */
export function toCsv(tag: string, rows: readonly ExportRow[]): string {
  const lines = ["run,tag,step,wall_time,value"];
  for (const { run, points } of rows) {
    const head = `${csvCell(run)},${csvCell(tag)}`;
    for (let i = 0; i < points.step.length; i++) {
      lines.push(`${head},${points.step[i]},${points.wall[i]},${shortest(points.value, i)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** A float32 has fewer digits than the double that it travels as. */
function shortest(values: Points["value"], i: number): string {
  const value = values[i]!;
  if (!(values instanceof Float32Array) || !Number.isFinite(value)) return String(value);
  for (let digits = 6; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}

export function toJson(tag: string, rows: readonly ExportRow[]): string {
  const series = rows.map(({ run, points }) => ({
    run,
    tag,
    step: Array.from(points.step),
    wall_time: Array.from(points.wall),
    // JSON has no NaN; the words are those that Python reads back.
    value: Array.from(points.value, (v, i) =>
      Number.isFinite(v) ? Number(shortest(points.value, i)) : String(v),
    ),
  }));
  return `${JSON.stringify(series)}\n`;
}

/** The picture as SVG, with the tag on top and the runs below. */
export function toSvg(tag: string, scene: Scene): string {
  const surface = new SvgSurface();
  const legend = scene.lines.slice(0, 40);
  const rowHeight = 15;
  const height = scene.height + 22 + legend.length * rowHeight + 6;
  surface.fillStyle = scene.colors.background;
  surface.fillRect(0, 0, scene.width, height);
  surface.fillStyle = scene.colors.text;
  surface.font = `500 12px ${scene.colors.font}`;
  surface.fillText(tag, 8, 14);
  const shifted = shift(surface, 22);
  paintScene(shifted, scene, layoutScene(scene));
  surface.textAlign = "left";
  surface.textBaseline = "middle";
  surface.font = `11px ${scene.colors.font}`;
  legend.forEach((line, i) => {
    const y = scene.height + 22 + i * rowHeight + rowHeight / 2;
    surface.globalAlpha = 1;
    surface.fillStyle = line.color;
    surface.fillRect(10, y - 1, 16, 2);
    surface.fillStyle = scene.colors.text;
    surface.fillText(line.name, 32, y);
  });
  return surface.toString(scene.width, height);
}

/** The same surface, all of it lower by `dy`. */
function shift(surface: SvgSurface, dy: number): SvgSurface {
  return new Proxy(surface, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name === "moveTo" || name === "lineTo") {
        return (x: number, y: number) => value.call(target, x, y + dy);
      }
      if (name === "rect" || name === "fillRect") {
        return (x: number, y: number, w: number, h: number) => value.call(target, x, y + dy, w, h);
      }
      if (name === "fillText") {
        return (text: string, x: number, y: number) => value.call(target, text, x, y + dy);
      }
      return value.bind(target);
    },
    set(target, name, value) {
      return Reflect.set(target, name, value, target);
    },
  });
}

/** A file name of a tag: nothing that a file system or a shell would stumble over. */
export function fileName(tag: string, extension: string): string {
  const clean = tag.replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(0, 80);
  return `${clean || "scalars"}.${extension}`;
}

export function download(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
