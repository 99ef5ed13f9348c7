// A long list that draws only what is near: a hundred thousand tags cost as much as a hundred.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useNear } from "./hooks.ts";

interface ChunksProps<T> {
  items: readonly T[];
  /** How many are drawn together. */
  size: number;
  /** About how high one is, in CSS pixels, until it has been drawn. */
  height: number;
  draw(item: T, index: number): ComponentChildren;
}

/** Pieces hold pieces where there are very many: so few of them are in the page at once. */
const FAN = 40;

export function Chunks<T>({ items, size, height, draw }: ChunksProps<T>) {
  if (items.length <= size) return <>{items.map((item, index) => draw(item, index))}</>;
  let piece = size;
  while (items.length / piece > FAN) piece *= FAN;
  const starts = Array.from({ length: Math.ceil(items.length / piece) }, (_, i) => i * piece);
  return (
    <>
      {starts.map((start) => {
        const part = items.slice(start, start + piece);
        return (
          <Chunk key={start} height={height * part.length} first={start === 0}>
            {() => <Chunks items={part} size={size} height={height} draw={draw} />}
          </Chunk>
        );
      })}
    </>
  );
}

interface ChunkProps {
  height: number;
  first: boolean;
  children(): ComponentChildren;
}

/** One piece: as high as it was when it was last drawn. */
function Chunk({ height, first, children }: ChunkProps) {
  const element = useRef<HTMLDivElement>(null);
  const near = useNear(element, first);
  const [known, setKnown] = useState<number | null>(null);
  useLayoutEffect(() => {
    if (!near || !element.current) return;
    const tall = element.current.offsetHeight;
    if (tall && tall !== known) setKnown(tall);
  });
  return (
    <div
      ref={element}
      class="nbb-chunk"
      style={near ? undefined : { height: `${known ?? height}px` }}
    >
      {near ? children() : null}
    </div>
  );
}
