// One cloud: its canvas, what lies above it, and what the pointer is on.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Camera } from "../../draw/camera.ts";
import { Raster } from "../../draw/raster.ts";
import { gather } from "./gather.ts";
import { type Hand, keyCamera, press, wheel } from "./gestures.ts";
import {
  densityOf,
  drawCategories,
  drawDensity,
  drawNames,
  drawPictures,
  paintPoints,
  Room,
  type Scene,
  screenFor,
  type Sheet,
} from "./paint.ts";
import type { Pane } from "./pane.ts";
import { between, cameraFor, type Spot, within } from "./places.ts";
import { useSheet } from "./sheet.ts";
import type { ProjectorStore } from "./store.ts";
import { Tip } from "./tip.tsx";

/** Milliseconds of the motion from step to step. */
const MOTION = 350;
/** Of more points the names wait until nothing moves. */
const MANY = 30_000;
const REST_MS = 120;

export function Picture({
  store,
  pane,
  name,
}: {
  store: ProjectorStore;
  pane: Pane;
  name: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const raster = useRef(new Raster());
  const size = useSignal({ width: 0, height: 0 });
  const line = useSignal<Spot[] | null>(null);
  const pointed = useSignal<{ row: number; x: number; y: number } | null>(null);
  const sheet = useSheet(pane);
  const moving = useMotion(store, pane);
  const density = useComputed(() => {
    const places = moving.value;
    return places?.dimensions === 2 && store.contours.value ? densityOf(places) : null;
  });

  useLayoutEffect(() => {
    const element = canvas.current!;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      const now = size.peek();
      if (width && (width !== now.width || height !== now.height)) size.value = { width, height };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const sceneOf = (): Scene | null => {
    const places = moving.value;
    const coloring = pane.coloring.value;
    const { width, height } = size.value;
    if (!places || !coloring || !width) return null;
    const camera = pane.camera.value ?? cameraFor(places, width, height);
    const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
    return { places, camera, coloring, emphasis: pane.emphasis.value, width, height, ratio };
  };

  const frame = useRef(0);
  const rest = useRef<ReturnType<typeof setTimeout>>();
  useSignalEffect(() => {
    const scene = sceneOf();
    const lines = density.value;
    const look = {
      marks: store.marks.value,
      found: pane.found.value,
      selected: pane.selected.value,
      picked: pane.picked.value,
      near: pane.near.value,
      label: pane.label.value,
      shape: line.value,
      sheet: sheet.value,
      theme: store.ctx.theme.value,
    };
    cancelAnimationFrame(frame.current);
    clearTimeout(rest.current);
    frame.current = requestAnimationFrame(() => {
      if (!scene || !canvas.current) return;
      const began = performance.now();
      paint(canvas.current, raster.current, scene);
      const many = scene.places.positions.length / scene.places.dimensions > MANY;
      const finish = (): void => paintAbove(above.current!, scene, { ...look, lines, pane });
      if (many && !look.shape) {
        clearAbove(above.current!, scene);
        rest.current = setTimeout(finish, REST_MS);
      } else finish();
      canvas.current.dataset.drawn = String(
        scene.places.positions.length / scene.places.dimensions,
      );
      canvas.current.dataset.ms = (performance.now() - began).toFixed(1);
    });
  });
  useEffect(
    () => () => {
      cancelAnimationFrame(frame.current);
      clearTimeout(rest.current);
    },
    [],
  );

  const hand: Hand = {
    tool: () => store.tool.peek(),
    flat: () => store.dimensions.peek() === 2,
    camera: () => cameraOf(pane, size.peek()),
    size: () => size.peek(),
    move: (camera) => {
      pointed.value = null;
      pane.camera.value = camera;
    },
    draw: (shape) => {
      line.value = shape;
    },
    choose: (shape) => {
      const scene = sceneOf();
      if (scene) store.select(pane, within(screenFor(scene), shape));
    },
    click: (spot) => {
      const row = partAt(raster.current, spot);
      if (row >= 0) store.pick(pane, row);
      else store.clear();
    },
  };

  useEffect(() => {
    const element = canvas.current!;
    const listener = (event: WheelEvent): void => wheel(element, event, hand);
    // Preact's own listener would be passive.
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const { height } = size.peek();
    const camera = keyCamera(event, hand.camera(), hand.flat(), height);
    if (camera) hand.move(camera);
    else if (event.key === "Escape") {
      if (pane.selected.peek() || pane.picked.peek() >= 0) store.clear();
      else pane.camera.value = null;
    } else if (event.key === "0") pane.camera.value = null;
    else if (event.key === "[" || event.key === "]") {
      store.setIndex(store.first.index.peek() + (event.key === "]" ? 1 : -1));
    } else if (event.key === "n" || event.key === "N") {
      pickNext(store, pane, event.key === "n" ? 1 : -1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const tip = pointed.value;
  return (
    <div class="nbb-pj-picture" data-tool={store.tool.value}>
      <canvas
        ref={canvas}
        class="nbb-pj-canvas"
        tabIndex={0}
        role="img"
        aria-label={name}
        aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown + - 0 [ ] n Escape"
        onPointerDown={(event) => press(canvas.current!, event, hand)}
        onPointerMove={(event) => {
          if (event.buttons) return;
          const box = canvas.current!.getBoundingClientRect();
          const [x, y] = [event.clientX - box.left, event.clientY - box.top];
          const row = partAt(raster.current, [x, y]);
          pointed.value = row < 0 ? null : { row, x, y };
        }}
        onPointerLeave={() => {
          pointed.value = null;
        }}
        onDblClick={() => {
          pane.camera.value = null;
        }}
        onKeyDown={onKeyDown}
      />
      <canvas ref={above} class="nbb-pj-above" />
      {tip && <Tip pane={pane} sheet={sheet.value} {...tip} size={size.value} />}
    </div>
  );
}

function cameraOf(pane: Pane, { width, height }: { width: number; height: number }): Camera {
  const places = pane.places.peek();
  return (
    pane.camera.peek() ??
    cameraFor(places ?? { positions: new Float32Array(0), dimensions: 2 }, width, height)
  );
}

function partAt(raster: Raster, [x, y]: Spot): number {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  return raster.partAt(x * ratio, y * ratio, 7 * ratio);
}

/** Go from point to point by keys: through what was found, else through all. */
function pickNext(store: ProjectorStore, pane: Pane, by: 1 | -1): void {
  const rows = pane.found.peek();
  const count = rows?.length ?? pane.facts.peek()?.count ?? 0;
  if (!count) return;
  const now = rows ? rows.indexOf(pane.picked.peek()) : pane.picked.peek();
  const next = now < 0 && by < 0 ? count - 1 : (now + by + count) % count;
  store.pick(pane, rows ? rows[next]! : next);
}

/** Places that go over into those of another step, where both have the same points. */
function useMotion(store: ProjectorStore, pane: Pane) {
  const shown = useSignal(pane.places.peek());
  const frame = useRef(0);
  useSignalEffect(() => {
    const to = pane.places.value;
    const from = shown.peek();
    cancelAnimationFrame(frame.current);
    const still =
      !to ||
      !from ||
      from.dimensions !== to.dimensions ||
      from.positions.length !== to.positions.length ||
      to.positions.length > 400_000 ||
      store.reducer.running.peek() ||
      matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || from === to) {
      shown.value = to;
      return;
    }
    const began = performance.now();
    const go = (): void => {
      const along = (performance.now() - began) / MOTION;
      const eased = along < 1 ? along * along * (3 - 2 * along) : 1;
      const positions = between(from.positions, to.positions, eased);
      shown.value = along < 1 ? { positions, dimensions: to.dimensions } : to;
      if (along < 1) frame.current = requestAnimationFrame(go);
    };
    frame.current = requestAnimationFrame(go);
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return shown;
}

function paint(canvas: HTMLCanvasElement, raster: Raster, scene: Scene): void {
  paintPoints(raster, scene);
  if (canvas.width !== raster.width) canvas.width = raster.width;
  if (canvas.height !== raster.height) canvas.height = raster.height;
  raster.show(canvas.getContext("2d")!);
}

function clearAbove(canvas: HTMLCanvasElement, { width, height, ratio }: Scene) {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

interface Above {
  marks: string;
  shape: Spot[] | null;
  lines: ReturnType<typeof densityOf> | null;
  sheet: Sheet | null;
  theme: ProjectorStore["ctx"]["theme"]["value"];
  pane: Pane;
}

function paintAbove(canvas: HTMLCanvasElement, scene: Scene, look: Above): void {
  const context = clearAbove(canvas, scene);
  const { theme, pane, marks, sheet } = look;
  const screen = screenFor(scene);
  const room = new Room();
  if (look.lines) drawDensity(context, look.lines, scene.camera, theme, scene);
  const { first, others } = gather(pane, screen.length / 2);
  const named = (rows: readonly number[], strong?: boolean) =>
    rows.map((row) => ({ row, text: pane.nameOf(row), strong }));
  if (marks === "pictures" && sheet) {
    const colors = scene.coloring;
    const colorOf = (row: number): string => {
      const { legend, slots } = colors;
      const category =
        legend.kind === "categories" && slots ? legend.categories[slots[row]!] : null;
      return category?.color ?? theme.faint;
    };
    drawPictures(context, screen, [...first, ...others], sheet, room, colorOf, scene);
  } else {
    drawNames(context, screen, named(first, true), room, theme, scene, 40);
    if (marks === "labels") drawNames(context, screen, named(others), room, theme, scene, 160);
    else if (!first.length) drawCategories(context, screen, scene.coloring, room, theme);
  }
  if (look.shape) drawShape(context, look.shape, theme.accent);
}

function drawShape(context: CanvasRenderingContext2D, shape: readonly Spot[], color: string) {
  context.beginPath();
  for (const [x, y] of shape) context.lineTo(x, y);
  context.closePath();
  context.strokeStyle = context.fillStyle = color;
  context.globalAlpha = 0.12;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.stroke();
}
