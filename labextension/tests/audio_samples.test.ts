import assert from "node:assert/strict";
import { test } from "node:test";
import {
  frequencies,
  placeOf,
  rowsOf,
  type Scale,
  spectrogramOf,
  windowOf,
} from "../src/views/audio/spectrum.ts";
import { loopBetween, playableRate, positionAfter, startOf } from "../src/views/audio/timeline.ts";
import { mixed, samplesOf } from "../src/views/audio/wav.ts";
import { vectors } from "./vectors.ts";

interface WavCase {
  name: string;
  wav: string;
  channels: number[][];
}

interface SpectrumCase {
  name: string;
  samples: number[];
  rate: number;
  window: number;
  shape: [number, number];
  levels: number[];
  count: number;
  rows: Record<Scale, number[]>;
  frequencies: Record<Scale, number[]>;
}

function near(got: Iterable<number>, expected: readonly number[], within: number): void {
  const values = [...got];
  assert.equal(values.length, expected.length);
  for (let at = 0; at < values.length; at++) {
    assert.ok(Math.abs(values[at]! - expected[at]!) <= within, `${values[at]} at ${at}`);
  }
}

for (const { name, wav, channels } of vectors<WavCase[]>("wav")) {
  test(`a WAV is decoded as in Python: ${name}`, () => {
    const got = samplesOf(new Uint8Array(Buffer.from(wav, "base64")));
    assert.equal(got.length, channels.length);
    got.forEach((samples, channel) => {
      near(samples, channels[channel]!, 1e-6);
    });
  });
}

test("what is no plain WAV is refused with words, and no prefix of one breaks anything", () => {
  const whole = new Uint8Array(Buffer.from(vectors<WavCase[]>("wav")[1]!.wav, "base64"));
  for (let length = 0; length < whole.length; length++) {
    try {
      samplesOf(whole.slice(0, length));
    } catch (error) {
      assert.ok(error instanceof Error && /WAV/.test(error.message));
    }
  }
  const law = whole.slice();
  law[20] = 7;
  assert.throws(() => samplesOf(law), /coding 7/);
});

for (const one of vectors<SpectrumCase[]>("spectrum")) {
  test(`a spectrogram is that of the figure: ${one.name}`, () => {
    assert.equal(windowOf(one.rate), one.window);
    const got = spectrogramOf(Float32Array.from(one.samples), one.rate);
    assert.deepEqual([got.bins, got.columns], one.shape);
    const bounded = (values: Float32Array): number[] => [...values].map((v) => Math.max(v, -120));
    near(bounded(got.levels), one.levels, 0.05);
    for (const scale of ["linear", "log", "mel"] as const) {
      near(bounded(rowsOf(got, scale, one.count, one.rate)), one.rows[scale], 0.05);
      near(frequencies(scale, one.count, one.rate), one.frequencies[scale], 1e-3);
    }
  });
}

test("a frequency stands where its row is", () => {
  for (const scale of ["linear", "log", "mel"] as const) {
    const edges = frequencies(scale, 10, 16_000);
    edges.forEach((hertz, row) => {
      assert.ok(Math.abs(placeOf(scale, hertz, 16_000) - row / 10) < 1e-9);
    });
  }
});

test("channels are mixed, or one is taken; what is not finite is silent", () => {
  const channels = [Float32Array.of(0.25, Number.NaN), Float32Array.of(0.75, 0.5)];
  assert.deepEqual([...mixed(channels, null)], [0.5, 0.25]);
  assert.deepEqual([...mixed(channels, 1)], [0.75, 0.5]);
  assert.deepEqual([...mixed(channels, 7)], [0.75, 0.5]);
  assert.deepEqual([...mixed([], null)], []);
});

test("a position goes round in its loop", () => {
  assert.equal(positionAfter(0.5, 2, null), 2.5);
  assert.equal(positionAfter(0, 0.9, [0.5, 1]), 0.9);
  assert.equal(positionAfter(0.5, 1.25, [0.5, 1]), 0.75);
  assert.equal(positionAfter(0.5, -1, null), 0.5);
  assert.equal(startOf(3, [0.5, 1]), 0.5);
  assert.equal(startOf(-1, null), 0);
  assert.equal(startOf(0.2, [0.5, 1]), 0.2);
});

test("a drag makes a loop within the clip", () => {
  assert.deepEqual(loopBetween(0.8, 0.2, 1), [0.2, 0.8]);
  assert.deepEqual(loopBetween(-3, 9, 1), [0, 1]);
  assert.equal(loopBetween(0.5, 0.501, 1), null);
  assert.equal(loopBetween(2, 3, 1), null);
});

test("a slow clip's samples are repeated until a browser plays them; a fast one is refused", () => {
  assert.deepEqual(playableRate(1), { repeat: 8000, rate: 8000 });
  assert.deepEqual(playableRate(44_100), { repeat: 1, rate: 44_100 });
  assert.equal(playableRate(4_000_000), null);
  assert.equal(playableRate(0), null);
});
