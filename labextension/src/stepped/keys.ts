// The keyboard: everything the mouse can do to the steps and cards.
import { isTyping } from "../shell/frame.tsx";
import type { Item, Shared } from "./kind.ts";
import type { SteppedState } from "./state.ts";

export function onKey<T extends Item, S extends SteppedState<T>>(
  event: KeyboardEvent,
  shared: Shared<T, S>,
): void {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  // Space and Enter belong to the button or box that has the focus.
  const { tagName } = event.target as HTMLElement;
  if (event.key === " " && /^(BUTTON|A|SELECT|INPUT)$/.test(tagName)) return;
  const { kind, state } = shared;
  const own = kind.onKey?.(event.key, event.shiftKey, shared);
  const action = own ?? keyAction(event.key, event.shiftKey, state);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

function keyAction<T extends Item>(
  key: string,
  shift: boolean,
  state: SteppedState<T>,
): (() => void) | null {
  const index = state.index.peek();
  const last = state.union.peek().length - 1;
  switch (key) {
    case "ArrowRight":
      return shift ? null : () => state.setIndex(Math.min(last, index + 1));
    case "ArrowLeft":
      return shift ? null : () => state.setIndex(Math.max(0, index - 1));
    case "Home":
      return () => state.setIndex(0);
    case "End":
      return () => state.setIndex(last);
    case " ":
      return () => {
        state.playing.value = !state.playing.peek();
      };
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
