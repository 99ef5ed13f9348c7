// Plays clips in lockstep: all that sound together begin at one instant of one clock, and which
// of them is heard is only a question of how loud each is. A switch therefore leaves no gap.
import { type Signal, signal } from "@preact/signals";
import { type Clip, channelsOf, durationOf } from "./clip.ts";
import { type Loop, playableRate, positionAfter, startOf } from "./timeline.ts";
import { mixed } from "./wav.ts";

/** A clip by the name of what shows it. */
export interface Voice {
  key: string;
  clip: Clip;
}

interface Sounding {
  clip: Clip;
  source: AudioBufferSourceNode;
  gain: GainNode;
}

/** Seconds ahead that a sound is ordered, and that a switch takes: no click is heard. */
const AHEAD = 0.03;
const FADE = 0.004;
/** Repeated samples of a slow clip take no more room than this. */
const MOST_SAMPLES = 50_000_000;

const NO_WEB_AUDIO = "This browser has no Web Audio: its own player plays one clip at a time.";

/** One for the page: browsers allow few, and two would not keep the same time. */
let shared: AudioContext | null = null;
/** The player that sounds: another one that begins ends it. */
let sounding: Player | null = null;

export class Player {
  readonly playing: Signal<boolean> = signal(false);
  /** In seconds from the beginning of all clips. */
  readonly position: Signal<number> = signal(0);
  /** The voice that is heard, by its key. */
  readonly heard: Signal<string | null> = signal(null);
  /** Why nothing can be heard. */
  readonly failure: Signal<string | null> = signal(null);
  private voices = new Map<string, Sounding>();
  /** Those that began together, and go on while they are not heard. */
  private together: ReadonlySet<string> = new Set();
  private from = 0;
  private begun = 0;
  private loop: Loop | null = null;
  private channel: number | null = null;
  private frame = 0;

  /** Begin to play some clips together, one of them heard. */
  play(voices: readonly Voice[], heard: string, from: number): void {
    const context = this.context();
    if (!context) return;
    if (sounding && sounding !== this) sounding.pause();
    this.silence();
    sounding = this;
    void context.resume();
    this.from = startOf(from, this.loop);
    this.begun = context.currentTime + AHEAD;
    this.heard.value = heard;
    this.together = new Set(voices.map(({ key }) => key));
    for (const { key, clip } of voices) {
      this.begin(context, key, clip, this.begun, this.from, key === heard ? 1 : 0);
    }
    if (!this.voices.has(heard)) {
      this.silence();
      this.playing.value = false;
      return;
    }
    this.playing.value = true;
    this.follow(context);
  }

  pause(): void {
    if (!this.playing.peek()) return;
    this.position.value = this.now();
    this.playing.value = false;
    this.silence();
  }

  seek(to: number): void {
    this.position.value = Math.max(0, to);
    this.again();
  }

  /** Hear another clip from the same instant on; it begins to sound if it does not yet. */
  hear(voice: Voice): void {
    const before = this.heard.peek();
    this.heard.value = voice.key;
    const context = shared;
    if (!this.playing.peek() || !context) return;
    const at = Math.max(context.currentTime + AHEAD, this.begun);
    const together = this.together.has(voice.key);
    for (const [key, { clip }] of [...this.voices]) {
      const stays = key === voice.key ? clip === voice.clip : together && this.together.has(key);
      if (!stays) this.end(key, at);
    }
    if (!this.voices.has(voice.key)) {
      const position = positionAfter(this.from, at - this.begun, this.loop);
      this.begin(context, voice.key, voice.clip, at, position);
    }
    for (const [key, { gain }] of this.voices) {
      const louder = key === voice.key;
      gain.gain.cancelScheduledValues(at);
      // What was heard before by this name has been ended above, if it was another clip.
      gain.gain.setValueAtTime(key === before && !louder ? 1 : gain.gain.value, at);
      gain.gain.linearRampToValueAtTime(louder ? 1 : 0, at + FADE);
    }
  }

  /** Another loop, or channel, from where it is. */
  set(loop: Loop | null, channel: number | null): void {
    // What was set here comes back from the kernel a while later: that is no news.
    if (String(loop) === String(this.loop) && channel === this.channel) return;
    this.loop = loop;
    this.channel = channel;
    this.again();
  }

  dispose(): void {
    this.pause();
    if (sounding === this) sounding = null;
  }

