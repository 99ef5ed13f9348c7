// Memory over time, and who owned its peak.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Select } from "../shell/controls.tsx";
import type { MemoryCurve } from "./model.ts";
import type { ProfileStore } from "./store.ts";
import type { Column } from "./sorting.ts";
import { DataTable } from "./table.tsx";
import { formatBytes, formatPercent, formatTime } from "./units.ts";

const COLUMNS: Column[] = [
  { key: "owner", label: "owner at the peak", kind: "name" },
  { key: "blocks", label: "blocks", kind: "count" },
  { key: "bytes", label: "in use", kind: "bytes", bar: true },
];
const HEIGHT = 160;
const ROOM = { left: 58, right: 10, top: 12, bottom: 20 };
const everything = (): boolean => true;

interface Props {
  store: ProfileStore;
  curves: readonly MemoryCurve[];
}

export function Memory({ store, curves }: Props) {
  // The fullest is the one that matters.
  const fullest = curves.reduce(
    (best, one, i) => (one.peakBytes > curves[best]!.peakBytes ? i : best),
    0,
  );
  const at = useSignal(fullest);
  const sort = useSignal("");
  const curve = curves[Math.min(at.value, curves.length - 1)]!;
  const capacity = curve.capacity
    ? `, ${formatPercent(curve.peakBytes / curve.capacity)} of ${formatBytes(curve.capacity)}`
    : "";
  return (
    <div class="nbb-pf-memory">
      <div>
        <p class="nbb-note">
          {curves.length > 1 ? (
            <Select
              label="Memory of"
              value={String(curves.indexOf(curve))}
              options={curves.map(({ device }, i) => [String(i), device] as const)}
              onChange={(value) => {
                at.value = Number(value);
              }}
            />
          ) : (
            curve.device
          )}{" "}
          peak {formatBytes(curve.peakBytes)}
          {capacity} after {formatTime(curve.peakTime - store.whole.value.begin) || "0"};{" "}
          {curve.events.toLocaleString("en")} events
        </p>
        <Curve store={store} curve={curve} />
      </div>
      <DataTable
        table={curve.owners}
        columns={COLUMNS}
        label={`Owners of the peak of ${curve.device}`}
        sort={sort.value}
        onSort={(value) => {
          sort.value = value;
        }}
        test={everything}
        chosen={store.row.value}
        onChoose={(name) => store.choose(name)}
      />
    </div>
  );
}

function Curve({ store, curve }: { store: ProfileStore; curve: MemoryCurve }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  useLayoutEffect(() => {
    const box = canvas.current!.parentElement!;
    const watcher = new ResizeObserver(() => {
      width.value = box.clientWidth;
    });
    watcher.observe(box);
    return () => watcher.disconnect();
  }, []);
  const theme = store.ctx.theme.value;
  useEffect(() => draw(canvas.current!, curve, width.value, store), [curve, width.value, theme]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={`Memory of ${curve.device} over time, peak ${formatBytes(curve.peakBytes)}`}
      style={{ height: `${HEIGHT}px` }}
    />
  );
}

function draw(
  element: HTMLCanvasElement,
  curve: MemoryCurve,
  width: number,
  store: ProfileStore,
): void {
  const context = element.getContext("2d");
  if (!context || width < 40 || !curve.time.length) return;
  const theme = store.ctx.theme.peek();
  const ratio = Math.min(devicePixelRatio || 1, 2);
  element.width = Math.round(width * ratio);
  element.height = Math.round(HEIGHT * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, HEIGHT);
  const { time, allocated, reserved } = curve;
  let [low, high] = [0, 0];
  for (let i = 0; i < time.length; i++) {
    low = Math.min(low, allocated[i]!);
    high = Math.max(high, allocated[i]!, Number.isFinite(reserved[i]!) ? reserved[i]! : 0);
  }
  const [begin, end] = [time[0]!, time.at(-1)!];
  const x = (t: number): number =>
    ROOM.left + ((t - begin) / (end - begin || 1)) * (width - ROOM.left - ROOM.right);
  const y = (v: number): number =>
    HEIGHT - ROOM.bottom - ((v - low) / (high - low || 1)) * (HEIGHT - ROOM.top - ROOM.bottom);
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.faint;
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const share of [0, 0.5, 1]) {
    const value = low + share * (high - low);
    context.beginPath();
    context.moveTo(ROOM.left, Math.round(y(value)) + 0.5);
    context.lineTo(width - ROOM.right, Math.round(y(value)) + 0.5);
    context.stroke();
    context.fillText(value === 0 ? "0" : formatBytes(value), ROOM.left - 6, y(value));
  }
  const origin = store.whole.peek().begin;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(formatTime(begin - origin) || "0", ROOM.left, HEIGHT - 5);
  context.textAlign = "right";
  context.fillText(formatTime(end - origin) || "0", width - ROOM.right, HEIGHT - 5);
  const line = (values: Float64Array): void => {
    context.beginPath();
    for (let i = 0; i < time.length; i++) {
      if (!Number.isFinite(values[i]!)) continue;
      if (i > 0) context.lineTo(x(time[i]!), y(values[i - 1]!));
      context.lineTo(x(time[i]!), y(values[i]!));
    }
  };
  context.strokeStyle = theme.faint;
  context.setLineDash([3, 3]);
  line(reserved);
  context.stroke();
  context.setLineDash([]);
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.5;
  line(allocated);
  context.stroke();
  context.fillStyle = theme.text;
  context.beginPath();
  context.arc(x(curve.peakTime), y(curve.peakBytes), 3, 0, 2 * Math.PI);
  context.fill();
}
