// The difference of two texts: by words, or by lines where that would take too long.
import { diffArrays, diffLines } from "diff";

export interface Part {
  change: "same" | "added" | "removed";
  text: string;
}

export interface Difference {
  parts: Part[];
  by: "words" | "lines" | "whole texts";
}

/** A diff takes time with the product of the lengths: longer texts are compared by lines. */
const MOST_WORDS = 60_000;
const MOST_LINES = 5_000;
const TIMEOUT_MS = 300;

export function partsOf(before: string, after: string): Difference {
  if (before === after) return { parts: [{ change: "same", text: after }], by: "words" };
  if (Math.max(before.length, after.length) <= MOST_WORDS) {
    const words = diffArrays(wordsOf(before), wordsOf(after), { timeout: TIMEOUT_MS });
    if (words) return { parts: words.map(partOf), by: "words" };
  }
  const few = Math.max(lines(before), lines(after)) <= MOST_LINES;
  const found = few ? diffLines(before, after, { timeout: TIMEOUT_MS }) : undefined;
  if (found) return { parts: found.map(partOf), by: "lines" };
  const parts: Part[] = [
    { change: "removed", text: before },
    { change: "added", text: after },
  ];
  return { parts, by: "whole texts" };
}

/** Numbers are words as a whole, with point, exponent and sign of it; spaces count. */
const WORDS = /\s+|\p{N}+(?:\.\p{N}+)*(?:e[+-]?\p{N}+)?|[\p{L}_][\p{L}\p{N}_]*|./giu;

function wordsOf(text: string): string[] {
  return text.match(WORDS) ?? [];
}

interface Change {
  added: boolean;
  removed: boolean;
  value: string | string[];
}

function partOf({ added, removed, value }: Change): Part {
  const text = typeof value === "string" ? value : value.join("");
  return { change: added ? "added" : removed ? "removed" : "same", text };
}

function lines(text: string): number {
  return text.split("\n", MOST_LINES + 2).length;
}
