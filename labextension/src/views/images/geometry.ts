// Where a picture lies in its box: fit, zoom, pan and "actual size", the same for all cards.
//
// The shared view is kept in fractions of the picture, so that pictures of different sizes
// look at the same part. All lengths are CSS pixels.
import type { Size } from "../../stepped/layout.ts";

/** What all cards look at: `x`, `y` is the point of the picture at the middle of the box. */
export interface Look {
  /** 1 fits the picture into the box; 2 shows it twice as large. */
  zoom: number;
  x: number;
  y: number;
}

export interface Placement extends Size {
  left: number;
  top: number;
  /** CSS pixels per pixel of the picture. */
  scale: number;
  /** Whether pixels are to be drawn as squares instead of being smoothed. */
  sharp: boolean;
}

export const WHOLE: Look = { zoom: 1, x: 0.5, y: 0.5 };
/** One pixel of a picture is never drawn larger than this. */
export const LARGEST_PIXEL = 96;

/**
 * Makes the pixels of a picture equal squares: a scale that would enlarge is rounded to
 * whole device pixels, downwards for `fit` so that the picture stays inside its box.
 */
export function squareScale(scale: number, ratio: number, fit: boolean): number {
  const device = scale * ratio;
  if (device < 1) return scale;
  const whole = fit ? Math.floor(device + 1e-9) : Math.round(device);
  return Math.max(1, whole) / ratio;
}

/** The scale at which the whole picture is seen; small pictures grow to whole pixels. */
export function fitScale(picture: Size, box: Size, ratio: number): number {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  return squareScale(Math.min(scale, LARGEST_PIXEL), ratio, true);
}

export function scaleOf(
  look: Look,
  picture: Size,
  box: Size,
  ratio: number,
  actual: boolean,
): number {
  const base = actual ? 1 : fitScale(picture, box, ratio);
  if (look.zoom === 1) return base;
  return squareScale(Math.min(base * look.zoom, LARGEST_PIXEL), ratio, false);
}

/** Where to draw the picture: below its name if smaller than the box; a larger one follows `look`. */
export function place(look: Look, picture: Size, box: Size, ratio = 1, actual = false): Placement {
  const scale = scaleOf(look, picture, box, ratio, actual);
  const width = picture.width * scale;
  const height = picture.height * scale;
  // Whole device pixels, or the edges of pixels would blur.
  const snap = (value: number) => Math.round(value * ratio) / ratio;
  return {
    left: snap(offset(width, box.width, look.x)),
    top: snap(offset(height, box.height, look.y)),
    width,
    height,
    scale,
    sharp: scale * ratio >= 1,
  };
}

function offset(length: number, box: number, middle: number): number {
  if (length <= box) return 0;
  return Math.min(0, Math.max(box - length, box / 2 - middle * length));
}

/** The middle that is really shown: `look` asks for less than the edges allow. */
function shownMiddle(length: number, box: number, start: number): number {
  return length <= box ? 0.5 : (box / 2 - start) / length;
}

/** Zooms so that the point of the picture under (`atX`, `atY`) of the box stays there. */
export function zoomAt(
  look: Look,
  factor: number,
  atX: number,
  atY: number,
  picture: Size,
  box: Size,
  ratio = 1,
  actual = false,
): Look {
  const before = place(look, picture, box, ratio, actual);
  const base = actual ? 1 : fitScale(picture, box, ratio);
  const zoom = clamp(look.zoom * factor, Math.min(1, leastZoom(base)), mostZoom(base));
  const next = { ...look, zoom };
  const after = place(next, picture, box, ratio, actual);
  const move = (at: number, start: number, old: number, now: number, length: number) => {
    const fraction = clamp((at - start) / old, 0, 1);
    return now <= length ? 0.5 : (fraction * now - at + length / 2) / now;
  };
  return {
    zoom,
    x: inside(move(atX, before.left, before.width, after.width, box.width), after.width, box.width),
    y: inside(
      move(atY, before.top, before.height, after.height, box.height),
      after.height,
      box.height,
    ),
  };
}

/** Actual size may be larger than the box, so it may be zoomed out below 1. */
function leastZoom(base: number): number {
  return base >= 1 ? 1 / base : 1;
}

function mostZoom(base: number): number {
  return Math.max(1, LARGEST_PIXEL / base);
}

/** Moves the picture with the pointer, by CSS pixels. */
export function panBy(
  look: Look,
  dx: number,
  dy: number,
  picture: Size,
  box: Size,
  ratio = 1,
  actual = false,
): Look {
  const now = place(look, picture, box, ratio, actual);
  const middleX = shownMiddle(now.width, box.width, now.left);
  const middleY = shownMiddle(now.height, box.height, now.top);
  return {
    zoom: look.zoom,
    x: inside(middleX - dx / now.width, now.width, box.width),
    y: inside(middleY - dy / now.height, now.height, box.height),
  };
}

/** Keeps the picture's edges out of the box's inside. */
function inside(middle: number, length: number, box: number): number {
  if (length <= box) return 0.5;
  const half = box / 2 / length;
  return clamp(middle, half, 1 - half);
}

/** The pixel of the picture under a point of the box, or null outside the picture. */
export function pixelAt(
  placement: Placement,
  atX: number,
  atY: number,
): { column: number; row: number } | null {
  const x = (atX - placement.left) / placement.scale;
  const y = (atY - placement.top) / placement.scale;
  const wide = Math.round(placement.width / placement.scale);
  const high = Math.round(placement.height / placement.scale);
  if (x < 0 || y < 0 || x >= wide || y >= high) return null;
  return { column: Math.floor(x), row: Math.floor(y) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
