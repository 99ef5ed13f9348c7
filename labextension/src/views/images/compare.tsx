// Two pictures of one tag against each other: beside, over, or subtracted.
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Check, Name } from "../../shell/controls.tsx";
import { ItemCard } from "../../stepped/card.tsx";
import type { GroupProps, Shared } from "../../stepped/kind.ts";
import type { Size } from "../../stepped/layout.ts";
import { showing } from "../../stepped/showing.ts";
import type { Side } from "../../stepped/state.ts";
import { Placeholder } from "../../stepped/waiting.tsx";
import { PictureBox, placed, Raster } from "./box.tsx";
import { type Difference, describeDifference, differenceOf } from "./difference.ts";
import { Film } from "./film.tsx";
import { pixelsAt } from "./frames.ts";
import type { Placement } from "./geometry.ts";
import type { Picture } from "./picture.ts";
import type { ImagesState } from "./state.ts";

type Images = Shared<Picture, ImagesState>;

/** A row of a comparison: A and B, and in the middle what their comparison shows. */
export function Pair({ tag = "", box, series: _, ...shared }: GroupProps<Picture, ImagesState>) {
  const { state, store } = shared;
  const sides = state.sides.value;
  const sample = state.sample.value ?? 0;
  if (!sides) return null;
  const one = (run: string, side: Side) => {
    const series = state.series(run, tag);
    return series ? state.at(series, side) : null;
  };
  const [a, b] = [one(sides.a, "A"), one(sides.b, "B")];
  const mode = state.compare.value;
  const card = (at: typeof a, side: "A" | "B") =>
    at ? (
      <ItemCard {...shared} at={at} sample={sample} box={box} name="run" side={side} />
    ) : (
      <figure class="nbb-card">
        <figcaption class="nbb-card-head">
          <span class="nbb-side">{side}</span>
          <span
            class="nbb-dot"
            style={{ background: shared.ctx.runs.color(sides[side === "A" ? "a" : "b"]) }}
          />
          <Name text={sides[side === "A" ? "a" : "b"]} />
        </figcaption>
        <Placeholder box={box} text="No images of this tag in this run." />
      </figure>
    );
  const pictures = [a, b].map((at) => (at ? showing(store, at, sample) : null));
  return (
    <>
      {card(a, "A")}
      {card(b, "B")}
      {mode !== "side by side" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys act on the card with the focus
        <figure class="nbb-card" tabIndex={0} aria-label={`${mode}, ${tag}`}>
          <Overlay
            {...shared}
            box={box}
            a={pictures[0]?.item}
            b={pictures[1]?.item}
            early={Boolean(pictures[0]?.early || pictures[1]?.early)}
          />
        </figure>
      )}
    </>
  );
}

interface OverlayProps extends Images {
  box: Size;
  a: Picture | undefined;
  b: Picture | undefined;
  /** Whether one of them is not the picture asked for. */
  early: boolean;
}

function Overlay(props: OverlayProps) {
  const { state, box, a, b, early } = props;
  const mode = state.compare.value;
  const head = (tool: ComponentChildren = null) => (
    <figcaption class="nbb-card-head">
      <span class="nbb-side">{mode === "wipe" ? "A | B" : "|A − B|"}</span>
      {tool}
    </figcaption>
  );
  if (!a?.url || !b?.url || early) {
    return (
      <>
        {head()}
        <Placeholder box={box} text="Nothing to compare: one of the two is not there." />
      </>
    );
  }
  if (a.width !== b.width || a.height !== b.height) {
    const text = `${a.width}×${a.height} and ${b.width}×${b.height}: of different sizes.`;
    return (
      <>
        {head()}
        <Placeholder box={box} text={text} />
      </>
    );
  }
  if (mode === "difference") return <DifferenceBody {...props} a={a} b={b} head={head} />;
  return (
    <>
      {head()}
      <PictureBox state={state} picture={a} box={box}>
        {(placement, size) => (
          <WipeBody state={state} a={a} b={b} placement={placement} size={size} />
        )}
      </PictureBox>
      <div class="nbb-card-foot">
        <span>A left of the handle, B right of it</span>
      </div>
    </>
  );
}

interface WipeProps extends Pick<Images, "state"> {
  a: Picture;
  b: Picture;
  placement: Placement;
  size: Size;
}

