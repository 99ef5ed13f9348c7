// What of a picture is in sight: how large it is, and where the box is that one goes to.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { MARGIN } from "./picture.tsx";
import type { Scene } from "./scene.ts";

const LEAST = 0.1;
const MOST = 3;

export interface Viewport {
  /** The element that scrolls. */
  view: RefObject<HTMLDivElement>;
  scale: number;
  /** Make it larger by a factor; null fits it to the width again. */
  zoom(by: number | null): void;
  /** Make all of it fit. */
  fitAll(): void;
  /** Scroll to a box; unless it must, only if that is out of sight. */
  center(key: string, always?: boolean): void;
  /** Scroll to a box as soon as it is drawn. */
  setWish(key: string): void;
}

export function useViewport(scene: Scene | null, width: number): Viewport {
  const view = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  // What is to be seen may have to be opened first: the wish is kept until it is drawn.
  const [wish, setWish] = useState<string | null>(null);
  const wide = scene ? width / (scene.width + 2 * MARGIN) : 1;
  const scale = chosen ?? Math.max(LEAST, Math.min(1, wide));
  const center = (key: string, always = true): void => {
    const box = scene?.boxes.find(({ piece }) => piece.key === key);
    const element = view.current;
    if (!box || !element) return;
    const x = (box.left + box.width / 2 + MARGIN) * scale;
    // Of an open box the title.
    const y = (box.top + Math.min(box.height, 60) / 2 + MARGIN) * scale;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    const [fromLeft, fromTop] = [x - scrollLeft, y - scrollTop];
    const inSight = fromLeft > 0 && fromLeft < clientWidth && fromTop > 0 && fromTop < clientHeight;
    if (inSight && !always) return;
    element.scrollTo({ left: x - clientWidth / 2, top: y - clientHeight / 2 });
  };
  useLayoutEffect(() => {
    if (wish === null || !scene?.boxes.some(({ piece }) => piece.key === wish)) return;
    center(wish, false);
    setWish(null);
  }, [wish, scene]);
  return {
    view,
    scale,
    zoom: (by) => setChosen(by === null ? null : Math.min(MOST, Math.max(LEAST, scale * by))),
    fitAll: () => {
      if (!scene) return;
      // What is known of a box may stand beside the picture.
      const room = { width: view.current!.offsetWidth - 2, height: view.current!.offsetHeight - 2 };
      const across = room.width / (scene.width + 2 * MARGIN);
      setChosen(Math.min(1, across, room.height / (scene.height + 2 * MARGIN)));
    },
    center,
    setWish,
  };
}
