// What hovering tells: the bucket, its count, its step; or the percentiles of a step.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatDuration, formatNumber, formatStep, formatWallTime } from "../../draw/format.ts";
import type { Column, Moment } from "./columns.ts";
import type { Band } from "./curves.ts";
import { momentsOf } from "./moments.ts";
import { PERCENTILE_NAMES } from "./percentiles.ts";
import type { Bucket } from "./probe.ts";
import { countText, exactText, shareText } from "./words.ts";

export interface Pixel {
  x: number;
  y: number;
}

/** Beside the pointer, above everything else. */
export function Tip({ at, children }: { at: Pixel; children: ComponentChildren }) {
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
  return (
    <div ref={box} class="nbb-tip" popover="manual" aria-hidden="true">
      {children}
    </div>
  );
}

/** "1 200 · 4 min 5 s · 2026-11-28 19:00:00". */
function Where({ column, start }: { column: Moment; start: number }) {
  const relative = column.wall - start;
  return (
    <tr>
      <th scope="row">step</th>
      <td>
        <b>{formatStep(column.step)}</b>
        {Number.isFinite(relative) && (
          <span class="nbb-note">
            {` ${formatDuration(relative)} · ${formatWallTime(column.wall)}`}
          </span>
        )}
      </td>
    </tr>
  );
}

interface BucketTipProps {
  at: Pixel;
  column: Column;
  bucket: Bucket | null;
  /** Wall time of the first step. */
  start: number;
  /** Whether it is one of TensorBoard's bins, not one that was logged. */
  binned: boolean;
}

export function BucketTip({ at, column, bucket, start, binned }: BucketTipProps) {
  const { count } = momentsOf(column.item);
  return (
    <Tip at={at}>
      <table class="nbb-table nbb-facts-table">
        <tbody>
          <Where column={column} start={start} />
          {bucket ? (
            <>
              <tr>
                <th scope="row">{binned ? "bin" : "bucket"}</th>
                <td>{binned ? roundedText(bucket) : rangeText(bucket)}</td>
              </tr>
              <tr>
                <th scope="row">count</th>
                <td>
                  <b>{countText(bucket.count)}</b>
                  <span class="nbb-note">{` ${shareText(bucket.count / count)} of ${countText(count)}`}</span>
                </td>
              </tr>
            </>
          ) : (
            <tr>
              <th scope="row">count</th>
              <td>nothing here</td>
            </tr>
          )}
        </tbody>
      </table>
    </Tip>
  );
}

export function rangeText({ low, high }: Pick<Bucket, "low" | "high">): string {
  return low === high ? exactText(low) : `${exactText(low)} … ${exactText(high)}`;
}

/** Of bins that nobody logged no more digits than mean anything. */
function roundedText({ low, high }: Bucket): string {
  return `${formatNumber(low, 6)} … ${formatNumber(high, 6)}`;
}

export function PercentileTip({ at, band, start }: { at: Pixel; band: Band; start: number }) {
  const { values } = band;
  return (
    <Tip at={at}>
      <table class="nbb-table nbb-facts-table">
        <tbody>
          <Where column={band} start={start} />
          {Array.from(values)
            .reverse()
            .map((value, i) => {
              const name = PERCENTILE_NAMES[values.length - 1 - i]!;
              return (
                <tr key={name} data-strong={name === "median" ? "" : undefined}>
                  <th scope="row">{name}</th>
                  <td>{formatNumber(value, 5)}</td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </Tip>
  );
}
