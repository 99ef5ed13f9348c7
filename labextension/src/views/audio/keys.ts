// The keyboard: everything the mouse can do to the sound.
import type { AudioState } from "./state.ts";

/** One key press goes so far, as a share of the longest clip. */
const SEEK = 0.05;

export const KEYS = "P: play the sound. Shift + ← →: seek. L: loop. X: A or B. Escape: no loop.";

export function keyAction(key: string, shift: boolean, state: AudioState): (() => void) | null {
  switch (key) {
    case "p":
    case "P":
      return () => state.playOrPause();
    case "x":
    case "X":
      return () => state.exchange();
    case "l":
    case "L":
      return () => state.toggleLoop();
    case "ArrowRight":
      return shift ? () => state.seekBy(SEEK) : null;
    case "ArrowLeft":
      return shift ? () => state.seekBy(-SEEK) : null;
    default:
      return null;
  }
}
