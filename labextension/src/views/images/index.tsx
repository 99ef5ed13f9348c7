// The images view: the anywidget module of nbboard/views/images.py.
import { defineStepped } from "../../stepped/define.tsx";
import type { Shared } from "../../stepped/kind.ts";
import type { Size } from "../../stepped/layout.ts";
import type { Series } from "../../stepped/series.ts";
import { ImagesBar } from "./bar.tsx";
import { PictureCell } from "./cell.tsx";
import { Pair } from "./compare.tsx";
import { PictureFacts } from "./facts.tsx";
import css from "./images.css";
import { KEYS, keyAction } from "./keys.ts";
import { boxFor } from "./layout.ts";
import { dropPicture, fileOf, type Picture, toPicture } from "./picture.ts";
import { ImagesState } from "./state.ts";

/** The height of the one card shown large. */
const LARGE = 460;

export default defineStepped<Picture, ImagesState>({
  kind: "images",
  noun: ["image", "images"],
  from: "They come from tf.summary.image(…) in TensorFlow and add_image(…) in PyTorch.",
  css,
  decode: toPicture,
  weight: ({ url, bytes }) => (url ? bytes : 0),
  drop: dropPicture,
  State: ImagesState,
  Cell: PictureCell,
  Group: Pair,
  columns: ({ compare }) => (compare.value === "side by side" ? 2 : 3),
  Bar: ImagesBar,
  Facts: PictureFacts,
  box(shared, series, width, large) {
    const actual = shared.state.size.value === "actual";
    const ratio = globalThis.devicePixelRatio || 1;
    return boxFor(sizesOf(shared, series), width, ratio, actual, large ? LARGE : undefined);
  },
  file: fileOf,
  describe: ({ width, height }) => `${width} by ${height}`,
  onKey: (key, shift, { state }) => keyAction(key, shift, state),
  keys: KEYS,
});

/** The sizes of what these series show, as far as they are known. */
function sizesOf(
  { state, store }: Shared<Picture, ImagesState>,
  series: readonly Series[],
): Size[] {
  const sizes: Size[] = [];
  for (const one of series) {
    const picture = store.loaded(one, state.at(one).position)?.items[0];
    if (picture?.refusal) continue;
    // The size of another step keeps the place while the one asked for is on its way.
    const size = picture ?? (one.last as Partial<Size> | null);
    if (size?.width && size.height) sizes.push({ width: size.width, height: size.height });
  }
  return sizes;
}
