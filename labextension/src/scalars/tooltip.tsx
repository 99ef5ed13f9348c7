// The tooltip: a row a run, beside the cursor and above everything else.
import { secondsOf } from "../draw/dates.ts";
import { formatDuration, formatNumber, formatStep, formatWallTime } from "../draw/format.ts";
import { Name } from "../shell/controls.tsx";
import { type Pixel, Tip } from "../shell/tip.tsx";
import { type ExactRow, useExact } from "./exact.ts";
import { type Hit, isExact } from "./hits.ts";
import { isTag, lineKey } from "./lines.ts";
import type { ScalarStore } from "./store.ts";

const MOST_ROWS = 14;
/** How long the pointer rests before the kernel is asked. */
const REST_MS = 150;

interface TooltipProps {
  store: ScalarStore;
  hits: readonly Hit[];
  /** The cursor, in units of x. */
  cursor: number;
  /** How many lines begin beyond the cursor. */
  later: number;
  /** "NaN at 400: run a, run b": what a mark under the pointer stands for. */
  mark: string;
  smoothed: boolean;
  x: string;
  /** Where the pointer is, in pixels of the window. */
  at: Pixel;
}

export function Tooltip({ store, hits, cursor, later, mark, smoothed, x, at }: TooltipProps) {
  const rows = hits.slice(0, MOST_ROWS);
  const sampled = rows.filter((hit) => !isExact(hit)).map((hit) => hit.line);
  const exact = useExact(store, sampled, [cursor, cursor], REST_MS);
  const grouped = hits.some(({ line }) => line.low);
  const ended = hits.filter((hit) => !hit.alive).length;
  const notes = [
    hits.length > MOST_ROWS ? `${(hits.length - MOST_ROWS).toLocaleString("en")} more runs` : "",
    ended > 0 ? `${ended.toLocaleString("en")} ended before` : "",
    later > 0 ? `${later.toLocaleString("en")} begin later` : "",
    exact.waiting
      ? store.ctx.busy.value
        ? "≈ exact when the cell ends"
        : "≈ of the points that are here"
      : "",
  ].filter(Boolean);
  return (
    <Tip at={at}>
      <table class="nbb-table">
        <thead>
          <tr>
            <th />
            <th class="nbb-cell-name">run</th>
            {smoothed && !grouped && <th>smoothed</th>}
            <th>value</th>
            {grouped && <th>band</th>}
            <th>step</th>
            {isTag(x) && <th>x</th>}
            <th>relative</th>
            <th>time</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((hit) => (
            <HitRow
              key={lineKey(hit.line)}
              hit={hit}
              exact={exact.rows.get(lineKey(hit.line))}
              smoothed={smoothed}
              grouped={grouped}
              x={x}
            />
          ))}
        </tbody>
      </table>
      {mark && <div class="nbb-note nbb-tip-mark">{mark}</div>}
      {notes.length > 0 && <div class="nbb-note">{notes.join(" · ")}</div>}
    </Tip>
  );
}

interface HitRowProps {
  hit: Hit;
  exact: ExactRow | undefined;
  smoothed: boolean;
  grouped: boolean;
  x: string;
}

function HitRow({ hit, exact, smoothed, grouped, x }: HitRowProps) {
  const { line, at: i, alive } = hit;
  const approximate = !exact && !isExact(hit);
  const value = exact?.startValue ?? line.raw[i]!;
  const wall = exact ? secondsOf(exact.startWall) : line.wall[i]!;
  const start = line.wall.find((time) => Number.isFinite(time)) ?? Number.NaN;
  return (
    <tr data-faded={line.faded || !alive ? "" : undefined}>
      <td>
        <span class="nbb-tip-dot" style={{ background: line.color }} />
      </td>
      <td class="nbb-cell-name">
        <Name text={line.label} full={line.name} />
      </td>
      {smoothed && !grouped && (
        <td class="nbb-strong">{formatNumber(exact?.startSmoothed ?? line.smooth[i]!)}</td>
      )}
      <td class={smoothed && !grouped ? undefined : "nbb-strong"}>{formatNumber(value)}</td>
      {grouped && <td>{bandText(hit)}</td>}
      <td>{`${approximate ? "≈ " : ""}${formatStep(exact?.startStep ?? line.step[i]!)}`}</td>
      {isTag(x) && <td>{formatNumber(exact?.startX ?? line.x[i]!)}</td>}
      <td>{Number.isFinite(wall - start) ? formatDuration(wall - start) : "–"}</td>
      <td>{Number.isFinite(wall) ? formatWallTime(wall) : "no date"}</td>
    </tr>
  );
}

/** "0.2 – 0.4, n = 4 of 5"; of a band of other tags without the number. */
function bandText({ line, at }: Hit): string {
  if (!line.low) return "";
  const band = `${formatNumber(line.low[at]!)} – ${formatNumber(line.high![at]!)}`;
  if (!line.members) return Number.isNaN(line.low[at]!) ? "none" : band;
  const [n, all] = [line.members[at]!, line.runs.length];
  return `${band}, ${n === all ? `n = ${n}` : `n = ${n} of ${all}`}`;
}