function WipeBody({ state, a, b, placement, size }: WipeProps) {
  const at = state.wipe.value;
  // The handle stays in sight when the picture is larger than its box.
  const x = Math.min(size.width - 1, Math.max(0, placement.left + at * placement.width));
  const shown = (x - placement.left) / placement.width;
  const dragging = useRef(false);
  const set = (value: number): void => {
    state.wipe.value = Math.min(1, Math.max(0, value));
  };
  return (
    <>
      <Layer state={state} picture={b} alt="B" placement={placement} />
      <Layer
        state={state}
        picture={a}
        alt="A"
        placement={placement}
        clip={`inset(0 ${100 * (1 - shown)}% 0 0)`}
      />
      <div
        class="nbb-wipe"
        role="slider"
        tabIndex={0}
        aria-label="Wipe"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * at)}
        aria-valuetext={`A ${Math.round(100 * at)} %`}
        style={{ left: `${x}px` }}
        onPointerDown={(event) => {
          event.stopPropagation();
          dragging.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          if (!dragging.current) return;
          event.stopPropagation();
          const frame = event.currentTarget.parentElement!.getBoundingClientRect();
          set((event.clientX - frame.left - placement.left) / placement.width);
        }}
        onPointerUp={(event) => {
          event.stopPropagation();
          dragging.current = false;
        }}
        onDblClick={(event) => {
          event.stopPropagation();
          set(0.5);
        }}
        onKeyDown={(event) => {
          const moves: Record<string, number> = { ArrowLeft: -0.02, ArrowRight: 0.02 };
          const ends: Record<string, number> = { Home: 0, End: 1 };
          if (event.key in moves) set(state.wipe.peek() + moves[event.key]!);
          else if (event.key in ends) set(ends[event.key]!);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </>
  );
}

interface LayerProps extends Pick<Images, "state"> {
  picture: Picture;
  alt: string;
  placement: Placement;
  clip?: string;
}

/** One of two pictures that lie over each other. */
function Layer({ picture, ...rest }: LayerProps) {
  const nothing = (): void => {};
  if (picture.frames > 1) return <Film {...rest} picture={picture} onError={nothing} />;
  return <Raster {...rest} url={picture.url!} onError={nothing} />;
}

interface DifferenceProps extends OverlayProps {
  a: Picture;
  b: Picture;
  head(tool?: ComponentChildren): VNode;
}

function DifferenceBody({ state, box, a, b, head }: DifferenceProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [result, setResult] = useState<Difference | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const scaled = state.scaled.value;
  const count = Math.max(a.frames, b.frames);
  const frame = count > 1 ? state.frameNow.value : 0;
  useEffect(() => {
    let stale = false;
    const both = [a, b].map((one) => pixelsAt(one, frame));
    Promise.all(both).then(
      ([first, second]) => {
        if (stale) return;
        const difference = differenceOf(first!.data, second!.data, scaled);
        setFailure(null);
        setResult(difference);
        const target = canvas.current;
        const context = target?.getContext("2d");
        if (!target || !context) return;
        target.width = first!.width;
        target.height = first!.height;
        const image = context.createImageData(first!.width, first!.height);
        image.data.set(difference.pixels);
        context.putImageData(image, 0, 0);
      },
      (error: Error) => !stale && setFailure(error.message),
    );
    return () => {
      stale = true;
    };
  }, [a.url, b.url, scaled, frame]);
  const words = failure ?? (result ? describeDifference(result, a.width * a.height) : "…");
  const [scale, ...facts] = words.split(" · ");
  return (
    <>
      {head(
        <Check
          label="Scaled"
          checked={scaled}
          onChange={(checked) => {
            state.scaled.value = checked;
          }}
        />,
      )}
      <PictureBox state={state} picture={a} box={box}>
        {(placement) => (
          <canvas
            ref={canvas}
            class="nbb-raster"
            role="img"
            aria-label={`Difference: ${words}`}
            style={placed(placement)}
          />
        )}
      </PictureBox>
      <div class="nbb-card-foot" title={words}>
        <output class="nbb-step">{scale}</output>
        <span>{facts.join(" · ")}</span>
        {count > 1 && <span>{`frame ${Math.min(frame, count - 1) + 1} of ${count}`}</span>}
      </div>
    </>
  );
}
