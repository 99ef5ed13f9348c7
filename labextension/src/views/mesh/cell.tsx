// A mesh on its card: a canvas that turns under the pointer, the same on all cards.
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { type Camera, orbited, panned, zoomed } from "../../draw/camera.ts";
import { formatNumber } from "../../draw/format.ts";
import { Raster } from "../../draw/raster.ts";
import { usePixelRatio, useSize } from "../../stepped/hooks.ts";
import type { CellProps } from "../../stepped/kind.ts";
import { useColors, useFinest } from "./hooks.ts";
import { paintBox, paintShape } from "./paint.ts";
import { describe, placeOf, type Shape } from "./shape.ts";
import type { MeshState } from "./state.ts";

/** A pointer that moved less than this clicked. */
const CLICK = 4;
/** So near to a point the pointer is on it, in CSS pixels. */
const REACH = 5;

interface Drag {
  x: number;
  y: number;
  moved: number;
  pan: boolean;
}

export function MeshCell(props: CellProps<Shape, MeshState>) {
  const { ctx, state, at, box: room, spoken, onPick } = props;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const raster = useMemo(() => new Raster(), []);
  const drag = useRef<Drag | null>(null);
  const ratio = usePixelRatio();
  const width = useSize(frame, room).width;
  const { height } = room;
  const shape = useFinest(props);
  const { pixels } = useColors(props, shape);
  const { tag } = at.series;
  useLayoutEffect(() => state.include(tag, props.item.box), [tag, props.item]);
  const box = state.boxOf(tag) ?? shape.box ?? { low: [0, 0, 0], high: [1, 1, 1] };
  const { fov } = shape.scene;
  const camera = state.camera(box, fov, width, height);
  const moving = state.moving.value;
  // While something moves a pixel of the page is enough.
  const scale = moving ? 1 : Math.min(2, ratio);
  const theme = ctx.theme.value;
  const axes = state.axes.value;
  const [showAs, pointSize] = [state.showAs.value, state.pointSize.value];

  useEffect(() => {
    const element = canvas.current!;
    const request = requestAnimationFrame(() => {
      const look = { camera, showAs, pixels, pointSize: pointSize * scale, moving };
      paintShape(raster, shape, look, width * scale, height * scale);
      if (element.width !== raster.width) element.width = raster.width;
      if (element.height !== raster.height) element.height = raster.height;
      const context = element.getContext("2d");
      if (!context) return;
      raster.show(context);
      const ink = { line: theme.grid, text: theme.faint, font: theme.font };
      if (axes) paintBox(context, camera, box, scale, ink);
    });
    return () => cancelAnimationFrame(request);
  }, [
    shape,
    pixels,
    JSON.stringify(camera),
    box,
    width,
    height,
    scale,
    showAs,
    pointSize,
    axes,
    theme,
  ]);

  const look = (next: Camera): void => state.look(next, box, fov, width, height);
  const locate = (event: MouseEvent): { x: number; y: number } => {
    const edge = frame.current!.getBoundingClientRect();
    return { x: event.clientX - edge.left, y: event.clientY - edge.top };
  };
  const key = `${at.series.key}/${props.now.index}`;
  const probe = state.probe.value;
  const point = (event: MouseEvent): void => {
    const { x, y } = locate(event);
    const found = raster.partAt(x * scale, y * scale, REACH * scale);
    if (found >= 0) state.probe.value = { key, text: pointText(shape, found) };
    else if (state.probe.peek()?.key === key) state.probe.value = null;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys do the same, see keys.ts
    <div
      ref={frame}
      class="nbb-cell nbb-mesh-cell"
      style={{ height: `${height}px` }}
      onWheel={(event) => {
        // The page scrolls as ever; a card that was clicked, or Ctrl, zooms.
        const card = frame.current?.closest("[tabindex]");
        const root = frame.current?.getRootNode() as Document | ShadowRoot;
        if (!event.ctrlKey && !event.metaKey && !card?.contains(root.activeElement)) return;
        event.preventDefault();
        event.stopPropagation();
        const { x, y } = locate(event);
        const factor = 2 ** (-event.deltaY / (event.deltaMode ? 3 : 240));
        look(zoomed(camera, factor, height, { x: x - width / 2, y: y - height / 2 }));
      }}
      onPointerDown={(event) => {
        if (event.button === 1) event.preventDefault();
        const pan = event.button !== 0 || event.shiftKey;
        drag.current = { x: event.clientX, y: event.clientY, moved: 0, pan };
        frame.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const held = drag.current;
        if (!held) {
          point(event);
          return;
        }
        const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
        held.moved += Math.abs(dx) + Math.abs(dy);
        if (held.moved < CLICK) return;
        held.x = event.clientX;
        held.y = event.clientY;
        look((held.pan ? panned : orbited)(camera, dx, dy, height));
      }}
      onPointerUp={() => {
        const held = drag.current;
        drag.current = null;
        if (held && held.moved < CLICK && !held.pan) onPick();
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onPointerLeave={() => {
        state.probe.value = null;
      }}
      onContextMenu={(event) => event.preventDefault()}
      onDblClick={() => state.reset()}
    >
      <canvas ref={canvas} role="img" aria-label={`${spoken}: ${describe(shape)}`} />
      {probe?.key === key && <span class="nbb-mesh-reading">{probe.text}</span>}
    </div>
  );
}

/** "#12: 0.5, −1, 2": its number where all are here in their order. */
function pointText(shape: Shape, point: number): string {
  const place = placeOf(shape, point)
    .map((value) => formatNumber(value))
    .join(", ");
  return shape.exact ? `#${point}: ${place}` : place;
}
