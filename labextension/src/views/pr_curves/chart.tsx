// A square chart of curves, as SVG: axes, what stands behind, lines, and the threshold on each.
import { axisTicks } from "../../draw/axes.ts";
import { formatNumber, formatStep } from "../../draw/format.ts";
import { tracePath } from "../../draw/path.ts";
import { makeScale, type Scale } from "../../draw/scale.ts";
import { decisionAt, type Face, thresholdAt, type Trace } from "./curve.ts";
import type { CurveLine, Curves } from "./lines.ts";
import { SCORE_NAMES } from "./words.ts";

const LEFT = 38;
const RIGHT = 42;
const TOP = 8;
const BOTTOM = 34;
/** What a chart is wider than high, so that its axes are square. */
export const WIDER = LEFT + RIGHT - TOP - BOTTOM;
/** Pixels within which the pointer is on a line. */
const REACH = 24;
const ISO = [0.2, 0.4, 0.6, 0.8];
/** Of more lines than this the faint ones behind are left out. */
const MOST_BEHIND = 24;

const AXES: Record<Exclude<Face, "steps">, readonly [x: string, y: string]> = {
  pr: ["recall", "precision"],
  roc: ["false positive rate", "true positive rate"],
  f1: ["threshold", "F1"],
};

type Props = Curves & { lines: readonly CurveLine[]; width: number; height: number; name: string };

export function CurveChart({ lines, width, height, name, ...shared }: Props) {
  const { state } = shared;
  const face = state.face.value;
  const [domainX, domainY] = face === "steps" ? domainOf(lines) : [UNIT, UNIT];
  const x = makeScale(domainX, [LEFT, width - RIGHT]);
  const y = makeScale(domainY, [height - BOTTOM, TOP]);
  const [labelX, labelY] = face === "steps" ? ["step", SCORE_NAMES[state.score.value]] : AXES[face];
  const hovered = state.hovered.value;
  const point = (event: PointerEvent): [CurveLine, number] | null => {
    const frame = (event.currentTarget as Element).getBoundingClientRect();
    return nearest(lines, x, y, event.clientX - frame.left, event.clientY - frame.top);
  };
  const behind = lines.length <= MOST_BEHIND;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the sliders of threshold and step do the same
    <svg
      class="nbb-pr-chart"
      role="img"
      aria-label={`${labelY} over ${labelX}, ${name}: ${lines.length} lines`}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      onPointerMove={(event) => {
        const key = point(event)?.[0].series.key ?? null;
        if (key !== state.hovered.peek()) state.hovered.value = key;
        say(event.currentTarget, state.face.peek(), point(event));
      }}
      onPointerLeave={(event) => {
        state.hovered.value = null;
        say(event.currentTarget, state.face.peek(), null);
      }}
      onClick={(event) => {
        const found = point(event as unknown as PointerEvent);
        if (!found) return;
        const [line, index] = found;
        if (face === "steps") {
          const step = line.trace.x[index]!;
          state.setStep(BigInt(Math.round(step)));
        } else if (line.curve) state.threshold.value = thresholdAt(line.curve, index);
      }}
    >
      <Axes x={x} y={y} width={width} height={height} step={face === "steps"} />
      <text class="nbb-pr-label" x={(LEFT + width - RIGHT) / 2} y={height - 4}>
        {labelX}
      </text>
      <text
        class="nbb-pr-label"
        transform={`translate(10 ${(TOP + height - BOTTOM) / 2}) rotate(-90)`}
      >
        {labelY}
      </text>
      {face === "pr" && state.isoF1.value && <IsoLines x={x} y={y} />}
      {face === "roc" && state.prevalence.value && (
        <path class="nbb-pr-behind" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
      )}
      {face === "pr" &&
        state.prevalence.value &&
        behind &&
        lines.map(({ series, color, curve, dim }) => {
          const share = curve?.scores.prevalence ?? Number.NaN;
          if (!Number.isFinite(share) || dim) return null;
          return (
            <path
              key={series.key}
              class="nbb-pr-chance"
              stroke={color}
              d={`M${x(0)} ${y(share)}H${x(1)}`}
            />
          );
        })}
      {lines.flatMap(({ series, color, ghosts }) =>
        ghosts.map((ghost, index) => (
          <path
            key={`${series.key} ${index}`}
            class="nbb-pr-ghost"
            stroke={color}
            opacity={0.4 * (1 - index / (ghosts.length + 1))}
            d={pathOf(ghost, x, y)}
          />
        )),
      )}
      {lines.map(({ series, color, trace, dim }) => (
        <path
          key={series.key}
          class="nbb-pr-line"
          stroke={color}
          data-dim={dim || (hovered !== null && hovered !== series.key) ? "" : undefined}
          data-series={series.key}
          d={pathOf(trace, x, y)}
        />
      ))}
      {lines.map((line) => (
        <Dots key={line.series.key} {...line} x={x} y={y} face={face} />
      ))}
    </svg>
  );
}

const UNIT = [0, 1] as const;

