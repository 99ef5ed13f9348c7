import assert from "node:assert/strict";
import { test } from "node:test";
import { type Content, unpack } from "../src/shell/wire.ts";
import { vectors } from "./vectors.ts";

interface Case {
  name: string;
  plain: Content;
  buffers: string[];
  content: Content;
}

const CODES = new Map<unknown, string>([
  [Int8Array, "i1"],
  [Uint8Array, "u1"],
  [Int16Array, "i2"],
  [Uint16Array, "u2"],
  [Int32Array, "i4"],
  [Uint32Array, "u4"],
  [BigInt64Array, "i8"],
  [BigUint64Array, "u8"],
  [Float32Array, "f4"],
  [Float64Array, "f8"],
]);

/** Content in words that JSON has, as describe() in tests/views/shared/test_wire.py. */
function describe(value: Content): Content {
  if (value instanceof DataView) return { bytes: Buffer.from(value.buffer).toString("hex") };
  if (ArrayBuffer.isView(value)) {
    const values = Array.from(value as unknown as ArrayLike<number | bigint>, String);
    return { type: CODES.get(value.constructor), shape: [values.length], values };
  }
  if (Array.isArray(value)) return value.map(describe);
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) {
    return { number: String(value) };
  }
  if (value && typeof value === "object") {
    if (Array.isArray(value.shape) && value.data) {
      const flat = describe(value.data);
      return { ...(Array.isArray(flat) ? { values: flat } : flat), shape: value.shape };
    }
    return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, describe(item)]));
  }
  return value;
}

function viewOf(hex: string): DataView {
  const bytes = new Uint8Array(Buffer.from(hex, "hex"));
  return new DataView(bytes.buffer);
}

for (const { name, plain, buffers, content } of vectors<Case[]>("wire")) {
  test(`the page unpacks ${name} as Python packed it`, () => {
    assert.deepEqual(describe(unpack(plain, buffers.map(viewOf))), content);
  });
}

test("arrays that begin at an odd byte of a message are whole all the same", () => {
  const bytes = new Uint8Array([9, 1, 0, 0, 0, 0, 0, 0, 0]);
  const plain = { $array: "i8", shape: [1], data: { $buffer: 0 } };
  assert.deepEqual(unpack(plain, [new DataView(bytes.buffer, 1)]), new BigInt64Array([1n]));
});

test("an array of a type that is not known is refused", () => {
  assert.throws(() => unpack({ $array: "c8", shape: [0], data: new DataView(new ArrayBuffer(0)) }));
});
