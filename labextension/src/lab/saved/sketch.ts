// A copy of a view that needs nothing of the page: what canvases and images hold, what was typed
// and how far things are scrolled is written into it, and the host's colours around it.
//
// It is taken in one go, for the view may be blank a moment later; only the pixels of canvases and
// images follow, from what they were at that moment.

export interface Sketch {
  node: HTMLElement;
  /** In CSS pixels. */
  width: number;
  height: number;
  /** What its controls were set to, in words: "smoothing 0.6, x step". */
  settings: string;
  /** When the view was so. */
  time: Date;
  /** Settles when all pixels are in the copy; fails where some are not to be had. */
  ready: Promise<unknown>;
}

/** More would be slow to draw. */
const MOST_ELEMENTS = 8000;

/** What reaches into a view from the page around it, beside variables. */
const INHERITED = [
  "color",
  "direction",
  "font-family",
  "font-feature-settings",
  "font-kerning",
  "font-size",
  "font-variant",
  "font-weight",
  "letter-spacing",
  "line-height",
  "text-align",
  "text-rendering",
  "word-spacing",
  "-webkit-font-smoothing",
];

/** What makes an image stand where it stands and look as it looks. */
const PLACE = [
  "align-self",
  "background",
  "border",
  "border-radius",
  "clip-path",
  "display",
  "filter",
  "flex",
  "float",
  "grid-area",
  "height",
  "image-rendering",
  "inset",
  "justify-self",
  "margin",
  "mix-blend-mode",
  "object-fit",
  "object-position",
  "opacity",
  "position",
  "transform",
  "translate",
  "vertical-align",
  "visibility",
  "width",
  "z-index",
];

/** What only a live view can use; what it is set to stands below the picture. */
const TOOLBARS = '[role="toolbar"]';

/** A picture can be neither hovered, clicked nor scrolled, and nothing in it moves. */
const STILL = `
* { animation: none !important; transition: none !important; scrollbar-width: none !important; }
.nbb-runs-head, .nbb-attention, .nbb-only, .nbb-run .nbb-check, input[type="range"],
[popover] { display: none !important; }
.nbb-card-head .nbb-button { visibility: hidden !important; }`;

/** Copies an element of ours; null where it is not on the page. */
export function sketch(element: HTMLElement): Sketch | null {
  const { width, height } = element.getBoundingClientRect();
  if (width < 50 || height < 20) return null;
  if (element.querySelectorAll("*").length > MOST_ELEMENTS) return null;
  const rules = [...document.querySelectorAll('style[id^="nbboard-style-"]')]
    .map((style) => style.textContent ?? "")
    .join("\n");
  // A toolbar may stand in another one.
  const bars = [...element.querySelectorAll<HTMLElement>(TOOLBARS)].filter(
    (bar) => !bar.parentElement?.closest(TOOLBARS),
  );
  // Those of a frame are rows of their own; others stand beside something.
  const rows = [...element.querySelectorAll<HTMLElement>(".nbb-frame > .nbb-bar")];
  const left = height - rows.reduce((sum, bar) => sum + bar.offsetHeight, 0);
  const node = document.createElement("div");
  node.style.cssText = `width:${width}px;height:${left}px;overflow:hidden`;
  node.style.background = groundOf(element);
  const outer = getComputedStyle(element.parentElement ?? element);
  for (const name of [...INHERITED, ...hostVariables(rules)]) {
    node.style.setProperty(name, outer.getPropertyValue(name));
  }
  const style = document.createElement("style");
  style.textContent = stillRules(rules);
  const { copy, pixels } = copyOf(element);
  for (const bar of copy.querySelectorAll(TOOLBARS)) bar.remove();
  node.append(style, copy);
  const settings = bars.map(settingsOf).filter(Boolean).join(", ");
  return { node, width, height: left, settings, time: new Date(), ready: Promise.all(pixels) };
}

/** What the controls of a toolbar are set to, and what it warns of. */
export function settingsOf(bar: HTMLElement): string {
  const words: string[] = [];
  for (const found of bar.querySelectorAll<HTMLElement>(".nbb-field, .nbb-search, [data-warn]")) {
    const control = found.querySelector<HTMLInputElement | HTMLSelectElement>("select, input");
    if (control === null) {
      words.push(found.textContent?.trim() ?? "");
      continue;
    }
    const label = found.querySelector("span")?.textContent || control.ariaLabel?.toLowerCase();
    const value = control.value && "options" in control ? chosen(control) : control.value;
    if (value) words.push(`${label} ${value}`);
  }
  return words.filter(Boolean).join(", ");
}

function chosen(select: HTMLSelectElement): string {
  return select.selectedOptions[0]?.textContent?.trim() ?? select.value;
}

/** The variables of the host that our rules read. */
export function hostVariables(rules: string): string[] {
  const names = [...rules.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1] ?? "");
  return [...new Set(names)].filter((name) => name !== "" && !name.startsWith("--nbb-"));
}

/** Our rules, without those for screens on which nothing can be hovered. */
export function stillRules(rules: string): string {
  return rules.replace(/@media\s*\(hover:\s*none\)/g, "@media not all") + STILL;
}

