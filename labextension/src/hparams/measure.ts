// How wide words are, and as much of a name as there is room for.
import { shorten } from "../shell/names.ts";

let context: CanvasRenderingContext2D | null = null;

function widthOf(text: string, font: string): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 7;
  context.font = font;
  return context.measureText(text).width;
}

/** A name whose middle gives way until it is no wider than `room`, in CSS pixels. */
export function fitName(name: string, room: number, font: string): string {
  // Nobody reads more, and measuring it would take its time.
  let text = shorten(name, 80);
  let letters = Array.from(text).length;
  while (letters > 5 && widthOf(text, font) > room) text = shorten(name, --letters);
  return text;
}
