// How wide words are, and as much of names as there is room for.
import { shorten, shownText } from "../shell/names.ts";

let context: CanvasRenderingContext2D | null = null;

/** How wide a text is in a font, in CSS pixels. */
export function textWidth(text: string, font: string): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 7;
  context.font = font;
  return context.measureText(text).width;
}

/** How a name is cut to so many letters. */
type Cut = (name: string, letters: number) => string;

/** Of a tag the end says most: "…layer1/weight". */
function fromEnd(name: string, letters: number): string {
  const all = Array.from(shownText(name));
  return all.length <= letters ? all.join("") : `…${all.slice(all.length + 1 - letters).join("")}`;
}

function fit(name: string, room: number, font: string, cut: Cut): string {
  // Nobody reads more, and measuring it would take its time.
  let text = cut(name, 80);
  let letters = Array.from(text).length;
  while (letters > 5 && textWidth(text, font) > room) text = cut(name, --letters);
  return text;
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same;
}

/**
 * Of a name that others would be cut like: from where it differs from the nearest of them,
 * "…2/weight", "…10/wei…"; behind its first letter if some differ from there, "a…2/wei…".
 */
function fromDifference(alike: readonly string[]): Cut {
  const all = alike.map((name) => Array.from(shownText(name)));
  return (name, letters) => {
    const mine = Array.from(shownText(name));
    const shared = all.map((other) => commonStart(mine, other)).filter((n) => n < mine.length);
    const start = shared.includes(0) ? `${mine[0]}…` : "…";
    let from = Math.max(0, ...shared);
    while (from > 0 && /\d/.test(mine[from - 1]!)) from--; // "1" and "10" differ as numbers
    const rest = mine.slice(from);
    const room = letters - start.length;
    if (from === 0) return start + mine.slice(-room).join(""); // its end is all its own
    return start + (rest.length <= room ? rest.join("") : `${rest.slice(0, room - 1).join("")}…`);
  };
}

/** Whether two names look alike as they are cut, one perhaps shorter. */
function isLike(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one.slice(1), other.slice(1)];
  return one[0] === "…" && other[0] === "…" && (a.endsWith(b) || b.endsWith(a));
}

/** Names that give way until none is wider than its room, in CSS pixels, and stay apart if they can. */
export function fitNames(
  names: readonly { name: string; room: number; font: string }[],
): readonly string[] {
  const byEnd = names.map(({ name, room, font }) =>
    fit(name, room, font, name.includes("/") ? fromEnd : shorten),
  );
  return byEnd.map((text, at) => {
    const alike = names.filter((_, other) => isLike(text, byEnd[other]!)).map(({ name }) => name);
    if (new Set(alike).size === 1) return text;
    const { name, room, font } = names[at]!;
    return fit(name, room, font, fromDifference(alike));
  });
}
