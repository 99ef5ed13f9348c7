// What the pointer is on: its picture, what is known of it.
import { useEffect, useRef } from "preact/hooks";
import { shorten } from "../../shell/names.ts";
import { isThere, textAt } from "./model.ts";
import { drawPicture, type Sheet } from "./paint.ts";
import type { Pane } from "./pane.ts";

const WIDTH = 220;

interface TipProps {
  pane: Pane;
  sheet: Sheet | null;
  row: number;
  x: number;
  y: number;
  size: { width: number; height: number };
}

export function Tip({ pane, sheet, row, x, y, size }: TipProps) {
  const left = x + 16 + WIDTH > size.width ? Math.max(0, x - 16 - WIDTH) : x + 16;
  const below = y < size.height / 2;
  return (
    <div
      class="nbb-tip nbb-pj-tip"
      style={{
        left: `${left}px`,
        top: below ? `${y + 14}px` : undefined,
        bottom: below ? undefined : `${size.height - y + 14}px`,
        maxWidth: `${WIDTH}px`,
      }}
    >
      {sheet && <Thumb sheet={sheet} row={row} />}
      <strong>{shorten(pane.nameOf(row), 80)}</strong>
      <Known pane={pane} row={row} most={6} />
    </div>
  );
}

/** The columns of a point. */
export function Known({ pane, row, most }: { pane: Pane; row: number; most: number }) {
  const columns = (pane.facts.value?.columns ?? []).filter(isThere);
  return (
    <dl class="nbb-pj-known">
      {columns.slice(0, most).map((column) => (
        <div key={column.name}>
          <dt>{shorten(column.name, 24)}</dt>
          <dd>{shorten(textAt(column, row), 60)}</dd>
        </div>
      ))}
      <div>
        <dt>row</dt>
        <dd>{pane.rowOf(row).toLocaleString("en")}</dd>
      </div>
    </dl>
  );
}

export function Thumb({ sheet, row }: { sheet: Sheet; row: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const side = Math.min(96, Math.max(48, sheet.width * 2));
  const tall = (side * sheet.height) / sheet.width;
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.imageSmoothingEnabled = sheet.width > side;
    context.clearRect(0, 0, side, tall);
    drawPicture(context, sheet, row, 0, 0, side, tall);
  });
  return <canvas ref={canvas} width={side} height={tall} />;
}
