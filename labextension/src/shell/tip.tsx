// What stands beside the pointer: its place; what it says is the view's.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A place in the window, in CSS pixels. */
export interface Pixel {
  x: number;
  y: number;
}

/** Beside the pointer, above everything else. */
export function Tip({ at, children }: { at: Pixel; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tip = box.current!;
    // The top layer: no scrolling box of the host cuts it off.
    tip.showPopover?.();
    const { width, height } = tip.getBoundingClientRect();
    const left = at.x + 18 + width < innerWidth ? at.x + 18 : Math.max(4, at.x - 18 - width);
    const top = Math.min(Math.max(4, at.y + 18), Math.max(4, innerHeight - height - 4));
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  });
  return (
    <div ref={box} class="nbb-tip" popover="manual" aria-hidden="true">
      {children}
    </div>
  );
}
