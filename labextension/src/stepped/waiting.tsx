// What stands in an item's place while it is not there, or cannot be.
import { formatStep } from "../draw/format.ts";
import type { Size } from "./layout.ts";

export function waitText(step: bigint, busy: boolean, failure: string | null): string {
  const name = `step ${formatStep(step)}`;
  if (failure) return `${name} is not loaded`;
  return busy ? `${name} not loaded: kernel busy` : `loading ${name}…`;
}

interface WaitingProps {
  box: Size;
  busy: boolean;
  failure: string | null;
}

export function Waiting({ box, busy, failure }: WaitingProps) {
  if (!busy && !failure) {
    return <div class="nbb-cell nbb-skeleton" style={{ height: `${box.height}px` }} />;
  }
  return <Placeholder box={box} text={failure ?? "Not loaded. It comes when the cell ends."} />;
}

export function Placeholder({ box, text, warn }: { box: Size; text: string; warn?: boolean }) {
  return (
    <div
      class="nbb-cell nbb-placeholder"
      data-warn={warn ? "" : undefined}
      style={{ height: `${box.height}px` }}
      title={text}
    >
      <span>{text}</span>
    </div>
  );
}
