// All runs of a tag over each other at one step, with what is known of each in a table.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { sized } from "../../draw/canvas.ts";
import { formatNumber, formatStep } from "../../draw/format.ts";
import { Name } from "../../shell/controls.tsx";
import { useNear, usePixelRatio } from "../../stepped/hooks.ts";
import type { GroupProps } from "../../stepped/kind.ts";
import { showing } from "../../stepped/showing.ts";
import { valueAxis } from "./axis.ts";
import { rebinned } from "./bins.ts";
import { columnsOf, HEAT_STEPS } from "./columns.ts";
import type { Histogram } from "./histogram.ts";
import { momentsOf } from "./moments.ts";
import { bucketAt } from "./probe.ts";
import { type Pixel, Tip } from "../../shell/tip.tsx";
import { rangeText } from "./tip.tsx";
import type { HistogramsState } from "./state.ts";
import {
  layoutTogether,
  type Member,
  paintTogether,
  shareBelow,
  type Together,
  type TogetherLayout,
} from "./together.ts";
import { FileButtons } from "./tools.tsx";
import { bucketsCsv, togetherPng } from "./export.ts";
import { countText, describe, shareText, zerosReason } from "./words.ts";

export function Runs(props: GroupProps<Histogram, HistogramsState>) {
  const { tag, series, box, state } = props;
  const card = useRef<HTMLElement>(null);
  const near = useNear(card);
  const title = `${tag}: runs at one step`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys act on the card with the focus
    <figure ref={card} class="nbb-card nbb-together" tabIndex={0} aria-label={title}>
      {near ? (
        <Shown {...props} />
      ) : (
        <div
          class="nbb-cell"
          style={{ height: `${box.height + 24 * series.length}px` }}
          data-compare={state.compare.value}
        />
      )}
    </figure>
  );
}

function Shown(props: GroupProps<Histogram, HistogramsState>) {
  const { box, ctx } = props;
  const tag = props.tag ?? "";
  const ratio = usePixelRatio();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<(Pixel & { value: number; pixel: number }) | null>(null);
  const together = togetherOf(props);
  const layout = layoutTogether(together);
  const { members } = together;
  useLayoutEffect(() => {
    const context = sized(canvas.current!, box.width, box.height, ratio);
    paintTogether(context, together, layout);
    if (hover) {
      context.fillStyle = ctx.theme.value.faint;
      context.fillRect(
        Math.round(hover.pixel),
        layout.box.top,
        1,
        layout.box.bottom - layout.box.top,
      );
    }
  });
  const rows = members.map(({ run, step, item }) => ({ run, step, item }));
  return (
    <>
      <figcaption class="nbb-card-head">
        <span class="nbb-note">
          {together.cumulative ? "share of values up to" : "density of values"}
        </span>
        <span class="nbb-card-tools">
          <FileButtons
            csv={() => bucketsCsv(tag, rows)}
            png={() => togetherPng(tag, together)}
            name={`${tag}_runs`}
          />
        </span>
      </figcaption>
      <div
        class="nbb-cell nbb-histogram"
        style={{ height: `${box.height}px` }}
        role="img"
        aria-label={`${tag}: ${members.map(({ run, item }) => `${run}: ${describe(item)}`).join("; ")}`}
        onPointerMove={(event) => {
          const frame = event.currentTarget.getBoundingClientRect();
          const pixel = event.clientX - frame.left;
          const inside = pixel >= layout.box.left && pixel <= layout.box.right;
          const value = layout.x.invert(pixel);
          setHover(inside ? { x: event.clientX, y: event.clientY, value, pixel } : null);
        }}
        onPointerLeave={() => setHover(null)}
      >
        <canvas ref={canvas} />
        {!members.length && <span class="nbb-nothing">no run has values at this step</span>}
        {hover && members.length > 0 && <RunsTip together={together} layout={layout} at={hover} />}
      </div>
      <Legend members={members} />
    </>
  );
}

/** What is drawn: the runs that have a histogram at their step, and it is here. */
function togetherOf(props: GroupProps<Histogram, HistogramsState>): Together {
  const { ctx, store, state, series, box } = props;
  const found: Omit<Member, "drawn">[] = [];
  const moments = [];
  for (const one of series) {
    const now = showing(store, state.at(one), state.sample.value ?? 0);
    if (!now.item || now.item.refusal) continue;
    const step = one.step[now.position]!;
    found.push({ run: one.run, color: ctx.runs.color(one.run), step, item: now.item });
    moments.push(momentsOf(now.item));
    // The axis spans all steps that are here: it stands still while the slider moves.
    for (const { item } of columnsOf(store, one, HEAT_STEPS)) moments.push(momentsOf(item));
  }
  const binned =
    state.bins.value === "tensorboard" ? rebinned(found.map(({ item }) => item)) : null;
  return {
    members: found.map((one, i) => ({ ...one, drawn: binned?.[i] ?? one.item })),
    cumulative: state.compare.value === "cumulative",
    axis: valueAxis(moments, state.values.value === "symlog"),
    theme: ctx.theme.value,
    size: box,
  };
}

const MOST_TOLD = 12;

interface RunsTipProps {
  together: Together;
  layout: TogetherLayout;
  at: Pixel & { value: number; pixel: number };
}

function RunsTip({ together: { members, cumulative }, layout, at }: RunsTipProps) {
  return (
    <Tip at={at}>
      <table class="nbb-table">
        <thead>
          <tr>
            <th class="nbb-cell-name">at {formatNumber(at.value)}</th>
            <th>{cumulative ? "up to here" : "bucket"}</th>
            {!cumulative && <th>count</th>}
            {!cumulative && <th>share</th>}
          </tr>
        </thead>
        <tbody>
          {members.slice(0, MOST_TOLD).map(({ run, color, item, drawn }) => {
            const bucket = cumulative ? null : bucketAt(drawn, layout.x, at.pixel);
            const share = bucket ? bucket.count / momentsOf(item).count : 0;
            return (
              <tr key={run}>
                <td class="nbb-cell-name">
                  <span class="nbb-dot" style={{ background: color }} />
                  <Name text={run} />
                </td>
                <td>
                  {cumulative
                    ? shareText(shareBelow(drawn, at.value))
                    : bucket
                      ? rangeText(bucket)
                      : "–"}
                </td>
                {!cumulative && <td>{countText(bucket?.count ?? 0)}</td>}
                {!cumulative && <td>{shareText(share)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
      {members.length > MOST_TOLD && (
        <div class="nbb-note">{members.length - MOST_TOLD} more runs</div>
      )}
    </Tip>
  );
}

function Legend({ members }: { members: readonly Member[] }) {
  return (
    <div class="nbb-legend">
      <table class="nbb-table">
        <thead>
          <tr>
            <th class="nbb-cell-name">run</th>
            <th>step</th>
            <th>n</th>
            <th>mean</th>
            <th>σ</th>
            <th>zeros</th>
          </tr>
        </thead>
        <tbody>
          {members.map(({ run, color, step, item }) => {
            const found = momentsOf(item);
            return (
              <tr key={run}>
                <td class="nbb-cell-name">
                  <span class="nbb-dot" style={{ background: color }} />
                  <Name text={run} />
                </td>
                <td>{formatStep(step)}</td>
                <td>{countText(found.count)}</td>
                <td>{formatNumber(found.mean, 3)}</td>
                <td>{formatNumber(found.std, 3)}</td>
                <td title={zerosReason(found)}>
                  {found.zerosExact ? "" : "≈ "}
                  {shareText(found.zeros)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
