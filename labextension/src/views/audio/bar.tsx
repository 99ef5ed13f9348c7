// What the audio view adds to the bar: what is drawn, the sound, A and B.
import { formatNumber, formatStep } from "../../draw/format.ts";
import { chosen, typed } from "../../shell/bound.ts";
import { Button, Name, Range, Select } from "../../shell/controls.tsx";
import type { Shared } from "../../stepped/kind.ts";
import type { Clip } from "./clip.ts";
import type { Scale } from "./spectrum.ts";
import type { AudioState, Letter, Show } from "./state.ts";

type Audio = Shared<Clip, AudioState>;

const SHOW: readonly (readonly [Show, string])[] = [
  ["both", "both"],
  ["waveform", "waveform"],
  ["spectrogram", "spectrogram"],
];
const SCALES: readonly (readonly [Scale, string])[] = [
  ["linear", "linear"],
  ["log", "log"],
  ["mel", "mel"],
];

export function AudioBar(shared: Audio) {
  const { state, ctx } = shared;
  const floor = ctx.about("floor");
  return (
    <>
      <Select label="Show" text="show" options={SHOW} {...chosen(state.show)} />
      <Select label="Frequency axis" text="Hz" options={SCALES} {...chosen(state.scale)} />
      <span class="nbb-field" title="The level below which a spectrogram is black">
        <Range
          label="Floor in decibels"
          text="floor"
          min={floor.min ?? -160}
          max={floor.max ?? -10}
          step={5}
          {...typed(state.floor)}
        />
        <span class="nbb-floor">{`${state.floor.value} dB`.replace("-", "−")}</span>
      </span>
      <Channels state={state} />
      <Transport state={state} />
      <Pair {...shared} />
    </>
  );
}

/** Only where a clip has several. */
function Channels({ state }: { state: AudioState }) {
  const count = state.channels.value;
  if (count < 2) return null;
  const numbers = Array.from({ length: Math.min(count, 64) }, (_, number) => {
    return [String(number), `${number + 1} of ${count}`] as const;
  });
  const now = state.channel.value;
  return (
    <Select
      label="Channel"
      text="channel"
      value={now === null ? "all" : String(Math.min(now, count - 1))}
      options={[["all", "all"], ...numbers]}
      onChange={(value) => {
        state.channel.value = value === "all" ? null : Number(value);
      }}
    />
  );
}

/** The sound: play, where it is, and the loop. */
function Transport({ state }: { state: AudioState }) {
  const { player } = state;
  const loop = state.looped.value;
  return (
    <span class="nbb-field nbb-transport">
      <Button
        label={player.playing.value ? "Pause the sound" : "Play the sound"}
        icon={player.playing.value ? "pause" : "play"}
        text="♪"
        onClick={() => state.playOrPause()}
      />
      <output class="nbb-time" aria-label="Position in seconds">
        {player.position.value.toFixed(2)} s
      </output>
      <Button
        label={loop ? "End the loop" : "Loop"}
        text={loop ? `↻ ${formatNumber(loop[0], 3)}–${formatNumber(loop[1], 3)} s` : "↻"}
        pressed={loop !== null}
        onClick={() => state.toggleLoop()}
      />
      {player.failure.value && <span class="nbb-note">{player.failure.value}</span>}
    </span>
  );
}

/** A and B, where one was chosen: which is heard is one click. */
function Pair({ state }: Audio) {
  if (!state.chosen("A") && !state.chosen("B")) return null;
  return (
    <div class="nbb-sides">
      <One state={state} letter="A" />
      <One state={state} letter="B" />
      <Button
        label="Switch between A and B"
        text="A ⇄ B"
        disabled={!state.chosen("A") || !state.chosen("B")}
        onClick={() => state.exchange()}
      />
      <Button
        label="Forget A and B"
        icon="close"
        onClick={() => {
          if (/^[AB]$/.test(state.player.heard.peek() ?? "")) state.player.pause();
          state.a.value = [];
          state.b.value = [];
        }}
      />
    </div>
  );
}

function One({ state, letter }: { state: AudioState; letter: Letter }) {
  const one = state.chosen(letter);
  if (!one) return <span class="nbb-note">{`${letter}: press ${letter} on a card`}</span>;
  const { series, position } = one.at;
  const step = position < 0 ? "no clip" : `step ${formatStep(series.step[position]!)}`;
  const name = [series.run, series.title || series.tag, step].join(" · ");
  return (
    <span class="nbb-one">
      <Button
        label={`Hear ${letter}`}
        icon="play"
        text={letter}
        pressed={state.player.heard.value === letter && state.player.playing.value}
        onClick={() => state.listenTo(letter)}
      />
      <Name text={name} />
    </span>
  );
}
