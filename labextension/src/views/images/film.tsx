// An animation on its card: the frame of the shared clock, what changed since the one before, or
// all frames as a contact sheet.
import { useEffect, useRef, useState } from "preact/hooks";
import { placed, Raster } from "./box.tsx";
import { describeDifference, differenceOf } from "./difference.ts";
import { sheetFrames, sheetGrid } from "./film-clock.ts";
import { type Frames, framesOf } from "./frames.ts";
import type { Placement } from "./geometry.ts";
import type { Picture } from "./picture.ts";
import type { ImagesState } from "./state.ts";

/** Smaller pictures could not be told from each other. */
const MOST_ON_SHEET = 64;

interface FilmProps {
  state: ImagesState;
  picture: Picture;
  alt: string;
  placement: Placement;
  clip?: string;
  onError(): void;
}

export function Film(props: FilmProps) {
  const { state, picture, alt, placement, clip, onError } = props;
  const [frames, setFrames] = useState<{ of: Picture; made: Frames | null } | null>(null);
  useEffect(() => {
    let stale = false;
    void framesOf(picture).then((made) => !stale && setFrames({ of: picture, made }));
    return () => {
      stale = true;
    };
  }, [picture]);
  const known = frames?.of === picture ? frames.made : undefined;
  useEffect(() => {
    if (!known) return;
    return state.show(picture, known.delays);
  }, [picture, known]);
  // A browser that cannot take it apart still plays it.
  if (known === null) {
    const { url } = picture;
    return <Raster {...{ state, alt, placement, clip, onError }} url={url!} />;
  }
  return <FrameOf {...props} frames={known} />;
}

function FrameOf(props: FilmProps & { frames: Frames | undefined }) {
  const { state, picture, alt, placement, clip, onError, frames } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const mode = state.film.value;
  const frame = mode === "sheet" ? 0 : Math.min(state.frameNow.value, picture.frames - 1);
  const [words, setWords] = useState("");
  const [width, height] = [Math.round(placement.width), Math.round(placement.height)];
  useEffect(() => {
    const target = canvas.current;
    if (!frames || !target) return;
    let stale = false;
    const current = (): boolean => !stale;
    const draw = { frame: drawFrame, changes: drawChanges, sheet: drawSheet }[mode];
    draw({ frames, picture, target, frame, room: { width, height }, current }).then(
      (said) => !stale && setWords(said),
      () => !stale && onError(),
    );
    return () => {
      stale = true;
    };
  }, [frames, picture, mode, frame, ...(mode === "sheet" ? [width, height] : [])]);
  const at = placed(placement);
  const said = words || `frame ${frame + 1} of ${picture.frames}`;
  // A whole sheet says nothing that is not said below it.
  const overlaid = words && (mode === "changes" || picture.frames > MOST_ON_SHEET);
  return (
    <>
      <div class="nbb-checker" style={{ ...at, "clip-path": clip }} />
      <canvas
        ref={canvas}
        class="nbb-raster"
        role="img"
        aria-label={`${alt}, ${said}`}
        data-frame={frames ? frame : undefined}
        style={{ ...at, filter: state.cssFilter.value, "clip-path": clip }}
      />
      {overlaid && <span class="nbb-film-words">{words}</span>}
    </>
  );
}

interface Drawing {
  frames: Frames;
  picture: Picture;
  target: HTMLCanvasElement;
  frame: number;
  room: { width: number; height: number };
  /** Whether this drawing is still wanted. */
  current(): boolean;
}

function put(target: HTMLCanvasElement, image: ImageData): void {
  if (target.width !== image.width) target.width = image.width;
  if (target.height !== image.height) target.height = image.height;
  target.getContext("2d")!.putImageData(image, 0, 0);
}

async function drawFrame({ frames, target, frame, current }: Drawing): Promise<string> {
  const image = await frames.pixels(frame);
  if (current()) put(target, image);
  return "";
}

/** |this frame - the one before|, the largest difference stretched to white. */
async function drawChanges({ frames, target, frame, current }: Drawing): Promise<string> {
  const before = await frames.pixels(Math.max(0, frame - 1));
  const now = await frames.pixels(frame);
  const difference = differenceOf(now.data, before.data, true);
  if (current()) {
    const pixels = new Uint8ClampedArray(difference.pixels);
    put(target, new ImageData(pixels, now.width, now.height));
  }
  if (frame === 0) return "the first frame: nothing before it";
  const text = describeDifference(difference, now.width * now.height);
  return `frame ${frame + 1} − ${frame}: ${text.split(" · ")[0]!.replace("|A − B| ", "")}`;
}

async function drawSheet({ frames, picture, target, room, current }: Drawing): Promise<string> {
  const wanted = sheetFrames(picture.frames, MOST_ON_SHEET);
  const { columns, rows, scale } = sheetGrid(wanted.length, picture, room);
  const [wide, high] = [(picture.width + 1) * scale, (picture.height + 1) * scale];
  const ratio = globalThis.devicePixelRatio || 1;
  const cell = document.createElement("canvas");
  const sheet = document.createElement("canvas");
  sheet.width = Math.max(1, Math.round(room.width * ratio));
  sheet.height = Math.max(1, Math.round(room.height * ratio));
  const context = sheet.getContext("2d")!;
  context.scale(ratio, ratio);
  context.imageSmoothingEnabled = scale < 1;
  for (const [number, frame] of wanted.entries()) {
    put(cell, await frames.pixels(frame));
    if (!current()) return "";
    const [left, top] = [(number % columns) * wide, Math.floor(number / columns) * high];
    context.drawImage(cell, left, top, picture.width * scale, picture.height * scale);
  }
  target.width = sheet.width;
  target.height = sheet.height;
  target.getContext("2d")!.drawImage(sheet, 0, 0);
  const of = wanted.length < picture.frames ? `${wanted.length} of ` : "";
  return `${of}${picture.frames} frames, ${columns} × ${rows}`;
}
