// Tables of a card: of the selected step or range, and for screen readers.
import { memo } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { formatNumber, formatStep } from "../draw/format.ts";
import { Name } from "../shell/controls.tsx";
import { nearest, tableRow } from "./hits.ts";
import type { Line } from "./lines.ts";

const MOST_ROWS = 200;
const READER_AFTER_MS = 300;

interface SelectionTableProps {
  tag: string;
  lines: readonly Line[];
  selection: readonly number[];
  formatX(x: number): string;
}

/** A step: values there. A range: start, end, min, max, mean, change. */
export function SelectionTable({ tag, lines, selection, formatX }: SelectionTableProps) {
  if (selection.length === 0) return null;
  const rows = lines.flatMap((line) => tableRow(line, selection) ?? []).slice(0, MOST_ROWS);
  const range = selection.length > 1;
  return (
    <div class="nbb-selection">
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
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line.name}>
              <td>
                <span class="nbb-tip-dot" style={{ background: row.line.color }} />
              </td>
              <td class="nbb-cell-name">
                <Name text={row.line.name} />
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
                  <td>{formatX(row.start)}</td>
                  <td>{formatNumber(row.smoothedStart)}</td>
                  <td>{formatNumber(row.startValue)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
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
    <table class="nbb-visually-hidden">
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
            <tr key={line.name}>
              <th>{line.name}</th>
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
  );
});

/** What a screen reader is told when the cursor moves by keys. */
export function announce(
  lines: readonly Line[],
  x: number,
  formatX: (x: number) => string,
): string {
  const parts = lines.slice(0, 8).map((line) => {
    const i = nearest(line, x);
    return i < 0 ? "" : `${line.name}: ${formatNumber(line.smooth[i]!)}`;
  });
  return `${formatX(x)}. ${parts.join(", ")}`;
}
