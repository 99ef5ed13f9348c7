// A picture of a view as it stood on the page, for readers who will have no kernel.
//
// The browser draws it: a copy of the view is put into an SVG (foreignObject), and that on a
// canvas. So text, lines and controls look as they did on the page.
import type { Sketch } from "./sketch.ts";

export interface Photograph {
  /** In base64. */
  png: string;
  /** What was drawn. */
  markup: string;
  /** What is written below it. */
  note: string;
  /** In CSS pixels; the PNG has more where the screen has. */
  width: number;
  height: number;
}

/** More would be too much for a notebook's file. */
const MOST_PIXELS = 12e6;

/** The lines below the view. */
const NOTE = { height: 16, room: 4, left: 8, base: 12, size: 11, letter: 5.8 };

/**
 * Draws a copy, and below it when the view was so; null where the browser cannot. A view that has
 * not changed since the picture before keeps that one, so that the notebook's file stays the same.
 */
export async function photograph(
  sketch: Sketch,
  before: Photograph | null,
): Promise<Photograph | null> {
  await sketch.ready;
  const width = Math.ceil(sketch.width);
  const note = noteOf(sketch.time);
  const lines = linesOf(note, sketch.settings, (width - 2 * NOTE.left) / NOTE.letter);
  const height = Math.ceil(sketch.height) + lines.length * NOTE.height + NOTE.room;
  const markup = svgOf(sketch.node, width, height);
  if (before?.markup === markup) return before;
  const scale = Math.min(2, Math.max(1, window.devicePixelRatio));
  if (width * height * scale ** 2 > MOST_PIXELS) return null;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  const { style } = sketch.node;
  context.scale(scale, scale);
  context.fillStyle = style.background;
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  context.fillStyle = style.getPropertyValue("--jp-content-font-color2") || "#757575";
  context.font = `${NOTE.size}px ${style.fontFamily || "sans-serif"}`;
  for (const [index, line] of lines.entries()) {
    context.fillText(line, NOTE.left, sketch.height + index * NOTE.height + NOTE.base);
  }
  // Some browsers never give back a canvas on which HTML was drawn; that is an exception here.
  const png = canvas.toDataURL("image/png").split(",")[1] ?? "";
  return png === "" ? null : { png, markup, note, width, height };
}

/** For pages without widgets, which show the picture alone; as nbboard/views/base.py writes it. */
export function noteOf(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const hour = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return `Picture of the live view as it was on ${day} at ${hour}; run the cell to make it live.`;
}

/** What is written below the picture, in lines of so many letters at most. */
export function linesOf(note: string, settings: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of `${settings && `${settings}. `}${note}`.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < most) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function svgOf(node: HTMLElement, width: number, height: number): string {
  const markup = allowedInXml(new XMLSerializer().serializeToString(node));
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<foreignObject width="100%" height="100%">${markup}</foreignObject></svg>`
  );
}

/** Names from logs may hold characters that no XML document can. */
export function allowedInXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "\ufffd");
}
