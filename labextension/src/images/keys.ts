// The keyboard: everything the mouse can do to a picture.
import { isTyping } from "../shell/frame.tsx";
import { zoomAt } from "./geometry.ts";
import type { ImagesState } from "./state.ts";

const PAN = 0.1;

export function onKey(event: KeyboardEvent, state: ImagesState): void {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  // Space and Enter belong to the button or box that has the focus.
  const { tagName } = event.target as HTMLElement;
  if (event.key === " " && /^(BUTTON|A|SELECT|INPUT)$/.test(tagName)) return;
  const action = keyAction(event.key, event.shiftKey, state);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

function keyAction(key: string, shift: boolean, state: ImagesState): (() => void) | null {
  const index = state.index.peek();
  const last = state.union.peek().length - 1;
  switch (key) {
    case "ArrowRight":
      return shift ? () => pan(state, PAN, 0) : () => state.setIndex(Math.min(last, index + 1));
    case "ArrowLeft":
      return shift ? () => pan(state, -PAN, 0) : () => state.setIndex(Math.max(0, index - 1));
    case "ArrowUp":
      return shift ? () => pan(state, 0, -PAN) : null;
    case "ArrowDown":
      return shift ? () => pan(state, 0, PAN) : null;
    case "Home":
      return () => state.setIndex(0);
    case "End":
      return () => state.setIndex(last);
    case " ":
      return () => {
        state.playing.value = !state.playing.peek();
      };
    case "+":
    case "=":
      return () => zoom(state, 2);
    case "-":
      return () => zoom(state, 0.5);
    case "0":
      return () => state.reset();
    case "[":
      return () => state.moveSample(-1);
    case "]":
      return () => state.moveSample(1);
    case "Escape":
      return () => {
        if (state.large.peek() === null) state.reset();
        else state.enlarge(null);
      };
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