function Axes(props: { x: Scale; y: Scale; width: number; height: number; step: boolean }) {
  const { x, y, width, height, step } = props;
  const across = axisTicks(x, step ? "step" : "number", Math.max(2, Math.floor(width / 60)));
  const up = axisTicks(y, "number", Math.max(2, Math.floor(height / 50)));
  return (
    <g class="nbb-pr-axes">
      {across.values.map((value, i) => (
        <g key={value} transform={`translate(${Math.round(x(value)) + 0.5} 0)`}>
          <path d={`M0 ${TOP}V${height - BOTTOM}`} />
          <text y={height - BOTTOM + 13} text-anchor="middle">
            {across.labels[i]}
          </text>
        </g>
      ))}
      {up.values.map((value, i) => (
        <g key={value} transform={`translate(0 ${Math.round(y(value)) + 0.5})`}>
          <path d={`M${LEFT} 0H${width - RIGHT}`} />
          <text x={LEFT - 5} y={4} text-anchor="end">
            {up.labels[i]}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Where F1 is the same: P = F R / (2 R - F). */
function IsoLines({ x, y }: { x: Scale; y: Scale }) {
  return (
    <g>
      {ISO.map((f1) => {
        const first = f1 / (2 - f1);
        let d = "";
        for (let i = 0; i <= 40; i++) {
          const recall = first + ((1 - first) * i) / 40;
          d += `${d ? "L" : "M"}${fixed(x(recall))} ${fixed(y((f1 * recall) / (2 * recall - f1)))}`;
        }
        return (
          <g key={f1}>
            <path class="nbb-pr-behind" d={d} />
            <text class="nbb-pr-iso" x={x(1) + 4} y={y(first) + 4}>
              {`F1 ${f1}`}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** A dot on each line at the threshold; on a line of scores at the step that is shown. */
function Dots(props: CurveLine & { x: Scale; y: Scale; face: Face }) {
  const { trace, place, color, step, dim, face, x, y } = props;
  const index = face === "steps" ? trace.x.indexOf(Number(step)) : place;
  const [px, py] = [x(trace.x[index] ?? Number.NaN), y(trace.y[index] ?? Number.NaN)];
  if (!Number.isFinite(px + py)) return null;
  return (
    <circle
      class="nbb-pr-dot"
      cx={fixed(px)}
      cy={fixed(py)}
      r={3.5}
      fill={color}
      data-dim={dim ? "" : undefined}
    />
  );
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function pathOf(trace: Trace, x: Scale, y: Scale): string {
  let d = "";
  const pen = {
    moveTo: (px: number, py: number) => {
      d += `M${fixed(px)} ${fixed(py)}`;
    },
    lineTo: (px: number, py: number) => {
      d += `L${fixed(px)} ${fixed(py)}`;
    },
  };
  tracePath(pen, trace, x, y);
  return d;
}

/** What a chart of scores shows: all finite values, with room around them. */
function domainOf(lines: readonly CurveLine[]): [[number, number], [number, number]] {
  const x = extentOf(lines.map(({ trace }) => trace.x));
  const [low, high] = extentOf(lines.map(({ trace }) => trace.y));
  const pad = (high - low) * 0.06 || 0.05;
  const wide: [number, number] = x[0] === x[1] ? [x[0] - 0.5, x[1] + 0.5] : x;
  return [wide, [low - pad, high + pad]];
}

function extentOf(columns: readonly Float64Array[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (const value of column) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high ? [0, 1] : [low, high];
}

/** The point nearest to the pointer, if one is near. */
function nearest(
  lines: readonly CurveLine[],
  x: Scale,
  y: Scale,
  px: number,
  py: number,
): [CurveLine, number] | null {
  let best: [CurveLine, number] | null = null;
  let least = REACH ** 2;
  for (const line of lines) {
    const { trace } = line;
    for (let i = 0; i < trace.x.length; i++) {
      const [dx, dy] = [x(trace.x[i]!) - px, y(trace.y[i]!) - py];
      const distance = dx * dx + dy * dy;
      if (distance < least) {
        least = distance;
        best = [line, i];
      }
    }
  }
  return best;
}

/** What is under the pointer, in the line below the chart: written there, as it changes often. */
function say(chart: Element, face: Face, found: [CurveLine, number] | null): void {
  const line = chart.parentElement?.querySelector(".nbb-pr-said");
  if (!line) return;
  line.textContent = found ? said(face, ...found) : "";
}

function said(face: Face, { name, curve, trace }: CurveLine, index: number): string {
  if (face === "steps" || !curve) {
    const step = formatStep(BigInt(Math.round(trace.x[index]!)));
    return `${name} · step ${step} · ${formatNumber(trace.y[index]!)}`;
  }
  const one = decisionAt(curve, index);
  const rates = `P ${formatNumber(one.precision, 3)} · R ${formatNumber(one.recall, 3)}`;
  const counts = `TP ${formatNumber(one.tp)} FP ${formatNumber(one.fp)}`;
  return `${name} · ≥ ${formatNumber(one.threshold)} · ${rates} · ${counts} FN ${formatNumber(one.fn)}`;
}
