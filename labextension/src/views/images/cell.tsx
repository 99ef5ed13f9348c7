// A picture on its card: drawn in its box, animated or held still, with the probe over it.
import type { CellProps } from "../../stepped/kind.ts";
import { PictureBox, Raster } from "./box.tsx";
import { Probe } from "./facts.tsx";
import { Film } from "./film.tsx";
import type { Picture } from "./picture.ts";
import type { ImagesState } from "./state.ts";

export function PictureCell(props: CellProps<Picture, ImagesState>) {
  const { state, item: picture, box, spoken, onPick, onBroken } = props;
  const onError = (): void => onBroken("The browser cannot decode this image.");
  return (
    <PictureBox state={state} picture={picture} box={box} onPick={onPick}>
      {(placement) => (
        <>
          {picture.frames > 1 ? (
            <Film
              state={state}
              picture={picture}
              alt={spoken}
              placement={placement}
              onError={onError}
            />
          ) : (
            <Raster
              state={state}
              url={picture.url!}
              alt={spoken}
              placement={placement}
              onError={onError}
            />
          )}
          <Probe state={state} placement={placement} picture={picture} />
        </>
      )}
    </PictureBox>
  );
}
