// Below a picture: its size, and what is read of the pixel under the pointer.
import { useEffect, useState } from "preact/hooks";
import type { CellProps } from "../../stepped/kind.ts";
import type { Size } from "../../stepped/layout.ts";
import { describePixel } from "./decode.ts";
import { pixelsAt } from "./frames.ts";
import { type Picture, sizeText } from "./picture.ts";
import type { ImagesState } from "./state.ts";

/** In narrower cards what is read of a pixel takes the place of the step, too. */
const ROOMY = 230;

export function PictureFacts({ state, item, box }: CellProps<Picture, ImagesState>) {
  const reading = usePixel(state, item);
  return (
    <>
      <span>{sizeText(item)}</span>
      {/* What it stands over is only covered, so that nothing moves. */}
      {reading && (
        <span class="nbb-reading" data-over={box.width < ROOMY ? "" : undefined}>
          {reading}
        </span>
      )}
    </>
  );
}

/** "x 3 y 7: 255 0 0" of the pixel under the pointer, once decoded; null otherwise. */
function usePixel(state: ImagesState, picture: Picture): string | null {
  const probe = state.probe.value;
  const [image, setImage] = useState<{ url: string; data: ImageData } | null>(null);
  const frame = picture.frames > 1 ? state.frameNow.value : 0;
  const { url } = picture;
  const wanted = probe !== null && url !== null;
  useEffect(() => {
    if (!wanted) return;
    let stale = false;
    pixelsAt(picture, frame).then(
      (data) => !stale && setImage({ url, data }),
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [wanted, url, frame]);
  if (!wanted || image?.url !== url) return null;
  const { width, height } = image.data;
  const column = Math.min(width - 1, Math.floor(probe.x * width));
  const row = Math.min(height - 1, Math.floor(probe.y * height));
  return `x ${column} y ${row}: ${describePixel(image.data, column, row)}`;
}

/** A ring at the pixel under the pointer, on every card. */
export function Probe({
  state,
  placement,
  picture,
}: {
  state: ImagesState;
  placement: { left: number; top: number; scale: number };
  picture: Size;
}) {
  const probe = state.probe.value;
  if (!probe) return null;
  const column = Math.min(picture.width - 1, Math.floor(probe.x * picture.width));
  const row = Math.min(picture.height - 1, Math.floor(probe.y * picture.height));
  const side = Math.max(5, placement.scale);
  const left = placement.left + (column + 0.5) * placement.scale - side / 2;
  const top = placement.top + (row + 0.5) * placement.scale - side / 2;
  return (
    <span
      class="nbb-probe"
      style={{ left: `${left}px`, top: `${top}px`, width: `${side}px`, height: `${side}px` }}
    />
  );
}
