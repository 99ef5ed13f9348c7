// Tables of a card: of the selected step or range, and for screen readers.
import { memo } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { formatNumber, formatStep } from "../draw/format.ts";
import { Name } from "../shell/controls.tsx";
import { type ExactRow, useExact } from "./exact.ts";
import { changesOf, pointAt, type TableRow, tableRow } from "./hits.ts";
import { type Line, lineKey } from "./lines.ts";
import type { ScalarStore } from "./store.ts";

const MOST_ROWS = 200;
const READER_AFTER_MS = 300;

interface SelectionTableProps {
  store: ScalarStore;
  tag: string;
  lines: readonly Line[];
  selection: readonly number[];
  formatX(x: number): string;
}

/** The height of the table for so many lines, whatever of them a card has. */
export function tableHeight(lines: number): number {
  return Math.min(160, 30 + 19 * Math.min(lines, MOST_ROWS));
}

/** A step: values there. A range: start, end, min, max, mean, change. */
export function SelectionTable({ store, tag, lines, selection, formatX }: SelectionTableProps) {
  const range = selection.length > 1;
  const here = selection.length ? lines.flatMap((line) => tableRow(line, selection) ?? []) : [];
  // What goes on at that place first.
  const sorted = [...here.filter((row) => row.alive), ...here.filter((row) => !row.alive)];
  const rows = sorted.slice(0, MOST_ROWS);
  const sampled = rows.filter((row) => !row.exact || (range && isSampled(row.line)));
  const at: [number, number] | null = selection.length
    ? [selection[0]!, selection[selection.length - 1]!]
    : null;
  const exact = useExact(
    store,
    sampled.map((row) => row.line),
    at,
    0,
  );
  if (selection.length === 0) return null;
  const shown = rows.map((row) => withExact(row, exact.rows.get(lineKey(row.line))));
  const grouped = rows.some((row) => row.line.members);
  return (
    <>
      <table class="nbb-table" aria-label={`Selection of ${tag}`}>
        <thead>
          <tr>
            <th />
            <th class="nbb-cell-name">run</th>
            {range ? (
              <>
                <th>start value</th>
                <th>end value</th>
                <th>min</th>
                <th>max</th>
                <th>mean</th>
                <th>change</th>
                <th>%</th>
                <th>start</th>
                <th>end</th>
              </>
            ) : (
              <>
                <th>x</th>
                <th>smoothed</th>
                <th>value</th>
                {grouped && <th>n</th>}
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={lineKey(row.line)} data-faded={row.alive ? undefined : ""}>
              <td>
                <span class="nbb-tip-dot" style={{ background: row.line.color }} />
              </td>
              <td class="nbb-cell-name">
                <Name text={row.line.label} full={row.line.name} />
              </td>
              {range ? (
                <>
                  <td>{formatNumber(row.startValue)}</td>
                  <td>{formatNumber(row.endValue)}</td>
                  <td>{formatNumber(row.min)}</td>
                  <td>{formatNumber(row.max)}</td>
                  <td>{formatNumber(row.mean)}</td>
                  <td>{formatNumber(row.change)}</td>
                  <td>{formatNumber(row.percent, 3)}</td>
                  <td>{formatX(row.start)}</td>
                  <td>{formatX(row.end)}</td>
                </>
              ) : (
                <>
                  <td>{`${row.exact ? "" : "≈ "}${formatX(row.end)}`}</td>
                  <td>{formatNumber(row.smoothedEnd)}</td>
                  <td>{formatNumber(row.endValue)}</td>
                  {grouped && (
                    <td>{row.line.members ? `${row.members} of ${row.line.runs.length}` : ""}</td>
                  )}
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {exact.waiting && (
        <div class="nbb-note nbb-selection-note">
          {store.ctx.busy.value
            ? "≈ of the points that are here; exact ones when the cell ends"
            : "≈ of the points that are here"}
        </div>
      )}
      {here.length > MOST_ROWS && (
        <div class="nbb-note">{(here.length - MOST_ROWS).toLocaleString("en")} more</div>
      )}
    </>
  );
}

function isSampled(line: Line): boolean {
  return !line.members && line.index.length < line.total;
}

/** A row of all points, where the kernel has said what they are. */
function withExact(row: TableRow, exact: ExactRow | undefined): TableRow {
  if (!exact) return row;
  const ends = {
    start: exact.startX,
    startValue: exact.startValue,
    smoothedStart: exact.startSmoothed,
    end: exact.endX,
    endValue: exact.endValue,
    smoothedEnd: exact.endSmoothed,
  };
  return {
    ...row,
    ...ends,
    ...changesOf(ends),
    exact: true,
    min: exact.least,
    max: exact.greatest,
    mean: exact.mean,
  };
}

interface ReaderTableProps {
  tag: string;
  lines: readonly Line[];
}

/** For screen readers: where each line ends, and its least and greatest value. */
export function ReaderTable({ tag, lines: latest }: ReaderTableProps) {
  // Not in step with a slider: nobody listens to sixty tables a second.
  const [lines, setLines] = useState<readonly Line[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => setLines(latest), READER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [latest]);
  return lines.length > 0 && <ReaderRows tag={tag} lines={lines} />;
}

const ReaderRows = memo(function ReaderRows({ tag, lines }: ReaderTableProps) {
  return (
    // Around the table: on one itself neither width nor overflow apply.
    <div class="nbb-visually-hidden">
      <table>
        <caption>{`Values of ${tag}`}</caption>
        <thead>
          <tr>
            <th>run</th>
            <th>last step</th>
            <th>last value</th>
            <th>last smoothed value</th>
            <th>least</th>
            <th>greatest</th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, MOST_ROWS).map((line) => {
            const last = line.x.length - 1;
            let min = Infinity;
            let max = -Infinity;
            for (const value of line.raw) {
              if (value < min) min = value;
              if (value > max) max = value;
            }
            return (
              <tr key={lineKey(line)}>
                <th>{line.tag === tag ? line.name : `${line.name}, ${line.tag}`}</th>
                <td>{formatStep(line.step[last]!)}</td>
                <td>{formatNumber(line.raw[last]!)}</td>
                <td>{formatNumber(line.smooth[last]!)}</td>
                <td>{formatNumber(min)}</td>
                <td>{formatNumber(max)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
});

/** What a screen reader is told when the cursor moves by keys. */
export function announce(
  lines: readonly Line[],
  x: number,
  formatX: (x: number) => string,
): string {
  const parts = lines.slice(0, 8).map((line) => {
    const i = pointAt(line, x);
    return i < 0 ? "" : `${line.label}: ${formatNumber(line.smooth[i]!)}`;
  });
  return `${formatX(x)}. ${parts.join(", ")}`;
}
