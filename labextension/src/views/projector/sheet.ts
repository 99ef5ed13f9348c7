// The pictures of points, decoded: one image for all of them.
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { Sheet } from "./paint.ts";
import type { Pane } from "./pane.ts";

export function useSheet(pane: Pane): Signal<Sheet | null> {
  const sheet = useSignal<Sheet | null>(null);
  useSignalEffect(() => {
    const sprite = pane.facts.value?.sprite;
    sheet.value = null;
    if (!sprite) return;
    let current = true;
    createImageBitmap(new Blob([sprite.data], { type: `image/${sprite.format}` })).then(
      (image) => {
        if (current) sheet.value = { image, ...sprite };
        else image.close();
      },
      () => undefined, // no image after all: points stay dots
    );
    return () => {
      current = false;
    };
  });
  return sheet;
}
