// What a person set of the clips: what is drawn, what is heard, A and B.
import {
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Series } from "../../stepped/series.ts";
import { type At, SteppedState } from "../../stepped/state.ts";
import { parseStep } from "../../stepped/steps.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import { type Clip, durationOf } from "./clip.ts";
import { Player, type Voice } from "./player.ts";
import type { Scale } from "./spectrum.ts";
import type { Loop } from "./timeline.ts";

export type Show = "both" | "waveform" | "spectrogram";
export type Letter = "A" | "B";

/** Run, tag, step and item of a clip; the last two may be missing. */
export type Named = readonly string[];

/** A clip that was chosen: as A, as B, or to be heard. */
export interface Chosen {
  at: At;
  index: number;
  clip: Clip | undefined;
}

/** What the voice of a card is called: by its series, and which item of the step it shows. */
export function cardKey({ key }: Series, index: number): string {
  return `${key}\u0000${index}`;
}

export class AudioState extends SteppedState<Clip> {
  readonly show: Signal<Show>;
  readonly scale: Signal<Scale>;
  readonly floor: Signal<number>;
  readonly channel: Signal<number | null>;
  readonly loop: Signal<number[]>;
  readonly a: Signal<Named>;
  readonly b: Signal<Named>;
  readonly player = new Player();
  /** The loop as two numbers; null for none. */
  readonly looped: ReadonlySignal<Loop | null>;
  /** How many channels any clip shown has. */
  readonly channels: ReadonlySignal<number>;
  /** The cards that are drawn, by key, with what they show: keys act on one of them. */
  readonly drawn = new Map<string, Clip>();
  /** The card that keys act on. */
  readonly active: Signal<string | null> = signal(null);

  constructor(ctx: ViewContext, store: SteppedStore<Clip>) {
    super(ctx, store);
    this.show = ctx.option("show");
    this.scale = ctx.option("scale");
    this.floor = ctx.option("floor");
    this.channel = ctx.option("channel");
    this.loop = ctx.option("loop");
    this.a = ctx.option("a");
    this.b = ctx.option("b");
    this.looped = computed(() => {
      const [from, to] = this.loop.value;
      return from !== undefined && to !== undefined && from < to ? [from, to] : null;
    });
    this.channels = computed(() => {
      let most = 1;
      for (const series of this.shown.value) {
        const items = store.loaded(series, this.at(series).position)?.items ?? [];
        for (const { channels, refusal } of items) {
          if (!refusal) most = Math.max(most, channels);
        }
      }
      return most;
    });
    effect(() => this.player.set(this.looped.value, this.channel.value));
    // The slider moved, or a run trained on: what is heard goes on with the new clip, also while
    // its card is out of sight.
    effect(() => {
      const key = this.player.heard.value;
      const clip = this.player.playing.value ? this.heardOnCard()?.clip : undefined;
      if (key !== null && clip?.data) untracked(() => this.player.hear({ key, clip }));
    });
  }

  override needed(): At[] {
    const others = [this.chosen("A"), this.chosen("B"), this.heardOnCard()];
    return others.flatMap((one) => (one ? [one.at] : []));
  }

  /** What the card that is heard shows now; undefined if A or B is heard, or nothing yet. */
  private heardOnCard(): Chosen | undefined {
    const key = this.player.heard.value ?? "";
    const cut = key.lastIndexOf("\u0000");
    const series = this.store.series.value.get(key.slice(0, Math.max(0, cut)));
    if (!series) return undefined;
    const at = this.at(series);
    const index = Number(key.slice(cut + 1));
    const clip = this.store.loaded(series, at.position)?.items[index];
    return { at, index, clip: clip?.refusal ? undefined : clip };
  }

  override reset(): void {
    this.loop.value = [];
  }

  signalOf(letter: Letter): Signal<Named> {
    return letter === "A" ? this.a : this.b;
  }

  /** The clip that is A or B; undefined where none is, or its series is gone. */
  chosen(letter: Letter): Chosen | undefined {
    const [run, tag, step, index] = this.signalOf(letter).value;
    const series = run === undefined || tag === undefined ? undefined : this.series(run, tag);
    if (!series) return undefined;
    const named = step === undefined ? null : parseStep(step);
    const at = named === null ? this.at(series) : this.atStep(series, named);
    const item = Number(index ?? this.sample.value ?? 0) || 0;
    const clip = this.store.loaded(series, at.position)?.items[item];
    return { at, index: item, clip: clip?.refusal ? undefined : clip };
  }

  /** Make a clip A or B, or none of them if it is that already. */
  choose(letter: Letter, named: Named): void {
    const signal = this.signalOf(letter);
    const same = signal.peek().join("\u0000") === named.join("\u0000");
    signal.value = same ? [] : named;
    const chosen = same ? undefined : this.chosen(letter);
    if (chosen?.clip && this.player.playing.peek()) {
      this.player.hear({ key: letter, clip: chosen.clip });
    }
  }

  /** Play or pause one card. */
  toggle(voice: Voice): void {
    if (this.player.playing.peek() && this.player.heard.peek() === voice.key) this.player.pause();
    else this.listen(voice);
  }

  /** Hear a clip: from where the others are, if they play. */
  listen(voice: Voice): void {
    if (this.player.playing.peek()) {
      this.player.hear(voice);
      return;
    }
    const end = durationOf(voice.clip);
    const from = this.player.position.peek();
    this.player.play([voice], voice.key, from < end ? from : 0);
  }

  /** Play A and B together, or go on from one to the other. */
  listenTo(letter: Letter): void {
    const voices: Voice[] = [];
    for (const key of ["A", "B"] as const) {
      const clip = this.chosen(key)?.clip;
      if (clip?.data) voices.push({ key, clip });
    }
    const one = voices.find(({ key }) => key === letter);
    if (!one) return;
    const both = ["A", "B"].includes(this.player.heard.peek() ?? "");
    if (this.player.playing.peek() && both) this.player.hear(one);
    else this.player.play(voices, letter, this.player.position.peek());
  }

  /** From A to B and back. */
  exchange(): void {
    this.listenTo(this.player.heard.peek() === "A" ? "B" : "A");
  }

  /** Play or pause what was heard last, or else the card with the focus, or the first. */
  playOrPause(): void {
    const { player } = this;
    if (player.playing.peek()) {
      player.pause();
      return;
    }
    const heard = player.heard.peek();
    if ((heard === "A" || heard === "B") && this.chosen(heard)) {
      this.listenTo(heard);
      return;
    }
    const key = [this.active.peek(), heard].find((one) => one !== null && this.drawn.has(one));
    const [first] = this.drawn.keys();
    const voice = key ?? first;
    if (voice !== undefined) this.listen({ key: voice, clip: this.drawn.get(voice)! });
  }

  /** By a share of the longest clip drawn. */
  seekBy(share: number): void {
    const longest = Math.max(0, ...[...this.drawn.values()].map(durationOf));
    const to = this.player.position.peek() + share * longest;
    this.player.seek(Math.min(longest, Math.max(0, to)));
  }

  /** Loop all of what is drawn, or nothing. */
  toggleLoop(): void {
    const longest = Math.max(0, ...[...this.drawn.values()].map(durationOf));
    this.loop.value = this.looped.peek() || !longest ? [] : [0, longest];
  }
}
