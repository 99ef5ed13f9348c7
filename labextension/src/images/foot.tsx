// Below a picture: its step, its facts, and what is read of the pixel under the pointer.
import { formatCount } from "../draw/format.ts";
import { useEffect, useState } from "preact/hooks";
import { describePixel, pixelsOf } from "./decode.ts";
import type { Size } from "./geometry.ts";
import type { Showing } from "./showing.ts";
import type { At, ImagesState } from "./state.ts";
import type { Picture } from "./store.ts";
import { formatStep, sizeText } from "./words.ts";

interface FootProps {
  state: ImagesState;
  at: At;
  now: Showing;
  step: bigint | null;
  name: "run" | "tag";
  box: Size;
}

/** In narrower cards what is read of a pixel takes the place of the step, too. */
const ROOMY = 230;

export function Foot({ state, at, now, step, name, box }: FootProps) {
  const reading = usePixel(state, now.picture);
  if (step === null) return <div class="nbb-card-foot" />;
  const other = at.asked !== null && step !== at.asked;
  const { picture, loaded } = now;
  const hidden = at.series.hidden;
  return (
    <div
      class="nbb-card-foot"
      data-reading={reading === null ? undefined : box.width < ROOMY ? "over" : "beside"}
    >
      <span
        class="nbb-step"
        data-other={other ? "" : undefined}
        title={other ? `Nearest at or below step ${formatStep(at.asked!)}` : undefined}
      >
        step {formatStep(step)}
      </span>
      {/* Only covered by what is read, so that nothing moves. */}
      <span class="nbb-facts">
        {picture && <span>{sizeText(picture)}</span>}
        {loaded && loaded.count > 1 && <span>{`${now.index + 1} of ${loaded.count}`}</span>}
        {hidden > 0 && (
          <span title="Steps went back: what was logged before that is not shown.">
            {formatCount(hidden, "image")} hidden by a restart
          </span>
        )}
        {reading && <span class="nbb-reading">{reading}</span>}
      </span>
      {name === "tag" && at.series.caption && (
        <span class="nbb-caption" title={at.series.caption}>
          {at.series.caption}
        </span>
      )}
    </div>
  );
}

/** "x 3 y 7: 255 0 0" of the pixel under the pointer, once decoded; null otherwise. */
function usePixel(state: ImagesState, picture: Picture | undefined): string | null {
  const probe = state.probe.value;
  const [image, setImage] = useState<{ url: string; data: ImageData } | null>(null);
  const url = picture?.url ?? null;
  const wanted = probe !== null && url !== null && picture!.frames === 1;
  useEffect(() => {
    if (!wanted) return;
    let stale = false;
    pixelsOf(url, picture!.width, picture!.height).then(
      (data) => !stale && setImage({ url, data }),
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [wanted, url]);
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
