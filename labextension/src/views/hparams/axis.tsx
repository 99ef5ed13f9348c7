// One axis: its name and menu, ticks, the brush with its chip. Mouse, touch and keys.
import { useRef, useState } from "preact/hooks";
import { entryOf, shorten } from "../../shell/names.ts";
import type { Column } from "./columns.ts";
import { Chip } from "./chip.tsx";
import { useColumnMenu } from "./column-menu.tsx";
import type { Condition } from "./condition.ts";
import type { Plot } from "./parallel.tsx";
import { type Scale, spaced } from "./scale.ts";
import type { HparamsStore } from "./store.ts";
import { tickText } from "../../table/cells.ts";
import { drag, onFrame } from "../../table/gestures.ts";

const GRIP = 7;

interface Props {
  store: HparamsStore;
  column: Column;
  /** As much of the column's name as there is room for. */
  name: string;
  plot: Plot;
  index: number;
  /** Pixels to the next axis. */
  gap: number;
  /** Heights of the name and of the chip. */
  nameTop: number;
  chipTop: number;
  onMove(x: number): void;
  onStep(by: -1 | 1): void;
}

export function Axis(props: Props) {
  const { store, column, name, plot, index, gap, nameTop, chipTop, onMove, onStep } = props;
  const [shift, setShift] = useState(0);
  const menu = useColumnMenu();
  const head = useRef<HTMLButtonElement>(null);
  const { key } = column;
  const x = plot.x[index]!;
  const scale = store.scale(key);
  const condition = entryOf(store.brush.value, key);
  const span = plot.bottom - plot.top;
  const room = Math.max(2, Math.floor(span / (scale.kind === "category" ? 18 : 62)));
  const letters = Math.max(5, Math.floor((gap - 12) / 6.6));
  const judged = key === store.judge.value;
  return (
    <div class="nbb-hp-axis" style={{ left: `${x + shift}px` }} data-key={key}>
      <button
        ref={head}
        type="button"
        class="nbb-hp-axis-name"
        style={{ top: `${nameTop}px` }}
        title={`${column.title}\nClick for scale and order; drag to move`}
        aria-label={`Axis ${column.label}`}
        aria-haspopup="true"
        data-judge={judged ? "" : undefined}
        onPointerDown={(event) =>
          drag(event, {
            move: (dx) => setShift(dx),
            end: (moved, last, cancelled) => {
              setShift(0);
              if (moved && !cancelled) onMove(x + last.clientX - event.clientX);
              else if (!moved) menu.open({ key, at: head.current!, from: "axis" });
            },
          })
        }
        onKeyDown={(event) => {
          if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
            event.preventDefault();
            event.stopPropagation();
            onStep(event.key === "ArrowLeft" ? -1 : 1);
          } else if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            event.stopPropagation();
            menu.open({ key, at: head.current!, from: "axis" });
          }
        }}
      >
        {name}
        {column.kind === "metric" && (
          <span aria-hidden="true">{store.isLower(key) ? " ↓" : " ↑"}</span>
        )}
      </button>
      {condition && (
        <div class="nbb-hp-axis-chip" style={{ top: `${chipTop}px` }}>
          <Chip
            label={column.label}
            condition={condition}
            onChange={(next) => store.setBrush(key, next)}
          />
        </div>
      )}
      <svg class="nbb-hp-ticks" width="1" height={plot.bottom + 30} aria-hidden="true">
        <line y1={plot.top} y2={plot.bottom} />
        {plot.lane !== null && <line x1={-8} x2={8} y1={plot.lane} y2={plot.lane} />}
        {spaced(scale.ticks(room), 13 / span).map((tick) => (
          <g key={String(tick.value)} transform={`translate(0,${plot.bottom - tick.at * span})`}>
            <line x1={-3} x2={0} />
            <text x={index === 0 ? -6 : -5} dy="0.32em">
              {shorten(
                tickText(tick.value, column.kind),
                index === 0 ? Math.floor((x - 10) / 6.6) : letters,
              )}
            </text>
          </g>
        ))}
      </svg>
      <Brush store={store} column={column} plot={plot} condition={condition} />
    </div>
  );
}

interface BrushProps {
  store: HparamsStore;
  column: Column;
  plot: Plot;
  condition: Condition | undefined;
}

