// Decodes WAV files into samples, as nbboard/kinds/audio.py does: hosts differ in what they can.

interface Form {
  coding: number;
  channels: number;
  bits: number;
  start: number;
  size: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** Where the samples lie, and how they are stored. Throws for what is no WAV. */
function formOf(view: DataView): Form {
  if (nameAt(view, 0) !== "RIFF" || nameAt(view, 8) !== "WAVE") throw new Error("no WAV file");
  let form: Omit<Form, "start" | "size"> | null = null;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = nameAt(view, at);
    const size = view.getUint32(at + 4, true);
    at += 8;
    if (name === "fmt " && size >= 16 && at + 16 <= view.byteLength) {
      let coding = view.getUint16(at, true);
      if (coding === EXTENSIBLE && size >= 26 && at + 26 <= view.byteLength) {
        coding = view.getUint16(at + 24, true);
      }
      form = {
        coding,
        channels: view.getUint16(at + 2, true),
        bits: view.getUint16(at + 14, true),
      };
    } else if (name === "data" && form) {
      // A writer that was stopped leaves a size that the file does not have.
      return { ...form, start: at, size: Math.min(size, view.byteLength - at) };
    }
    at += size + (size % 2);
  }
  throw new Error("a WAV file without samples");
}

function nameAt(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return "";
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));
}

type Read = (view: DataView, at: number) => number;

/** A sample in units of full scale, by coding and bytes. */
const READERS: Record<number, Record<number, Read>> = {
  [PCM]: {
    1: (view, at) => (view.getUint8(at) - 128) / 128,
    2: (view, at) => view.getInt16(at, true) / 2 ** 15,
    3: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 2 ** 23,
    4: (view, at) => view.getInt32(at, true) / 2 ** 31,
    8: (view, at) => Number(view.getBigInt64(at, true)) / 2 ** 63,
  },
  [FLOAT]: {
    4: (view, at) => view.getFloat32(at, true),
    8: (view, at) => view.getFloat64(at, true),
  },
};

/** The samples of each channel. Throws for what is not plain. */
export function samplesOf(bytes: Uint8Array): Float32Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { coding, channels, bits, start, size } = formOf(view);
  const width = Math.ceil(bits / 8);
  const read = READERS[coding]?.[width];
  if (!read || !channels) throw new Error(`a WAV of coding ${coding} with ${bits} bits a sample`);
  const frames = Math.floor(size / (channels * width));
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    let at = start + channel * width;
    for (let frame = 0; frame < frames; frame++, at += channels * width) {
      samples[frame] = read(view, at);
    }
    return samples;
  });
}

/** Beyond this, sums of samples would overflow. */
const LARGEST = 1e30;

/** One channel, the last if there are fewer, or the mean of all; what is not finite is 0. */
export function mixed(
  channels: readonly Float32Array[],
  channel: number | null,
): Float32Array<ArrayBuffer> {
  const taken = channel === null ? channels : [channels[Math.min(channel, channels.length - 1)]!];
  const result = new Float32Array(taken[0]?.length ?? 0);
  for (const samples of taken) {
    for (let at = 0; at < result.length; at++) {
      const sample = samples[at]!;
      const within = Math.min(LARGEST, Math.max(-LARGEST, sample));
      if (Number.isFinite(sample)) result[at] = result[at]! + within / taken.length;
    }
  }
  return result;
}
