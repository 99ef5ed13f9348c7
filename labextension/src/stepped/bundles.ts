// Points that travel together: `message` in nbboard/views/shared/items.py puts the arrays of all
// points of a series one after the other; here they become single points again.
import type { Content } from "../shell/wire.ts";

type Numbers = Float64Array | Float32Array | Uint8Array | Uint16Array | Uint32Array;

interface Parts {
  data: Numbers | { values: Numbers; codes: Uint16Array };
  length: Numbers;
}

interface Bundle {
  id: number;
  place: Uint32Array;
  columns: Record<string, Numbers | Parts>;
}

/** The points of a message, as if each had come by itself. */
export function* pointsOf(content: Content): Generator<Content> {
  yield* content.items ?? [];
  for (const bundle of content.bundles ?? []) yield* unbundled(bundle);
}

function* unbundled({ id, place, columns }: Bundle): Generator<Content> {
  const readers = Object.entries(columns).map(
    ([name, column]) => [name, readerOf(column)] as const,
  );
  for (let i = 0; i < place.length; i++) {
    const item = Object.fromEntries(readers.map(([name, read]) => [name, read(i)]));
    yield { id, place: place[i], first: 0, count: 1, items: [item], error: null };
  }
}

/** Gives the parts of a column one by one, in order. */
function readerOf(column: Numbers | Parts): (i: number) => number | Numbers {
  if (ArrayBuffer.isView(column)) return (i) => column[i]!;
  const { length } = column;
  const data = "codes" in column.data ? spelled(column.data) : column.data;
  let start = 0;
  return (i) => {
    const end = start + length[i]!;
    const part = data.subarray(start, end);
    start = end;
    return part;
  };
}

function spelled({ values, codes }: { values: Numbers; codes: Uint16Array }): Numbers {
  return Float64Array.from(codes, (code) => values[code]!);
}
