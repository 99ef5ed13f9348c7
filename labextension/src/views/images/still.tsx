// An animation that stands still: one of its frames, and a slider to go through them.
import { useEffect, useRef, useState } from "preact/hooks";
import { placed } from "./box.tsx";
import type { Placement } from "./geometry.ts";
import type { ImagesState } from "./state.ts";
import type { Picture } from "./picture.ts";

/** Decodes single frames, where the browser can; elsewhere there is only the first. */
class Frames {
  private readonly decoder: Promise<ImageDecoder> | null;
  private readonly url: string;

  constructor(picture: Picture) {
    this.url = picture.url!;
    const known = "ImageDecoder" in globalThis && picture.blob;
    this.decoder = known ? decoderOf(picture.blob!) : null;
  }

  get single(): boolean {
    return this.decoder === null;
  }

  async draw(index: number, canvas: HTMLCanvasElement): Promise<void> {
    const frame = await this.frame(index);
    canvas.getContext("2d")!.clearRect(0, 0, canvas.width, canvas.height);
    canvas.getContext("2d")!.drawImage(frame, 0, 0);
    if ("close" in frame) frame.close();
  }

  private async frame(index: number): Promise<VideoFrame | HTMLImageElement> {
    if (this.decoder) return (await (await this.decoder).decode({ frameIndex: index })).image;
    const image = new Image();
    image.src = this.url;
    await image.decode();
    return image;
  }

  close(): void {
    this.decoder?.then(
      (decoder) => decoder.close(),
      () => {},
    );
  }
}

async function decoderOf(blob: Blob): Promise<ImageDecoder> {
  return new ImageDecoder({ data: await blob.arrayBuffer(), type: blob.type });
}

interface StillProps {
  state: ImagesState;
  picture: Picture;
  alt: string;
  placement: Placement;
  onError(): void;
}

export function Still({ state, picture, alt, placement, onError }: StillProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frames = useRef<Frames | null>(null);
  const [index, setIndex] = useState(0);
  const [single, setSingle] = useState(false);
  useEffect(() => {
    const made = new Frames(picture);
    frames.current = made;
    setSingle(made.single);
    return () => made.close();
  }, [picture.url]);
  useEffect(() => {
    let stale = false;
    frames.current!.draw(index, canvas.current!).catch(() => !stale && onError());
    return () => {
      stale = true;
    };
  }, [picture.url, index]);
  const at = placed(placement);
  return (
    <>
      <div class="nbb-checker" style={at} />
      <canvas
        ref={canvas}
        class="nbb-raster"
        role="img"
        aria-label={`${alt}, frame ${index + 1} of ${picture.frames}`}
        data-frame={index}
        width={picture.width}
        height={picture.height}
        style={{ ...at, filter: state.cssFilter.value }}
      />
      {!single && (
        <input
          class="nbb-range nbb-frame-range"
          type="range"
          aria-label={`Frame of ${alt}`}
          title={`Frame ${index + 1} of ${picture.frames}`}
          style={{
            "--nbb-fill": `${(100 * index) / (picture.frames - 1)}%`,
            "--nbb-wide": `${placement.width}px`,
          }}
          min={0}
          max={picture.frames - 1}
          step={1}
          value={index}
          onInput={(event) => setIndex(event.currentTarget.valueAsNumber)}
          onPointerDown={(event) => event.stopPropagation()}
          onKeyDown={(event) => event.stopPropagation()}
        />
      )}
    </>
  );
}
