// What components need to know of the page: their size, whether they are in sight, its pixels.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Size } from "./layout.ts";

/** The inner size of an element, followed; `first` until it is known. */
export function useSize(ref: RefObject<HTMLElement>, first: Size): Size {
  const [size, setSize] = useState(first);
  // Before the first paint, or everything would jump once.
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const read = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      if (!width) return;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, []);
  return size;
}

/** Whether an element is in sight or nearly so; `first` until that is known. */
export function useNear(ref: RefObject<HTMLElement>, first = false): boolean {
  const [near, setNear] = useState(first);
  // Before the first paint: an observer's first word comes a frame later.
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    if (isInSight(element)) setNear(true);
    const observer = new IntersectionObserver(
      (entries) => setNear(entries[entries.length - 1]!.isIntersecting),
      { rootMargin: "300px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return near;
}

/** Whether an observer will certainly find it in sight: what is around may hide what is beyond. */
function isInSight(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  const around = element.closest(".nbb-body")?.getBoundingClientRect();
  return (
    element.offsetParent !== null &&
    bottom > Math.max(0, around?.top ?? 0) &&
    top < Math.min(innerHeight, around?.bottom ?? innerHeight)
  );
}

/** Device pixels per CSS pixel, followed: people move windows between screens. */
export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(globalThis.devicePixelRatio || 1);
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const update = (): void => setRatio(globalThis.devicePixelRatio || 1);
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, [ratio]);
  return ratio;
}
