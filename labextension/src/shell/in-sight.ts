// Which part of a long list is in sight, wherever it scrolls: in its own box, or with the page.
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Beyond what is in sight on each side, so that scrolling finds it drawn. */
const MARGIN = 600;
/** What is in sight is told in steps of so many pixels. */
const STEP = 200;

export type Stretch = readonly [from: number, to: number];

/** The stretch of an element that is in sight, in pixels from its top, and its width. */
export function useInSight(of: RefObject<HTMLElement>): {
  stretch: Signal<Stretch>;
  width: Signal<number>;
} {
  const stretch = useSignal<Stretch>([0, 2 * MARGIN]);
  const width = useSignal(0);
  useLayoutEffect(() => {
    const element = of.current!;
    const measure = (): void => {
      const rect = element.getBoundingClientRect();
      if (rect.width === 0) return; // in a tab that is not open
      width.value = Math.floor(rect.width);
      const box = element.closest(".nbb-body")?.getBoundingClientRect();
      const top = Math.max(0, box?.top ?? 0) - rect.top;
      const bottom = Math.min(innerHeight, box?.bottom ?? innerHeight) - rect.top;
      const from = Math.floor((top - MARGIN) / STEP) * STEP;
      const to = Math.ceil((bottom + MARGIN) / STEP) * STEP;
      const [oldFrom, oldTo] = stretch.peek();
      if (from !== oldFrom || to !== oldTo) stretch.value = [from, to];
    };
    measure();
    let frame = 0;
    const soon = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        measure();
      });
    };
    const size = new ResizeObserver(measure);
    size.observe(element);
    document.addEventListener("scroll", soon, { capture: true, passive: true });
    window.addEventListener("resize", soon);
    return () => {
      size.disconnect();
      cancelAnimationFrame(frame);
      document.removeEventListener("scroll", soon, { capture: true });
      window.removeEventListener("resize", soon);
    };
  }, []);
  return { stretch, width };
}
