// One view asks for another: the layers of a graph lead to their histograms.

/** What is to be shown, as an event that goes up to the board around the view, if there is one. */
export interface Wish {
  kind: string;
  /** Options of that kind's view, by their names in Python. */
  options: Record<string, unknown>;
}

const EVENT = "nbboard-show";

/** Asks for a view; returns whether there is a board that shows it. */
export function askToShow(from: Element, wish: Wish): boolean {
  const event = new CustomEvent(EVENT, {
    detail: wish,
    bubbles: true,
    composed: true,
    cancelable: true,
  });
  return !from.dispatchEvent(event);
}

/** Hears what the views inside ask for; `show` returns whether it can; returns how to stop. */
export function hearWishes(around: Element, show: (wish: Wish) => boolean): () => void {
  const hear = (event: Event): void => {
    if (!show((event as CustomEvent<Wish>).detail)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  around.addEventListener(EVENT, hear);
  return () => around.removeEventListener(EVENT, hear);
}
