// What stands in a picture's place while it is not there, or cannot be.
import type { Size } from "./geometry.ts";
import { formatStep } from "./words.ts";

export function waitText(step: bigint, busy: boolean, failure: string | null): string {
  const name = `step ${formatStep(step)}`;
  if (failure) return `${name} is not loaded`;
  return busy ? `${name} not loaded: kernel busy` : `loading ${name}…`;
}

export function Waiting({
  box,
  busy,
  failure,
}: {
  box: Size;
  busy: boolean;
  failure: string | null;
}) {
  if (!busy && !failure) {
    return <div class="nbb-picture nbb-skeleton" style={{ height: `${box.height}px` }} />;
  }
  return <Placeholder box={box} text={failure ?? "Not loaded. It comes when the cell ends."} />;
}

export function Placeholder({ box, text, warn }: { box: Size; text: string; warn?: boolean }) {
  return (
    <div
      class="nbb-picture nbb-placeholder"
      data-warn={warn ? "" : undefined}
      style={{ height: `${box.height}px` }}
      title={text}
    >
      <span>{text}</span>
    </div>
  );
}