/** The first colour behind an element that hides what is behind it. */
function groundOf(element: HTMLElement): string {
  for (let at: HTMLElement | null = element; at !== null; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (color !== "transparent" && !/^rgba\(.*, 0(\.\d+)?\)$/.test(color)) return color;
  }
  return "white";
}

function copyOf(element: HTMLElement): { copy: HTMLElement; pixels: Promise<void>[] } {
  const copy = element.cloneNode(true) as HTMLElement;
  // In the order of the document, so they pair; both lists stay as they are when copies change.
  const originals = [element, ...element.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  const twins = new Map(originals.map((original, index) => [original, copies[index] as Element]));
  const pixels: Promise<void>[] = [];
  for (const [original, twin] of twins) {
    twin.removeAttribute("title"); // "seen 4 s ago": never on the picture, and always another
    if (original instanceof HTMLCanvasElement) {
      pixels.push(fill(imageFor(original, twin), ofCanvas(original)));
    } else if (original instanceof HTMLImageElement) {
      pixels.push(fill(imageFor(original, twin), ofImage(original)));
    } else if (original instanceof HTMLInputElement) {
      twin.setAttribute("value", original.value);
      twin.toggleAttribute("checked", original.checked);
      if (original.indeterminate) twin.replaceWith(dashedBox(original));
    } else if (original instanceof HTMLOptionElement) {
      twin.toggleAttribute("selected", original.selected);
    } else if (original instanceof HTMLTextAreaElement) {
      twin.textContent = original.value;
    } else if (original instanceof HTMLElement) {
      keepScrolled(original, twins);
    }
  }
  return { copy, pixels };
}

/** What a box looks like that is neither checked nor not: no attribute makes it so. */
function dashedBox(original: HTMLInputElement): HTMLElement {
  const box = document.createElement("span");
  const style = getComputedStyle(original);
  for (const name of PLACE) box.style.setProperty(name, style.getPropertyValue(name));
  const color = style.accentColor === "auto" ? "#0075ff" : style.accentColor;
  box.style.display = "inline-block";
  box.style.borderRadius = "2.5px";
  box.style.background = `linear-gradient(white, white) center / 62% 15% no-repeat, ${color}`;
  return box;
}

/** An image in the place of a canvas, or of an image whose address means nothing elsewhere. */
function imageFor(original: HTMLElement, twin: Element): HTMLImageElement {
  const image = document.createElement("img");
  // The rules may speak of canvases, so what they came to is taken over.
  const style = getComputedStyle(original);
  for (const name of PLACE) image.style.setProperty(name, style.getPropertyValue(name));
  twin.replaceWith(image);
  return image;
}

async function fill(image: HTMLImageElement, pixels: Promise<Blob | null>): Promise<void> {
  const blob = await pixels;
  if (blob === null) return; // it has no size, and so nothing to show
  image.src = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

function ofCanvas(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve));
}

/** Asked for at once: the address of an image from a log may be given up soon. */
async function ofImage({ complete, naturalWidth, src }: HTMLImageElement): Promise<Blob | null> {
  if (!complete || naturalWidth === 0) throw new Error("an image is not there yet");
  return (await fetch(src)).blob();
}

/**
 * A copy cannot be scrolled: what is in it is moved instead, and what stuck to an edge is moved
 * back. Scroll bars are left out, but the room that they took is not.
 */
function keepScrolled(original: HTMLElement, twins: Map<Element, Element>): void {
  const { scrollLeft, scrollTop } = original;
  const twin = twins.get(original) as HTMLElement;
  const bar = original.offsetWidth - original.clientWidth;
  if (bar > 4) {
    const { borderLeftWidth, borderRightWidth, overflowY, paddingRight } =
      getComputedStyle(original);
    const [left, right, padding] = [borderLeftWidth, borderRightWidth, paddingRight].map(
      Number.parseFloat,
    ) as [number, number, number];
    if (/auto|scroll/.test(overflowY))
      twin.style.paddingRight = `${padding + bar - left - right}px`;
  }
  if (scrollLeft === 0 && scrollTop === 0) return;
  twin.style.overflow = "hidden";
  const move = (what: Element, left: number, top: number): void => {
    (twins.get(what) as HTMLElement).style.translate = `${left}px ${top}px`;
  };
  for (const child of original.children) move(child, -scrollLeft, -scrollTop);
  const edge = original.getBoundingClientRect();
  for (const element of original.querySelectorAll("*")) {
    const { position, left, top } = getComputedStyle(element);
    const parent = element.parentElement;
    if (position !== "sticky" || parent === null) continue;
    const [at, around] = [element.getBoundingClientRect(), parent.getBoundingClientRect()];
    const stuck = (now: number, to: number, inset: string): boolean =>
      Math.abs(now - to - Number.parseFloat(inset)) < 1.5; // never for "auto"
    const [byLeft, byTop] = [stuck(at.left, edge.left, left), stuck(at.top, edge.top, top)];
    // A child of what is scrolled was moved itself, others with their parents. What sticks is
    // taken to be the first of its row or column.
    if (parent === original) move(element, byLeft ? 0 : -scrollLeft, byTop ? 0 : -scrollTop);
    else move(element, byLeft ? at.left - around.left : 0, byTop ? at.top - around.top : 0);
  }
}
