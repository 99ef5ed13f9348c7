// One card: an item of one run and tag at a step, with its name above and its facts below.
import { formatStep } from "../draw/format.ts";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Name } from "../shell/controls.tsx";
import { Icon } from "../shell/icons.tsx";
import { useNear } from "./hooks.ts";
import type { CellProps, Item, ItemFile, Shared } from "./kind.ts";
import type { Size } from "./layout.ts";
import { type Showing, showing } from "./showing.ts";
import type { At, Side, SteppedState } from "./state.ts";
import { CardSlider } from "./stepper.tsx";
import { Placeholder, Waiting, waitText } from "./waiting.tsx";
import { counted, fileName } from "./words.ts";

export type CardProps<T extends Item, S extends SteppedState<T>> = Shared<T, S> & {
  at: At;
  /** Which item of the step; the last there is if there are fewer. */
  sample: number;
  box: Size;
  /** What to call it: the run under a tag, the tag under a run. */
  name: "run" | "tag";
  side?: Side;
};

export function ItemCard<T extends Item, S extends SteppedState<T>>(props: CardProps<T, S>) {
  const { ctx, store, state, at, sample, box, name, side = "" } = props;
  const element = useRef<HTMLElement>(null);
  const near = useNear(element);
  const { series } = at;
  useEffect(() => {
    if (!near) return;
    state.see(series.key, true);
    return () => state.see(series.key, false);
  }, [near, series.key]);
  useEffect(() => {
    if (state.focusNext !== series.key) return;
    state.focusNext = null;
    element.current?.focus();
  }, []);
  const now = showing(store, at, sample);
  const step = now.position < 0 ? null : series.step[now.position]!;
  // A brush in another view picks runs: the others step back.
  const brushed = ctx.runs.brushed.value;
  const dim = brushed !== null && !brushed.includes(series.run);
  const spoken = `${series.run}, ${series.tag}${step === null ? "" : `, step ${step}`}`;
  const pick = { run: series.run, tag: series.tag, step: String(step), index: now.index };
  const toggle = (): void => {
    if (step !== null) state.pick(pick);
  };
  const [broken, setBroken] = useState<{ item: T; why: string } | null>(null);
  const large = state.large.value === series.key;
  const cell: CellProps<T, S> | null = now.item
    ? {
        ...props,
        side,
        now,
        item: now.item,
        spoken,
        large,
        onPick: toggle,
        onBroken: (why) => setBroken({ item: now.item!, why }),
      }
    : null;
  const why = broken !== null && broken.item === now.item ? broken.why : null;
  // What nobody sees stays as it was: of hundreds of cards a few are in sight.
  const inside = useRef<{ of: string; children: VNode } | null>(null);
  const of = `${near} ${box.width} ${box.height} ${name} ${series.id}`;
  if (near || inside.current?.of !== of) {
    const inner = { ...props, near, now, step, large, why, cell };
    inside.current = { of, children: <Inside key="inside" {...inner} /> };
  }
  return (
    <figure
      ref={element}
      class="nbb-card"
      data-dim={dim ? "" : undefined}
      data-picked={step !== null && state.isPicked(pick) ? "" : undefined}
      aria-label={side ? `${side}: ${spoken}` : spoken}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys act on the card with the focus
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) toggle();
      }}
    >
      {inside.current.children}
      {!state.link.value && !side && <CardSlider state={state} at={at} />}
    </figure>
  );
}

type Inner<T extends Item, S extends SteppedState<T>> = CardProps<T, S> & { now: Showing<T> };

interface Built<T extends Item, S extends SteppedState<T>> {
  /** What the kind's components get; null where there is no item. */
  cell: CellProps<T, S> | null;
}

type InsideProps<T extends Item, S extends SteppedState<T>> = Inner<T, S> &
  Built<T, S> & { near: boolean; step: bigint | null; large: boolean; why: string | null };

/** Its name, the item, and its facts. */
function Inside<T extends Item, S extends SteppedState<T>>(props: InsideProps<T, S>) {
  const { ctx, near, now, step, large, why, cell, at, box, name, side } = props;
  const { series } = at;
  return (
    <>
      <figcaption class="nbb-card-head">
        {side && <span class="nbb-side">{side}</span>}
        {name === "run" && (
          <span class="nbb-dot" style={{ background: ctx.runs.color(series.run) }} />
        )}
        <Name
          text={name === "run" ? ctx.runs.label(series.run) : series.title}
          full={name === "run" ? series.run : series.title}
        />
        {near && <Tools {...props} now={now} step={step} large={large} cell={cell} />}
      </figcaption>
      {near ? (
        <Content {...props} now={now} cell={cell} broken={why} />
      ) : (
        <div class="nbb-cell" style={{ height: `${box.height}px` }} />
      )}
      <Foot {...props} now={now} step={step} cell={why === null ? cell : null} />
    </>
  );
}

