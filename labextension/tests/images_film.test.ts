import assert from "node:assert/strict";
import { test } from "node:test";
import { frameAfter, holdOf, sheetFrames, sheetGrid } from "../src/views/images/film-clock.ts";
import { delayOf, Gif } from "../src/views/images/gif.ts";
import { vectors } from "./vectors.ts";

interface GifCase {
  name: string;
  gif: string;
  width: number;
  height: number;
  frames: number;
  delays: number[];
  /** RGBA of each frame, in base64. */
  pixels: string[];
}

const CASES = vectors<GifCase[]>("gif");

function bytesOf(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, "base64");
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function opened({ gif, width, height }: GifCase): Gif {
  return new Gif(bytesOf(gif), width, height);
}

/** Frames in an order that goes back and forth. */
function* anyOrder(count: number): Generator<number> {
  for (let frame = 0; frame < count; frame++) yield frame;
  for (let frame = count - 1; frame >= 0; frame--) yield frame;
  for (let frame = 0; frame < count; frame++) yield (frame * 7) % count;
}

for (const one of CASES) {
  test(`every frame of a GIF is the one that Pillow decodes, in any order: ${one.name}`, () => {
    const gif = opened(one);
    assert.deepEqual([...gif.delays], one.delays);
    for (const frame of anyOrder(one.frames)) {
      const got = Buffer.from(gif.frame(frame)).toString("base64");
      assert.equal(got, one.pixels[frame], `frame ${frame}`);
    }
  });
}

test("a frame beyond the last is the last, and one before the first the first", () => {
  const one = CASES[0]!;
  const gif = opened(one);
  assert.equal(Buffer.from(gif.frame(99)).toString("base64"), one.pixels.at(-1));
  assert.equal(Buffer.from(gif.frame(-3)).toString("base64"), one.pixels[0]);
});

test("a GIF that was cut off shows what is there, or says that it is none", () => {
  const whole = new Uint8Array(bytesOf(CASES[0]!.gif));
  for (let length = 0; length < whole.length; length += 7) {
    try {
      const gif = new Gif(whole.slice(0, length).buffer, 12, 8);
      for (let frame = 0; frame < gif.delays.length; frame++) gif.frame(frame);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  }
});

test("ten thousand frames are reached at once, and frames that stick out are cut", () => {
  const frame = [0x2c, 1, 0, 1, 0, 2, 0, 2, 0, 0, 2, 3, 0x84, 0x51, 0, 0];
  const head = [...Buffer.from("GIF89a"), 2, 0, 2, 0, 0x80, 0, 0, 9, 9, 9, 250, 250, 250];
  const many = Array.from({ length: 10_000 }, () => frame).flat();
  const gif = new Gif(Uint8Array.from([...head, ...many, 0x3b]).buffer, 2, 2);
  assert.equal(gif.delays.length, 10_000);
  assert.equal(gif.frame(9_999).length, 16);
  assert.equal(gif.frame(5)[3], 0);
  assert.equal(gif.frame(5)[15], 255);
});

test("a delay that is none is a tenth of a second, as in browsers", () => {
  assert.deepEqual([undefined, 0, 1, 2, 65_535].map(delayOf), [100, 100, 100, 20, 655_350]);
});

test("a frame stays as long as the slowest film wants, and speed divides that", () => {
  assert.equal(holdOf([[100, 50], [200]], 0, 1), 200);
  assert.equal(holdOf([[100, 50], [200]], 1, 2), 25);
  assert.equal(holdOf([], 5, 1), 100);
  assert.equal(holdOf([[20]], 0, 20), 10);
});

test("frames go round", () => {
  assert.equal(frameAfter(2, 3), 0);
  assert.equal(frameAfter(0, 3, -1), 2);
  assert.equal(frameAfter(0, 0), 0);
});

test("a contact sheet has all frames, or evenly spaced ones with both ends", () => {
  assert.deepEqual(sheetFrames(3, 64), [0, 1, 2]);
  const many = sheetFrames(10_000, 64);
  assert.deepEqual([many.length, many[0], many.at(-1)], [64, 0, 9_999]);
  assert.equal(new Set(many).size, 64);
});

test("the cells of a sheet are as large as they can be", () => {
  const square = { width: 99, height: 99 };
  assert.deepEqual(sheetGrid(4, square, { width: 200, height: 200 }), {
    columns: 2,
    rows: 2,
    scale: 1,
  });
  assert.equal(sheetGrid(4, square, { width: 400, height: 100 }).columns, 4);
  assert.equal(sheetGrid(1, square, { width: 50, height: 100 }).scale, 0.5);
});
