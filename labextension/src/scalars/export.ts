// Files of a card: its points as CSV or JSON, its picture as SVG or PNG.
import { sized } from "../draw/canvas.ts";
import { type Surface, SvgSurface } from "../draw/surface.ts";
import { csvCell } from "../shell/files.ts";
import type { Points } from "./series.ts";
import { layoutScene, paintScene, type Scene } from "./plot.ts";

export interface ExportRow {
  run: string;
  points: Points;
}

/** All runs at once: run, tag, step, wall_time, value; of each tag its rows. */
export function toCsv(tags: readonly string[], parts: readonly (readonly ExportRow[])[]): string {
  const lines = ["run,tag,step,wall_time,value"];
  tags.forEach((tag, part) => {
    for (const { run, points } of parts[part]!) {
      const head = `${csvCell(run)},${csvCell(tag)}`;
      for (let i = 0; i < points.step.length; i++) {
        lines.push(`${head},${points.step[i]},${points.wall[i]},${shortest(points.value, i)}`);
      }
    }
  });
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

export function toJson(tags: readonly string[], parts: readonly (readonly ExportRow[])[]): string {
  const series = tags.flatMap((tag, part) =>
    parts[part]!.map(({ run, points }) => ({
      run,
      tag,
      step: Array.from(points.step),
      wall_time: Array.from(points.wall),
      // JSON has no NaN; the words are those that Python reads back.
      value: Array.from(points.value, (v, i) =>
        Number.isFinite(v) ? Number(shortest(points.value, i)) : String(v),
      ),
    })),
  );
  return `${JSON.stringify(series)}\n`;
}

/** What a picture that leaves the page says of itself. */
export interface Title {
  tag: string;
  /** The name of the x axis. */
  x: string;
}

const TITLE_HEIGHT = 22;
const AXIS_HEIGHT = 18;
const LEGEND_ROW = 15;
const MOST_NAMES = 60;

/** The height of a picture with its title, the name of its axis, and the legend. */
function pictureHeight({ height, lines }: Scene): number {
  return TITLE_HEIGHT + height + AXIS_HEIGHT + Math.min(lines.length, MOST_NAMES) * LEGEND_ROW + 8;
}

/** The picture with the tag on top, the axis' name and the runs below. */
function paintPicture(surface: Surface, title: Title, scene: Scene): void {
  const { width, height, colors } = scene;
  surface.fillStyle = colors.background;
  surface.fillRect(0, 0, width, pictureHeight(scene));
  surface.fillStyle = colors.text;
  surface.font = `500 12px ${colors.font}`;
  surface.textAlign = "left";
  surface.textBaseline = "alphabetic";
  surface.fillText(title.tag, 8, 14);
  const layout = layoutScene(scene);
  paintScene(shift(surface, TITLE_HEIGHT), scene, layout);
  surface.font = `11px ${colors.font}`;
  surface.textBaseline = "middle";
  surface.textAlign = "center";
  surface.fillStyle = colors.faint;
  const below = TITLE_HEIGHT + height;
  surface.fillText(title.x, (layout.box.left + layout.box.right) / 2, below + AXIS_HEIGHT / 2);
  surface.textAlign = "left";
  scene.lines.slice(0, MOST_NAMES).forEach((line, i) => {
    const y = below + AXIS_HEIGHT + i * LEGEND_ROW + LEGEND_ROW / 2;
    surface.globalAlpha = 1;
    surface.fillStyle = line.color;
    surface.fillRect(10, y - 1, 16, 2);
    surface.fillStyle = colors.text;
    const rest = scene.lines.length - MOST_NAMES;
    const last = i === MOST_NAMES - 1 && rest > 0;
    surface.fillText(last ? `${line.label} and ${rest} more` : line.label, 32, y);
  });
}

export function toSvg(title: Title, scene: Scene): string {
  const surface = new SvgSurface();
  paintPicture(surface, title, scene);
  return surface.toString(scene.width, pictureHeight(scene));
}

/** The picture as a PNG, on the host's background and at twice the size. */
export function toPng(title: Title, scene: Scene): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  const context = sized(canvas, scene.width, pictureHeight(scene), 2);
  paintPicture(context, title, scene);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** The same surface, all of it lower by `dy`. */
function shift(surface: Surface, dy: number): Surface {
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
