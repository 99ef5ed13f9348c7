// What the pointer and the keys do to a cloud: move, turn, zoom, select, pick.
import { type Camera, orbited, panned, zoomed } from "../../draw/camera.ts";
import type { Spot } from "./places.ts";
import type { Tool } from "./store.ts";

/** Less than this is a click. */
const CLICK = 4;
const KEY_PIXELS = 40;
const KEY_ZOOM = 1.25;

export interface Hand {
  tool(): Tool;
  flat(): boolean;
  camera(): Camera;
  size(): { width: number; height: number };
  move(camera: Camera): void;
  /** The line that is being drawn, null when it ends. */
  draw(line: Spot[] | null): void;
  choose(line: Spot[]): void;
  click(spot: Spot): void;
}

/** Follows a pointer from pressing to letting go. */
export function press(element: HTMLElement, event: PointerEvent, hand: Hand): void {
  if (event.button !== 0) return;
  const box = element.getBoundingClientRect();
  const spotOf = (one: PointerEvent): Spot => [one.clientX - box.left, one.clientY - box.top];
  const start = spotOf(event);
  const tool = event.altKey && hand.tool() === "move" ? "lasso" : hand.tool();
  const turns = !hand.flat() && !event.shiftKey;
  const line: Spot[] = [start];
  let last = start;
  let moved = false;
  element.setPointerCapture(event.pointerId);
  const move = (now: PointerEvent): void => {
    const spot = spotOf(now);
    if (!moved && Math.hypot(spot[0] - start[0], spot[1] - start[1]) < CLICK) return;
    moved = true;
    const [dx, dy] = [spot[0] - last[0], spot[1] - last[1]];
    last = spot;
    if (tool === "move") {
      const { height } = hand.size();
      const change = turns ? orbited : panned;
      hand.move(change(hand.camera(), dx, dy, height));
    } else {
      if (tool === "lasso") line.push(spot);
      hand.draw(shape(tool, line, start, spot));
    }
  };
  const end = (now: PointerEvent): void => {
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", end);
    element.removeEventListener("pointercancel", end);
    hand.draw(null);
    if (now.type === "pointercancel") return;
    if (!moved) hand.click(start);
    else if (tool !== "move") hand.choose(shape(tool, line, start, spotOf(now)));
  };
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
}

function shape(tool: Tool, line: readonly Spot[], [x0, y0]: Spot, [x1, y1]: Spot): Spot[] {
  if (tool === "lasso") return [...line];
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/** The wheel zooms with Ctrl or ⌘, or once the picture has been clicked; else the page scrolls. */
export function wheel(element: HTMLElement, event: WheelEvent, hand: Hand): void {
  if (!event.ctrlKey && !event.metaKey && document.activeElement !== element) return;
  event.preventDefault();
  const box = element.getBoundingClientRect();
  const { width, height } = hand.size();
  const at = { x: event.clientX - box.left - width / 2, y: event.clientY - box.top - height / 2 };
  const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
  hand.move(zoomed(hand.camera(), Math.exp(-pixels / 300), height, at));
}

/** What a key does to the camera; null if nothing. */
export function keyCamera(event: KeyboardEvent, camera: Camera, flat: boolean, height: number) {
  const shift: Record<string, readonly [number, number]> = {
    ArrowLeft: [KEY_PIXELS, 0],
    ArrowRight: [-KEY_PIXELS, 0],
    ArrowUp: [0, KEY_PIXELS],
    ArrowDown: [0, -KEY_PIXELS],
  };
  const by = shift[event.key];
  if (by) {
    const turns = !flat && !event.shiftKey;
    return turns ? orbited(camera, -by[0], -by[1], height) : panned(camera, by[0], by[1], height);
  }
  if (event.key === "+" || event.key === "=") return zoomed(camera, KEY_ZOOM, height);
  if (event.key === "-") return zoomed(camera, 1 / KEY_ZOOM, height);
  return null;
}