  private again(): void {
    if (!this.playing.peek()) return;
    const voices = [...this.voices].map(([key, { clip }]) => ({ key, clip }));
    this.play(voices, this.heard.peek()!, this.position.peek());
  }

  private context(): AudioContext | null {
    if (shared) return shared;
    try {
      shared = new AudioContext();
    } catch {
      this.failure.value = NO_WEB_AUDIO;
    }
    return shared;
  }

  private begin(
    context: AudioContext,
    key: string,
    clip: Clip,
    at: number,
    from: number,
    loudness = 0,
  ): void {
    const buffer = this.bufferOf(context, clip);
    if (!buffer) return;
    const source = context.createBufferSource();
    const gain = context.createGain();
    source.buffer = buffer;
    if (this.loop) {
      source.loop = true;
      [source.loopStart, source.loopEnd] = this.loop;
    }
    gain.gain.value = loudness;
    source.connect(gain).connect(context.destination);
    source.start(at, from);
    this.voices.set(key, { clip, source, gain });
  }

  private end(key: string, at: number): void {
    const voice = this.voices.get(key);
    if (!voice) return;
    voice.gain.gain.setValueAtTime(voice.gain.gain.value, at);
    voice.gain.gain.linearRampToValueAtTime(0, at + FADE);
    voice.source.stop(at + FADE);
    this.voices.delete(key);
  }

  private silence(): void {
    cancelAnimationFrame(this.frame);
    for (const { source, gain } of this.voices.values()) {
      source.stop();
      gain.disconnect();
    }
    this.voices.clear();
  }

  private now(): number {
    if (!shared) return this.position.peek();
    return positionAfter(this.from, shared.currentTime - this.begun, this.loop);
  }

  /** Keeps the position on screen, and ends with the longest clip. */
  private follow(context: AudioContext): void {
    const tick = (): void => {
      if (!this.playing.peek()) return;
      const now = positionAfter(this.from, context.currentTime - this.begun, this.loop);
      const longest = Math.max(...[...this.voices.values()].map(({ clip }) => durationOf(clip)));
      if (!this.loop && now >= longest) {
        this.playing.value = false;
        this.silence();
        this.position.value = 0;
        return;
      }
      this.position.value = now;
      this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  /** What the sound card gets: one or two channels, as long as the loop needs it. */
  private bufferOf(context: AudioContext, clip: Clip): AudioBuffer | null {
    const channels = channelsOf(clip);
    const rate = playableRate(clip.sampleRate);
    if (!channels || !clip.frames || !rate || clip.frames * rate.repeat > MOST_SAMPLES) {
      this.failure.value = whyNot(clip) ?? "This clip is not loaded.";
      return null;
    }
    this.failure.value = null;
    // All that is more than stereo is mixed here: browsers drop what no loudspeaker takes.
    const mono = this.channel !== null || channels.length > 2;
    const heard = (mono ? [channels] : channels.map((one) => [one])).map((of) =>
      mixed(of, mono ? this.channel : 0),
    );
    const needed = this.loop ? Math.ceil(this.loop[1] * rate.rate) : 0;
    const length = Math.max(clip.frames * rate.repeat, needed);
    const buffer = context.createBuffer(heard.length, length, rate.rate);
    heard.forEach((samples, channel) => {
      buffer.copyToChannel(repeated(samples, rate.repeat), channel);
    });
    return buffer;
  }
}

/** Whether this browser can play samples at all. */
export function hasWebAudio(): boolean {
  return "AudioContext" in globalThis;
}

/** Why a clip cannot be played even when it is here; null if it can. */
export function whyNot(clip: Clip): string | null {
  if (!hasWebAudio()) return NO_WEB_AUDIO;
  if (clip.unknown) return clip.unknown;
  if (!clip.frames) return "It has no frames.";
  const rate = playableRate(clip.sampleRate);
  if (!rate) return `No browser plays ${clip.sampleRate.toLocaleString("en")} Hz.`;
  if (clip.frames * rate.repeat > MOST_SAMPLES) return "It is too long for its rate to be played.";
  return null;
}

function repeated(samples: Float32Array<ArrayBuffer>, times: number): Float32Array<ArrayBuffer> {
  if (times === 1) return samples;
  const result = new Float32Array(samples.length * times);
  for (let at = 0; at < samples.length; at++) {
    result.fill(samples[at]!, at * times, (at + 1) * times);
  }
  return result;
}
