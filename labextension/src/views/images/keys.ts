// The keyboard: everything the mouse can do to a picture.
import { zoomAt } from "./geometry.ts";
import type { ImagesState } from "./state.ts";

const PAN = 0.1;

export const KEYS = "+ − 0: zoom. Shift + arrows, drag: move. Ctrl + wheel: zoom. , .: frame.";

export function keyAction(key: string, shift: boolean, state: ImagesState): (() => void) | null {
  switch (key) {
    case "ArrowRight":
      return shift ? () => pan(state, PAN, 0) : null;
    case "ArrowLeft":
      return shift ? () => pan(state, -PAN, 0) : null;
    case "ArrowUp":
      return shift ? () => pan(state, 0, -PAN) : null;
    case "ArrowDown":
      return shift ? () => pan(state, 0, PAN) : null;
    case "+":
    case "=":
      return () => zoom(state, 2);
    case "-":
      return () => zoom(state, 0.5);
    case ",":
      return () => state.stepFrame(-1);
    case ".":
      return () => state.stepFrame(1);
    case "0":
      return () => state.reset();
    default:
      return null;
  }
}

/** About the middle of what is seen, whatever the size of the picture. */
function zoom(state: ImagesState, factor: number): void {
  const unit = { width: 100, height: 100 };
  state.setLook(zoomAt(state.look.peek(), factor, 50, 50, unit, unit));
}

function pan(state: ImagesState, dx: number, dy: number): void {
  const { zoom, x, y } = state.look.peek();
  const half = 0.5 / Math.max(1, zoom);
  const within = (value: number): number => Math.min(1 - half, Math.max(half, value));
  state.setLook({ zoom, x: within(x + dx / zoom), y: within(y + dy / zoom) });
}
