// A picture of a view as it stood on the page, for readers who will have no kernel.
//
// The browser draws it: a copy of the view is put into an SVG (foreignObject), and that on a
// canvas. So text, lines and controls look as they did on the page.
import type { Sketch } from "./sketch.ts";

export interface Photograph {
  /** In base64. */
  png: string;
  /** In CSS pixels; the PNG has more where the screen has. */
  width: number;
  height: number;
}

/** More would be too much for a notebook's file. */
const MOST_PIXELS = 12e6;

/** Draws a copy; null where the browser cannot. */
export async function photograph(sketch: Sketch): Promise<Photograph | null> {
  await sketch.ready;
  const [width, height] = [Math.ceil(sketch.width), Math.ceil(sketch.height)];
  const scale = Math.min(2, Math.max(1, window.devicePixelRatio));
  if (width * height * scale ** 2 > MOST_PIXELS) return null;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(sketch.node, width, height))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  // Some browsers never give back a canvas on which HTML was drawn; that is an exception here.
  const png = canvas.toDataURL("image/png").split(",")[1] ?? "";
  return png === "" ? null : { png, width, height };
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
