// The tooltip: a row a run, beside the cursor and above everything else.
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatDuration, formatNumber, formatStep, formatWallTime } from "../draw/format.ts";
import { Name } from "../shell/controls.tsx";
import type { Hit } from "./hits.ts";
import { isTag } from "./lines.ts";

const MOST_ROWS = 14;

interface TooltipProps {
  hits: readonly Hit[];
  smoothed: boolean;
  x: string;
  /** Where the pointer is, in pixels of the window. */
  at: { x: number; y: number };
}

export function Tooltip({ hits, smoothed, x, at }: TooltipProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tip = box.current!;
    // The top layer: no scrolling box of the host cuts it off.
    tip.showPopover?.();
    const { width, height } = tip.getBoundingClientRect();
    const left = at.x + 18 + width < innerWidth ? at.x + 18 : Math.max(4, at.x - 18 - width);
    const top = Math.min(Math.max(4, at.y + 18), Math.max(4, innerHeight - height - 4));
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  });
  const rows = hits.slice(0, MOST_ROWS);
  const grouped = hits.some(({ line }) => line.runs.length > 1);
  return (
    <div ref={box} class="nbb-tip" popover="manual" aria-hidden="true">
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
          {rows.map(({ line, at: i }) => (
            <tr key={line.name} data-faded={line.faded ? "" : undefined}>
              <td>
                <span class="nbb-tip-dot" style={{ background: line.color }} />
              </td>
              <td class="nbb-cell-name">
                <Name text={line.name} />
              </td>
              {smoothed && !grouped && <td class="nbb-strong">{formatNumber(line.smooth[i]!)}</td>}
              <td class={smoothed && !grouped ? undefined : "nbb-strong"}>
                {formatNumber(line.raw[i]!)}
              </td>
              {grouped && (
                <td>
                  {line.low
                    ? `${formatNumber(line.low[i]!)} – ${formatNumber(line.high![i]!)}, n = ${line.runs.length}`
                    : ""}
                </td>
              )}
              <td>{formatStep(line.step[i]!)}</td>
              {isTag(x) && <td>{formatNumber(line.x[i]!)}</td>}
              <td>{formatDuration(line.wall[i]! - line.wall[0]!)}</td>
              <td>{formatWallTime(line.wall[i]!)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hits.length > MOST_ROWS && <div class="nbb-note">{hits.length - MOST_ROWS} more runs</div>}
    </div>
  );
}