/** The item, or what is said in its place. */
function Content<T extends Item, S extends SteppedState<T>>(
  props: Inner<T, S> & Built<T, S> & { broken: string | null },
) {
  const { ctx, store, kind, at, box, now, cell, broken } = props;
  const { item, loaded } = now;
  const [noun, nouns] = kind.noun;
  if (at.position < 0) {
    const first = at.series.step[at.series.order[0] ?? -1];
    const text =
      first === undefined ? `No ${nouns}.` : `First ${noun} at step ${formatStep(first)}`;
    return <Placeholder box={box} text={text} />;
  }
  if (loaded?.error) return <Placeholder box={box} text={loaded.error} warn />;
  if (item?.refusal) return <Placeholder box={box} text={`Not shown: ${item.refusal}`} warn />;
  if (!item || !cell) {
    if (loaded && now.index >= loaded.count) return <Placeholder box={box} text={`No ${nouns}.`} />;
    const busy = ctx.busy.value && !store.expecting.value;
    return <Waiting box={box} busy={busy} failure={store.failure.value} />;
  }
  if (broken !== null) return <Placeholder box={box} text={broken} warn />;
  const { Cell } = kind;
  return (
    <div class="nbb-held" data-early={now.early ? "" : undefined}>
      <Cell {...cell} />
      {now.early && (
        <span class="nbb-early">
          {waitText(at.series.step[at.position]!, ctx.busy.value, store.failure.value)}
        </span>
      )}
    </div>
  );
}

/** Below an item: its step, and its facts. */
function Foot<T extends Item, S extends SteppedState<T>>(
  props: Inner<T, S> & Built<T, S> & { step: bigint | null },
) {
  const { kind, state, at, now, step, name, cell } = props;
  if (step === null) return <div class="nbb-card-foot" />;
  const other = at.asked !== null && step !== at.asked;
  const { loaded } = now;
  const { hidden, caption } = at.series;
  const { Facts } = kind;
  return (
    <div class="nbb-card-foot">
      <span
        class="nbb-step"
        data-other={other ? "" : undefined}
        title={
          other
            ? `Nearest at or ${state.later() ? "above" : "below"} step ${formatStep(at.asked!)}`
            : undefined
        }
      >
        step {formatStep(step)}
      </span>
      <span class="nbb-facts">
        {Facts && cell && <Facts {...cell} />}
        {loaded && loaded.count > 1 && <span>{`${now.index + 1} of ${loaded.count}`}</span>}
        {hidden > 0 && (
          <span title="Steps went back: what was logged before that is not shown.">
            {counted(hidden, kind.noun)} hidden by a restart
          </span>
        )}
      </span>
      {name === "tag" && caption && (
        <span class="nbb-caption" title={caption}>
          {caption}
        </span>
      )}
    </div>
  );
}

function Tools<T extends Item, S extends SteppedState<T>>({
  ctx,
  kind,
  state,
  at,
  now,
  step,
  large,
  cell,
}: Inner<T, S> & Built<T, S> & { step: bigint | null; large: boolean }) {
  const { series } = at;
  const { item } = now;
  const own = cell && !cell.item.refusal ? cell : null;
  const file = item && !item.refusal ? (kind.file?.(item, { ctx, at, now }) ?? null) : null;
  return (
    <span class="nbb-card-tools">
      {kind.Tools && own && <kind.Tools {...own} />}
      {file && (
        <Download
          file={file}
          noun={kind.noun[0]}
          name={fileName(series.run, series.tag, step, now.index, file.ending)}
        />
      )}
      <Button
        label={large ? `Show all ${kind.noun[1]}` : "Full size"}
        icon={large ? "shrink" : "expand"}
        onClick={() => {
          state.enlarge(large ? null : series.key);
        }}
      />
    </span>
  );
}

interface DownloadProps {
  file: ItemFile;
  noun: string;
  name: string;
}

/** A link that is a URL already, or becomes one when it is needed. */
function Download({ file, noun, name }: DownloadProps) {
  const offer = (link: HTMLAnchorElement, content: Blob): void => {
    const url = URL.createObjectURL(content);
    link.href = url;
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const give = (event: MouseEvent & { currentTarget: HTMLAnchorElement }): void => {
    if (file.href) return;
    if (file.content) {
      offer(event.currentTarget, file.content);
    } else if (file.make) {
      event.preventDefault();
      // A link of its own: by then the card may show something else.
      const link = document.createElement("a");
      link.download = name;
      void file.make().then((content) => {
        offer(link, content);
        link.click();
      });
    }
  };
  return (
    <a
      class="nbb-button"
      href={file.href ?? "#"}
      download={name}
      title={`Download ${noun}, as logged`}
      onClick={give}
    >
      <span class="nbb-visually-hidden">Download {noun}</span>
      <Icon name="download" />
    </a>
  );
}
