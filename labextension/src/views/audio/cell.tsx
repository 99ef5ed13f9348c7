// A clip on its card: play, waveform, spectrogram, and the one position that all cards share.
import { useEffect, useRef, useState } from "preact/hooks";
import { formatDuration } from "../../draw/format.ts";
import { Button } from "../../shell/controls.tsx";
import { usePixelRatio, useSize } from "../../stepped/hooks.ts";
import type { CellProps } from "../../stepped/kind.ts";
import { type Clip, decibelText, describe, durationOf, factsText, faultsOf } from "./clip.ts";
import { hertzTicks, paintSpectrogram, paintWave } from "./paint.ts";
import { hasWebAudio, type Voice, whyNot } from "./player.ts";
import { type AudioState, cardKey, type Letter, type Show } from "./state.ts";
import { loopBetween } from "./timeline.ts";

const HEAD = 26;
const WAVE = 64;
const SPECTRUM = 104;
const LABEL = 18;
/** Full size has so much more of both. */
const LARGER = 2.2;
/** A pointer that moved less than this clicked. */
const CLICK = 4;

function stripHeights(show: Show, large: boolean): { wave: number; spectrum: number } {
  const factor = large ? LARGER : 1;
  return {
    wave: show === "spectrogram" ? 0 : Math.round(WAVE * factor),
    spectrum: show === "waveform" ? 0 : Math.round(SPECTRUM * factor),
  };
}

/** How high a cell is. */
export function heightOf(show: Show, labelled: boolean, large: boolean): number {
  const { wave, spectrum } = stripHeights(show, large);
  return HEAD + wave + spectrum + (labelled ? LABEL : 0);
}

export function ClipCell(props: CellProps<Clip, AudioState>) {
  const { state, item: clip, at, now, box, spoken } = props;
  const element = useRef<HTMLDivElement>(null);
  const key = cardKey(at.series, now.index);
  const voice: Voice = { key, clip };
  useEffect(() => {
    state.drawn.set(key, clip);
    return () => {
      state.drawn.delete(key);
    };
  }, [key, clip]);
  useEffect(() => {
    const card = element.current?.closest("figure");
    const focus = (): void => {
      state.active.value = key;
    };
    card?.addEventListener("focusin", focus);
    return () => card?.removeEventListener("focusin", focus);
  }, [key]);
  const heights = stripHeights(state.show.value, props.large);
  return (
    <div ref={element} class="nbb-cell nbb-clip" style={{ height: `${box.height}px` }}>
      <Head {...props} voice={voice} />
      {clip.unknown ? (
        <Undecoded clip={clip} spoken={spoken} height={heights.wave + heights.spectrum} />
      ) : (
        <Strip {...props} voice={voice} heights={heights} />
      )}
      {clip.label && (
        <div class="nbb-label" title={clip.label}>
          {clip.label}
        </div>
      )}
    </div>
  );
}

type Inner = CellProps<Clip, AudioState> & { voice: Voice };

/** Play, how long it is, and whether it is A or B. */
function Head({ state, item: clip, at, now, voice, spoken }: Inner) {
  const { player } = state;
  const heard = player.heard.value === voice.key && player.playing.value;
  const why = whyNot(clip) ?? (clip.data ? null : "Its samples are on their way.");
  const step = now.position < 0 ? "" : String(at.series.step[now.position]);
  const named = [at.series.run, at.series.tag, step, String(now.index)];
  const letter = (name: Letter) => {
    const chosen = state.signalOf(name).value.join("\u0000") === named.join("\u0000");
    return (
      <Button
        label={`${chosen ? "Not " : ""}${name} of a comparison: ${spoken}`}
        text={name}
        class="nbb-letter"
        pressed={chosen}
        onClick={() => state.choose(name, named)}
      />
    );
  };
  if (!hasWebAudio() && !clip.unknown) {
    return (
      <div class="nbb-clip-head" title={why ?? undefined}>
        <OwnPlayer clip={clip} spoken={spoken} />
        <span class="nbb-clip-facts">{why}</span>
      </div>
    );
  }
  return (
    <div class="nbb-clip-head">
      <button
        type="button"
        class="nbb-button nbb-hear"
        aria-label={`${heard ? "Pause" : "Play"} ${spoken}`}
        aria-pressed={heard}
        title={why ?? (heard ? "Pause" : "Play")}
        disabled={why !== null}
        onClick={() => state.toggle(voice)}
      >
        {heard ? "❚❚" : "▶"}
      </button>
      <span class="nbb-clip-facts" title={factsText(clip)}>
        {factsText(clip)}
      </span>
      {letter("A")}
      {letter("B")}
    </div>
  );
}

/** What is not plain WAV: why, and the browser's own player, which may know it. */
function Undecoded({ clip, spoken, height }: { clip: Clip; spoken: string; height: number }) {
  const words = `Not decoded here: ${clip.unknown}. Your browser may play it; the download has it as logged.`;
  return (
    <div class="nbb-undecoded" style={{ height: `${height}px` }}>
      <span>{words}</span>
      <OwnPlayer clip={clip} spoken={spoken} />
    </div>
  );
}

