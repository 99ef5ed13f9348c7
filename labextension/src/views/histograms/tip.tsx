// What hovering tells: the bucket, its count, its step; or the percentiles of a step.
import { formatDuration, formatNumber, formatStep, formatWallTime } from "../../draw/format.ts";
import { type Pixel, Tip } from "../../shell/tip.tsx";
import type { Column, Moment } from "./columns.ts";
import type { Band } from "./curves.ts";
import { momentsOf } from "./moments.ts";
import { PERCENTILE_NAMES } from "./percentiles.ts";
import type { Bucket } from "./probe.ts";
import { countText, exactText, shareText } from "./words.ts";

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
