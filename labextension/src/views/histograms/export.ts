// Files of a card: its buckets as CSV, its picture as PNG.
import { sized } from "../../draw/canvas.ts";
import { csvCell } from "../../shell/files.ts";
import type { Theme } from "../../shell/theme.ts";
import type { Size } from "../../stepped/layout.ts";
import type { Histogram } from "./histogram.ts";
import { paintSteps } from "./paint.ts";
import type { Layout, Scene } from "./scene.ts";
import { layoutTogether, paintTogether, type Together } from "./together.ts";

export interface CsvRow {
  run: string;
  step: bigint;
  item: Histogram;
}

/** Every bucket as it was logged: run, tag, step, left, right, count. */
export function bucketsCsv(tag: string, rows: readonly CsvRow[]): string {
  const lines = ["run,tag,step,left,right,count"];
  for (const { run, step, item } of rows) {
    const head = `${csvCell(run)},${csvCell(tag)},${step}`;
    for (let i = 0; i < item.count.length; i++) {
      lines.push(`${head},${item.left[i]},${item.right[i]},${item.count[i]}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const TITLE = 22;

/** A picture with its title, on the host's ground, at twice the size. */
function png(
  title: string,
  { theme, size }: { theme: Theme; size: Size },
  paint: (context: CanvasRenderingContext2D) => void,
): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  const context = sized(canvas, size.width, size.height + TITLE, 2);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, size.width, size.height + TITLE);
  context.fillStyle = theme.text;
  context.font = `500 12px ${theme.font}`;
  context.fillText(title, 8, 14, size.width - 16);
  context.translate(0, TITLE);
  paint(context);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

export function cardPng(
  title: string,
  scene: Scene,
  layout: Layout,
  front: (context: CanvasRenderingContext2D) => void,
): Promise<Blob | null> {
  return png(title, scene, (context) => {
    paintSteps(context, scene, layout);
    front(context);
  });
}

export function togetherPng(title: string, together: Together): Promise<Blob | null> {
  return png(title, together, (context) => {
    paintTogether(context, together, layoutTogether(together));
  });
}