/** The browser's own player. */
function OwnPlayer({ clip, spoken }: { clip: Clip; spoken: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!clip.data) return;
    const type = clip.format === "wav" ? "audio/wav" : "";
    const made = URL.createObjectURL(new Blob([clip.data as Uint8Array<ArrayBuffer>], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [clip]);
  if (!url) return null;
  return (
    // biome-ignore lint/a11y/useMediaCaption: nobody logged captions
    <audio controls src={url} aria-label={spoken} />
  );
}

/** Waveform over spectrogram: a click goes there, a drag makes a loop. */
function Strip({
  ctx,
  state,
  item: clip,
  voice,
  heights,
}: Inner & { heights: { wave: number; spectrum: number } }) {
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = usePixelRatio();
  const height = heights.wave + heights.spectrum;
  const { width } = useSize(element, { width: 300, height });
  const [floor, scale, channel] = [state.floor.value, state.scale.value, state.channel.value];
  const { accent, grid, dark } = ctx.theme.value;
  const [waits, setWaits] = useState(false);
  useEffect(() => {
    // One card after the other: the page stays its owner's while many are computed.
    const timer = setTimeout(() => {
      const target = canvas.current;
      const context = target?.getContext("2d");
      if (!target || !context) return;
      const wide = Math.max(1, Math.round(width * ratio));
      const [wave, spectrum] = [heights.wave, heights.spectrum].map((h) => Math.round(h * ratio));
      target.width = wide;
      target.height = wave! + spectrum!;
      const colors = { wave: accent, line: grid, warn: dark ? "#ff8a80" : "#c5221f" };
      if (wave) paintWave(context, clip, channel, { width: wide, height: wave }, colors);
      const size = { width: wide, height: spectrum! };
      const done =
        !spectrum || paintSpectrogram(context, clip, { scale, floor, channel }, wave!, size);
      setWaits(!done);
    }, 0);
    return () => clearTimeout(timer);
  }, [clip, width, ratio, height, heights.wave, floor, scale, channel, accent, grid, dark]);
  const duration = durationOf(clip);
  const drag = useRef<{ x: number; moved: boolean } | null>(null);
  const secondsAt = (event: PointerEvent): number => {
    const frame = element.current!.getBoundingClientRect();
    return ((event.clientX - frame.left) / Math.max(1, frame.width)) * duration;
  };
  return (
    <div
      ref={element}
      class="nbb-strip"
      style={{ height: `${height}px` }}
      onPointerDown={(event) => {
        if (event.button !== 0 || !duration) return;
        drag.current = { x: event.clientX, moved: false };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const held = drag.current;
        if (!held) return;
        if (Math.abs(event.clientX - held.x) >= CLICK) held.moved = true;
        if (!held.moved) return;
        const frame = element.current!.getBoundingClientRect();
        const from = ((held.x - frame.left) / Math.max(1, frame.width)) * duration;
        state.loop.value = [...(loopBetween(from, secondsAt(event), duration) ?? [])];
      }}
      onPointerUp={(event) => {
        const held = drag.current;
        drag.current = null;
        if (!held || held.moved) return;
        state.active.value = voice.key;
        state.player.seek(secondsAt(event));
        if (state.player.playing.peek() && clip.data) state.player.hear(voice);
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={describe(clip)}
        data-drawn={waits ? undefined : ""}
      />
      {heights.spectrum > 0 && clip.frames > 0 && (
        <div
          class="nbb-hertz"
          style={{ top: `${heights.wave}px`, height: `${heights.spectrum}px` }}
        >
          {hertzTicks(scale, clip.sampleRate, heights.spectrum).map(({ text, at }) => (
            <span key={text} style={{ bottom: `${100 * at}%` }}>
              {text}
            </span>
          ))}
        </div>
      )}
      {waits && heights.spectrum > 0 && (
        <div
          class="nbb-waits"
          style={{ top: `${heights.wave}px`, height: `${heights.spectrum}px` }}
        >
          {clip.frames === 0
            ? "No frames"
            : ctx.busy.value
              ? "Its samples come when the cell ends."
              : "…"}
        </div>
      )}
      <Marks state={state} duration={duration} />
    </div>
  );
}

/** The loop and the position: drawn over the picture, which is not drawn anew for them. */
function Marks({ state, duration }: { state: AudioState; duration: number }) {
  const loop = state.looped.value;
  const position = state.player.position.value;
  const percent = (seconds: number): string => `${(100 * Math.min(seconds, duration)) / duration}%`;
  if (!duration) return null;
  return (
    <>
      {loop && loop[0] < duration && (
        <span
          class="nbb-loop"
          style={{ left: percent(loop[0]), right: `calc(100% - ${percent(loop[1])})` }}
        />
      )}
      {position <= duration && <span class="nbb-playhead" style={{ left: percent(position) }} />}
    </>
  );
}

/** Below a clip: how loud it is, and what is wrong with it. */
export function ClipFacts({ item: clip }: CellProps<Clip, AudioState>) {
  if (clip.unknown) return <span>{`${clip.bytes.toLocaleString("en")} bytes`}</span>;
  const said = `Level ${decibelText(clip.rms)}, peak ${decibelText(clip.peak)} of full scale`;
  return (
    <>
      <span title={said}>{`${decibelText(clip.rms)} · peak ${decibelText(clip.peak)}`}</span>
      {faultsOf(clip).map((fault) => (
        <span key={fault} class="nbb-fault">
          {fault}
        </span>
      ))}
      <span class="nbb-visually-hidden">{formatDuration(durationOf(clip))}</span>
    </>
  );
}
