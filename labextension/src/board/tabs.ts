// How a view in a tab of the board finds the other tabs, and opens one of them.

const OPEN = "nbb-open-tab";

/** The kinds that the board around an element has tabs of; none without a board. */
export function tabsAround(element: HTMLElement): string[] {
  const tabs = boardOf(element)?.querySelectorAll<HTMLElement>(".nbb-tab[data-kind]") ?? [];
  return [...tabs].map((tab) => tab.dataset.kind!);
}

/** Which tab, and options that its view gets, by their names in Python. */
export interface Wish {
  kind: string;
  options: Record<string, unknown>;
}

/** Ask the board around an element to open a tab. */
export function openTab(
  element: HTMLElement,
  kind: string,
  options: Record<string, unknown> = {},
): void {
  const detail: Wish = { kind, options };
  element.dispatchEvent(new CustomEvent(OPEN, { bubbles: true, composed: true, detail }));
}

/** Be told which tab a view in a board asks for; returns how to hear no more. */
export function onOpenTab(board: HTMLElement, open: (wish: Wish) => void): () => void {
  const listener = (event: Event): void => open((event as CustomEvent<Wish>).detail);
  board.addEventListener(OPEN, listener);
  return () => board.removeEventListener(OPEN, listener);
}

/** The board stands outside of the shadow roots that some hosts put views into. */
function boardOf(element: HTMLElement): Element | null {
  for (let node: Node | null = element; node; ) {
    if (node instanceof Element && node.classList.contains("nbb-board-root")) return node;
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return null;
}
