// The cell of a dial.
import { defineStepped } from "nbboard/stepped/define.tsx";
import type { CellProps, Item } from "nbboard/stepped/kind.ts";

interface Dial extends Item {
  turns: number;
}

function DialCell({ ctx, item, box, spoken }: CellProps<Dial>) {
  const clockwise = ctx.option<boolean>("clockwise").value;
  const angle = 360 * item.turns * (clockwise ? 1 : -1);
  return (
    <svg class="nbb-cell" width={box.width} height={box.height} viewBox="-1 -1 2 2">
      <title>{spoken}</title>
      <circle r="0.95" fill="none" stroke="currentColor" stroke-width="0.02" />
      <line y2="-0.8" stroke="currentColor" stroke-width="0.05" transform={`rotate(${angle})`} />
    </svg>
  );
}

export default defineStepped<Dial>({
  kind: "dials",
  noun: ["dial", "dials"],
  from: "They come from the tests.",
  decode: ({ turns }) => ({ turns }),
  Cell: DialCell,
  Facts: ({ item }) => <span>{`${item.turns.toFixed(3)} turns`}</span>,
  describe: ({ turns }) => `${turns} turns`,
});
