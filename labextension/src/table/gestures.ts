// Pointers that drag, and what need not be done more often than once a frame.

interface Drag {
  /** Where it is, relative to where it began, in CSS pixels. */
  move(dx: number, dy: number, event: PointerEvent): void;
  /** `moved` is false for a click; `cancelled` if the browser took the pointer away. */
  end(moved: boolean, event: PointerEvent, cancelled: boolean): void;
}

/** Follows a pointer that went down until it comes up, wherever it goes. */
export function drag(event: PointerEvent, { move, end }: Drag, threshold = 4): void {
  if (event.button !== 0) return;
  const target = event.currentTarget as HTMLElement;
  const { clientX, clientY, pointerId } = event;
  let moved = false;
  target.setPointerCapture(pointerId);
  const onMove = (next: PointerEvent): void => {
    const dx = next.clientX - clientX;
    const dy = next.clientY - clientY;
    if (!moved && Math.hypot(dx, dy) < threshold) return;
    moved = true;
    move(dx, dy, next);
  };
  const stop = (next: PointerEvent): void => {
    target.removeEventListener("pointermove", onMove);
    target.removeEventListener("pointerup", stop);
    target.removeEventListener("pointercancel", stop);
    end(moved, next, next.type === "pointercancel");
  };
  target.addEventListener("pointermove", onMove);
  target.addEventListener("pointerup", stop);
  target.addEventListener("pointercancel", stop);
}

/** Calls at most once a frame, with the latest arguments. */
export function onFrame<A extends unknown[]>(call: (...args: A) => void): (...args: A) => void {
  let waiting: A | null = null;
  return (...args) => {
    if (waiting === null) {
      requestAnimationFrame(() => {
        const latest = waiting!;
        waiting = null;
        call(...latest);
      });
    }
    waiting = args;
  };
}

/** What the size of an element is taken for until it is known. */
export const NO_SIZE = { width: 0, height: 0 };
