// A clip as the kernel described it, its bytes once they are here, and its samples when needed.
import { formatDuration, formatNumber } from "../../draw/format.ts";
import type { Content } from "../../shell/wire.ts";
import type { Item, ItemFile } from "../../stepped/kind.ts";
import { samplesOf } from "./wav.ts";

/** As `AudioView.encode` in nbboard/views/audio.py; `data` once its bytes are here. */
export interface Clip extends Item {
  format: string;
  coding: string;
  bits: number;
  sampleRate: number;
  channels: number;
  frames: number;
  bytes: number;
  label: string;
  /** Why its samples are not decoded; null if they are. */
  unknown: string | null;
  /** The least and then the greatest sample of each stretch; 32767 is `scale`. */
  pairs: Int16Array;
  scale: number;
  /** Fractions of full scale. */
  rms: number;
  peak: number;
  clipped: number;
  /** The share of it that stays below -60 dB. */
  silent: number;
  notFinite: number;
  data: Uint8Array | null;
}

export function clipOf(encoded: Content): Clip {
  const data: DataView | undefined = encoded.data;
  return {
    format: encoded.format,
    coding: encoded.coding,
    bits: encoded.bits,
    sampleRate: encoded.sample_rate,
    channels: encoded.channels,
    frames: encoded.frames,
    bytes: encoded.bytes,
    label: encoded.label,
    unknown: encoded.unknown,
    pairs: encoded.pairs ?? new Int16Array(0),
    scale: encoded.scale ?? 1,
    rms: encoded.rms ?? Number.NaN,
    peak: encoded.peak ?? Number.NaN,
    clipped: encoded.clipped ?? 0,
    silent: encoded.silent ?? Number.NaN,
    notFinite: encoded.not_finite ?? 0,
    data: data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() : null,
  };
}

/** What a clip takes: its bytes, and the samples that were made of them. */
export function weightOf(clip: Clip): number {
  return 5_000 + (clip.data ? clip.bytes + 4 * clip.frames * clip.channels : 0);
}

const decoded = new WeakMap<Clip, Float32Array<ArrayBuffer>[]>();

/** The samples of each channel, in units of full scale; null until the bytes are here. */
export function channelsOf(clip: Clip): Float32Array<ArrayBuffer>[] | null {
  if (!clip.data || clip.unknown) return null;
  let channels = decoded.get(clip);
  if (!channels) {
    channels = samplesOf(clip.data);
    decoded.set(clip, channels);
  }
  return channels;
}

export function durationOf(clip: Clip): number {
  return clip.sampleRate ? clip.frames / clip.sampleRate : 0;
}

export function fileOf(clip: Clip): ItemFile | null {
  if (!clip.data) return null;
  return {
    ending: clip.format === "wav" ? "wav" : "bin",
    content: new Blob([clip.data as Uint8Array<ArrayBuffer>]),
  };
}

/** "−20.1 dB"; "−∞ dB" for silence. */
export function decibelText(amplitude: number): string {
  if (Number.isNaN(amplitude)) return "no level";
  if (amplitude === 0) return "−∞ dB";
  return `${(20 * Math.log10(amplitude)).toFixed(1).replace("-", "−")} dB`;
}

/** "1.5 s · 16 kHz · stereo · 16 bit". */
export function factsText(clip: Clip): string {
  if (clip.format !== "wav") return `${clip.bytes.toLocaleString("en")} bytes`;
  const rate =
    clip.sampleRate >= 1000
      ? `${formatNumber(clip.sampleRate / 1000)} kHz`
      : `${clip.sampleRate} Hz`;
  const channels =
    clip.channels === 1 ? "mono" : clip.channels === 2 ? "stereo" : `${clip.channels} channels`;
  const coding = clip.coding === "integer" ? "" : ` ${clip.coding}`;
  return `${formatDuration(durationOf(clip))} · ${rate} · ${channels} · ${clip.bits} bit${coding}`;
}

/** What is wrong with a clip, in a few words each. */
export function faultsOf(clip: Clip): string[] {
  if (clip.unknown) return [];
  const faults: string[] = [];
  if (!clip.frames) faults.push("no frames");
  else if (clip.silent === 1) faults.push("silent");
  else if (clip.silent >= 0.01) faults.push(`${Math.round(100 * clip.silent)} % silent`);
  if (clip.clipped) faults.push(`${clip.clipped.toLocaleString("en")} clipped`);
  if (clip.notFinite) faults.push(`${clip.notFinite.toLocaleString("en")} not finite`);
  return faults;
}

/** For screen readers. */
export function describe(clip: Clip): string {
  if (clip.unknown) return `not decoded: ${clip.unknown}`;
  const levels = `level ${decibelText(clip.rms)}, peak ${decibelText(clip.peak)}`;
  const said = [factsText(clip), levels, ...faultsOf(clip), clip.label].filter(Boolean);
  return said.join(", ");
}
