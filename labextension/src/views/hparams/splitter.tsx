// What the panes' sizes are changed with: a grip between two of them, and one below.
import type { HparamsStore } from "./store.ts";
import { drag, onFrame } from "../../table/gestures.ts";

interface SplitterProps {
  share: number;
  width: number;
  onShare(share: number): void;
}

export function Splitter({ share, width, onShare }: SplitterProps) {
  const within = (value: number): number => Math.min(0.8, Math.max(0.2, value));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      class="nbb-hp-splitter"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the table"
      aria-valuenow={Math.round(share * 100)}
      onPointerDown={(event) =>
        drag(event, { move: (dx) => onShare(within(share + dx / width)), end: () => undefined })
      }
      onKeyDown={(event) => {
        const by = { ArrowLeft: -0.03, ArrowRight: 0.03 }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        onShare(within(share + by));
      }}
    />
  );
}

const LEAST = 120;
const MOST = 2000;
const STEP = 24;

interface GripProps {
  store: HparamsStore;
  /** What the panes have now, in CSS pixels. */
  height: number;
}

export function HeightGrip({ store, height }: GripProps) {
  const set = onFrame((next: number) => {
    store.height.value = Math.round(Math.min(MOST, Math.max(LEAST, next)));
  });
  const reset = (): void => {
    store.height.value = null;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      class="nbb-hp-grip"
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label="Height of the panes"
      aria-valuenow={height}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      title="Drag for more height; double click for as much as the trials need"
      onPointerDown={(event) => {
        event.preventDefault();
        drag(event, { move: (_, dy) => set(height + dy), end: () => undefined });
      }}
      onDblClick={reset}
      onKeyDown={(event) => {
        const by = { ArrowUp: -STEP, ArrowDown: STEP }[event.key];
        if (by) set(height + by);
        else if (event.key === "Home") reset();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
