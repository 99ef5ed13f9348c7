// A box that shows pictures at the shared zoom and pan, and takes wheel, drag and clicks.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { usePixelRatio, useSize } from "../../stepped/hooks.ts";
import type { Size } from "../../stepped/layout.ts";
import { type Placement, panBy, pixelAt, place, zoomAt } from "./geometry.ts";
import type { ImagesState } from "./state.ts";

interface BoxProps {
  state: ImagesState;
  /** The picture's own size, in its pixels. */
  picture: Size;
  /** The box, in CSS pixels; its width gives way where there is no room. */
  box: Size;
  onPick?(): void;
  children(placement: Placement, box: Size): ComponentChildren;
}

/** A pointer that moved less than this clicked. */
const CLICK = 4;

export function PictureBox({ state, picture, box, onPick, children }: BoxProps) {
  const element = useRef<HTMLDivElement>(null);
  const ratio = usePixelRatio();
  const size = { width: useSize(element, box).width, height: box.height };
  const drag = useRef<{ x: number; y: number; moved: number } | null>(null);
  const actual = state.size.value === "actual";
  const placement = place(state.look.value, picture, size, ratio, actual);
  const larger = placement.width > size.width + 0.5 || placement.height > size.height + 0.5;

  const locate = (event: MouseEvent): { x: number; y: number } => {
    const frame = element.current!.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  const zoom = (factor: number, x: number, y: number): void => {
    state.setLook(zoomAt(state.look.peek(), factor, x, y, picture, size, ratio, actual));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys do the same, see keys.ts
    <div
      ref={element}
      class="nbb-cell nbb-picture"
      style={{ height: `${box.height}px`, cursor: larger ? "grab" : "default" }}
      onWheel={(event) => {
        // The page scrolls as ever; a card that was clicked, or Ctrl, zooms.
        const focused = element.current
          ?.closest("[tabindex]")
          ?.contains(activeElement(element.current));
        if (!event.ctrlKey && !event.metaKey && !focused) return;
        event.preventDefault();
        event.stopPropagation();
        const { x, y } = locate(event);
        zoom(2 ** (-event.deltaY / (event.deltaMode ? 3 : 240)), x, y);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, y: event.clientY, moved: 0 };
        element.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const { x, y } = locate(event);
        const held = drag.current;
        if (!held) {
          const pixel = pixelAt(placement, x, y);
          state.probe.value = pixel && {
            x: (pixel.column + 0.5) / picture.width,
            y: (pixel.row + 0.5) / picture.height,
          };
          return;
        }
        const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
        held.moved += Math.abs(dx) + Math.abs(dy);
        if (held.moved < CLICK) return;
        held.x = event.clientX;
        held.y = event.clientY;
        if (larger) state.setLook(panBy(state.look.peek(), dx, dy, picture, size, ratio, actual));
      }}
      onPointerUp={() => {
        const held = drag.current;
        drag.current = null;
        if (held && held.moved < CLICK) onPick?.();
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onPointerLeave={() => {
        state.probe.value = null;
      }}
      onDblClick={(event) => {
        const { x, y } = locate(event);
        if (state.zoom.peek() !== 1) state.reset();
        else zoom(4, x, y);
      }}
    >
      {children(placement, size)}
    </div>
  );
}

/** The focused element, also inside a shadow root. */
function activeElement(near: Element): Element | null {
  return (near.getRootNode() as Document | ShadowRoot).activeElement;
}

/** The style that puts a picture at its place, its pixels as squares when enlarged. */
export function placed(placement: Placement): Record<string, string> {
  return {
    left: `${placement.left}px`,
    top: `${placement.top}px`,
    width: `${placement.width}px`,
    height: `${placement.height}px`,
    "image-rendering": placement.sharp ? "pixelated" : "auto",
  };
}

interface ImageProps {
  state: ImagesState;
  url: string;
  alt: string;
  placement: Placement;
  clip?: string;
  onError(): void;
}

/** The picture itself: one element for all steps, so that the old one stays until the new is decoded. */
export function Raster({ state, url, alt, placement, clip, onError }: ImageProps) {
  const at = placed(placement);
  const style = { ...at, filter: state.cssFilter.value, "clip-path": clip };
  return (
    <>
      <div class="nbb-checker" style={{ ...at, "clip-path": clip }} />
      <img
        class="nbb-raster"
        src={url}
        alt={alt}
        style={style}
        draggable={false}
        onError={onError}
      />
    </>
  );
}
