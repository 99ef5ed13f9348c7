// The whole picture in a corner, with a frame around what is in sight.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Theme } from "../../shell/theme.ts";
import { mixed, type Painter } from "./colors.ts";
import { MARGIN } from "./picture.tsx";
import type { Scene } from "./scene.ts";

const MOST = { width: 130, height: 90 };

interface MinimapProps {
  scene: Scene;
  view: RefObject<HTMLDivElement>;
  scale: number;
  painter: Painter;
  theme: Theme;
}

/** Only where the picture is larger than the room for it. */
export function Minimap({ scene, view, scale, painter, theme }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [frame, setFrame] = useState<[number, number, number, number] | null>(null);
  const [wide, high] = [scene.width + 2 * MARGIN, scene.height + 2 * MARGIN];
  const ratio = Math.min(MOST.width / wide, MOST.height / high);
  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const read = (): void => {
      const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
      const all = wide * scale <= clientWidth + 1 && high * scale <= clientHeight + 1;
      const size = [scrollLeft, scrollTop, clientWidth, clientHeight].map(
        (n) => (n / scale) * ratio,
      );
      setFrame(all ? null : (size as [number, number, number, number]));
    };
    read();
    element.addEventListener("scroll", read);
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", read);
      observer.disconnect();
    };
  }, [scene, scale, ratio]);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const pixels = globalThis.devicePixelRatio || 1;
    canvas.current!.width = Math.ceil(wide * ratio * pixels);
    canvas.current!.height = Math.ceil(high * ratio * pixels);
    context.scale(ratio * pixels, ratio * pixels);
    context.translate(MARGIN, MARGIN);
    for (const { piece, left, top, width, height, open } of scene.boxes) {
      const color = painter.mark(piece) ?? theme.faint;
      context.fillStyle = open ? mixed(theme.background, theme.faint, 0.12) : color;
      context.globalAlpha = open ? 1 : 0.6;
      context.fillRect(left, top, Math.max(width, 1 / ratio), Math.max(height, 1 / ratio));
    }
  }, [scene, painter, theme, ratio, frame === null]);
  if (!frame) return null;
  const [left, top, width, height] = frame;
  const go = (event: PointerEvent): void => {
    if (event.type === "pointermove" && !event.buttons) return;
    const element = view.current!;
    const { left: x, top: y } = canvas.current!.getBoundingClientRect();
    const to = (at: number, size: number): number => (at / ratio) * scale - size / 2;
    element.scrollTo({
      left: to(event.clientX - x, element.clientWidth),
      top: to(event.clientY - y, element.clientHeight),
    });
  };
  return (
    <div
      class="nbb-graph-minimap"
      style={{ width: `${wide * ratio}px`, height: `${high * ratio}px` }}
      aria-hidden="true"
      onPointerDown={go}
      onPointerMove={go}
    >
      <canvas ref={canvas} style={{ width: "100%", height: "100%" }} />
      <span
        style={{
          left: `${left}px`,
          top: `${top}px`,
          width: `${Math.min(width, wide * ratio - left)}px`,
          height: `${Math.min(height, high * ratio - top)}px`,
        }}
      />
    </div>
  );
}
