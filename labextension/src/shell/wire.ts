// How content travels from the kernel: plain values, typed arrays, blobs; in one message.
// The kernel's half, with the marks, is nbboard/views/shared/wire.py.

/** What the kernel sent: JSON with typed arrays and DataViews. */
// biome-ignore lint/suspicious/noExplicitAny: its shape is each view's own affair
export type Content = any;

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** An array of several dimensions; one of one dimension arrives as its `data`. */
export interface Grid<T = TypedArray | string[]> {
  shape: number[];
  data: T;
}

const TYPES = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

/** Gives content its arrays and numbers back; `buffers` are those of the message. */
export function unpack(value: Content, buffers: readonly DataView[] = []): Content {
  if (Array.isArray(value)) return value.map((item) => unpack(item, buffers));
  if (!isRecord(value)) return value;
  if (typeof value.$buffer === "number") return buffers[value.$buffer];
  if (typeof value.$number === "string") return numberOf(value.$number);
  if (typeof value.$array === "string") {
    const data = arrayOf(value.$array, unpack(value.data, buffers) as DataView);
    return shaped(data, value.shape as number[]);
  }
  if (Array.isArray(value.$words)) return wordsOf(value.$words, unpack(value.codes, buffers));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.startsWith("$") ? key.slice(1) : key,
      unpack(item, buffers),
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}

function numberOf(text: string): number | bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

/** The bytes are copied: a buffer in a message need not be aligned. */
function arrayOf(code: string, view: DataView): TypedArray {
  const Type = TYPES[code as keyof typeof TYPES];
  if (!Type) throw new Error(`an array of the unknown type ${code}`);
  const { buffer, byteOffset, byteLength } = view;
  return new Type(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

function shaped<T>(data: T, shape: readonly number[]): T | Grid<T> {
  return shape.length === 1 ? data : { shape: [...shape], data };
}

function wordsOf(words: string[], codes: Uint32Array | Grid<Uint32Array>): string[] | Grid {
  const flat = codes instanceof Uint32Array ? codes : codes.data;
  const data = Array.from(flat, (code) => words[code]!);
  return codes instanceof Uint32Array ? data : { shape: codes.shape, data };
}