function Brush({ store, column, plot, condition }: BrushProps) {
  const { key } = column;
  const span = plot.bottom - plot.top;
  const scale = store.scale(key);
  const stretch = condition ? scale.stretch(condition) : null;
  const bands = (condition && scale.bands?.(condition)) ?? (stretch ? [stretch] : []);
  const set = useRef(onFrame((next: Condition | null) => store.setBrush(key, next))).current;
  const at = (y: number): number => Math.min(1, Math.max(0, (plot.bottom - y) / span));
  const missing = condition?.missing ?? false;
  const choose = (from: number, to: number): void => {
    const next = scale.condition(from, to);
    if (next) set(missing ? { ...next, missing } : next);
  };
  const start = (event: PointerEvent): void => {
    event.preventDefault();
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const from = at(event.clientY - box.top + plot.top - GRIP);
    const near = GRIP / span;
    const held = stretch;
    drag(
      event,
      {
        move: (_, dy) => {
          const to = Math.min(1, Math.max(0, from - dy / span));
          if (held && Math.abs(from - held[1]) < near) choose(held[0], to);
          else if (held && Math.abs(from - held[0]) < near) choose(held[1], to);
          else if (held && from > held[0] && from < held[1]) {
            const by = Math.min(1 - held[1], Math.max(-held[0], to - from));
            choose(held[0] + by, held[1] + by);
          } else choose(from, to);
        },
        // A click beside what is brushed, or on it, takes the brush away.
        end: (moved) => {
          if (!moved && condition) set(null);
        },
      },
      3,
    );
  };
  const nudge = (event: KeyboardEvent): void => {
    const up = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (event.key === "Escape" || event.key === "Delete") {
      if (!condition) return;
      store.setBrush(key, null);
    } else if (up && scale.kind === "category") {
      store.setBrush(key, nextCategory(scale, condition, up, event.shiftKey));
    } else if (up) {
      const [low, high] = stretch ?? [0, 1];
      const by = up * 0.05;
      const next: [number, number] = event.shiftKey
        ? [low, Math.min(1, Math.max(low + 0.02, high + by))]
        : stretch
          ? [Math.min(1, Math.max(0, low + by)), Math.min(1, Math.max(0, high + by))]
          : up > 0
            ? [0.5, 1]
            : [0, 0.5];
      choose(...next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div
        class="nbb-hp-brush"
        style={{ top: `${plot.top - GRIP}px`, height: `${span + GRIP * 2}px` }}
        role="slider"
        tabIndex={0}
        aria-label={`Brush ${column.label}`}
        aria-orientation="vertical"
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={stretch ? stretch[1] : 1}
        aria-valuetext={brushText(condition)}
        title="Drag to brush; arrow keys move it, with Shift its upper end; Escape takes it away"
        onPointerDown={start}
        onKeyDown={nudge}
      >
        {bands.map(([low, high]) => (
          <div
            key={low}
            class="nbb-hp-stretch"
            style={{
              top: `${GRIP + (1 - high) * span}px`,
              height: `${Math.max(3, (high - low) * span)}px`,
            }}
          />
        ))}
      </div>
      {plot.lane !== null && (
        <button
          type="button"
          class="nbb-hp-missing"
          style={{ top: `${plot.lane - 10}px` }}
          aria-label={`Missing ${column.label}`}
          aria-pressed={missing}
          title={`Trials without ${column.label}: ${missing ? "brushed" : condition ? "not brushed" : "click to brush"}`}
          onClick={() => store.setBrush(key, toggleMissing(condition))}
        />
      )}
    </>
  );
}

/** The category beside the brushed ones; with `add` beside them as well. */
function nextCategory(
  scale: Scale,
  condition: Condition | undefined,
  by: 1 | -1,
  add: boolean,
): Condition {
  const all = scale.ticks(Number.POSITIVE_INFINITY).map(({ value }) => value);
  const held = condition && "values" in condition ? condition.values : [];
  const places = held.map((value) => all.indexOf(value)).filter((place) => place >= 0);
  const from = by > 0 ? Math.max(-1, ...places) : Math.min(all.length, ...places);
  const start = places.length ? from + by : by > 0 ? all.length - 1 : 0;
  const next = all[Math.max(0, Math.min(all.length - 1, start))]!;
  const values = add && !held.includes(next) ? [...held, next] : add ? held : [next];
  return condition?.missing ? { values, missing: true } : { values };
}

/** Brushes what is in the lane, which of numbers is also None; or takes it out again. */
export function toggleMissing(condition: Condition | undefined): Condition | null {
  if (!condition) return { values: [null], missing: true };
  const { missing, ...rest } = condition;
  if (!missing) return { ...rest, missing: true };
  return "values" in rest && rest.values.every((value) => value === null) ? null : rest;
}

export function brushText(condition: Condition | undefined): string {
  if (!condition) return "everything";
  const missing = condition.missing ? ", and missing" : "";
  if ("values" in condition) return `${condition.values.join(", ") || "none"}${missing}`;
  if ("regex" in condition) return `matching ${condition.regex}${missing}`;
  return `${condition.low ?? "any"} to ${condition.high ?? "any"}${missing}`;
}
