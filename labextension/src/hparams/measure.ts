// How wide words are, and as much of names as there is room for.
import { shorten, shownText } from "../shell/names.ts";

let context: CanvasRenderingContext2D | null = null;

function widthOf(text: string, font: string): number {
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
  while (letters > 5 && widthOf(text, font) > room) text = cut(name, --letters);
  return text;
}

/** Names that are cut alike, from where they differ: "…2/weight", "…10/wei…". */
function fromDifference(names: readonly string[]): Cut {
  const [first, ...others] = names.map((name) => Array.from(shownText(name)));
  let same = 0;
  while (same < first!.length && others.every((other) => other[same] === first![same])) same++;
  return (name, letters) => {
    const rest = Array.from(shownText(name)).slice(same);
    return rest.length < letters ? `…${rest.join("")}` : `…${rest.slice(0, letters - 2).join("")}…`;
  };
}

/** Names that give way until none is wider than its room, in CSS pixels, and stay apart if they can. */
export function fitNames(
  names: readonly { name: string; room: number; font: string }[],
): readonly string[] {
  const byEnd = names.map(({ name, room, font }) =>
    fit(name, room, font, name.includes("/") ? fromEnd : shorten),
  );
  return byEnd.map((text, at) => {
    const alike = names.filter((_, other) => byEnd[other] === text).map(({ name }) => name);
    if (new Set(alike).size === 1) return text;
    const { name, room, font } = names[at]!;
    return fit(name, room, font, fromDifference(alike));
  });
}
