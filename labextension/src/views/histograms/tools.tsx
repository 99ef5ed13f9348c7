// Buttons of a card: its numbers and its picture as files.
import { Button } from "../../shell/controls.tsx";
import { download } from "../../shell/files.ts";
import { fileName } from "../../stepped/words.ts";
import { sceneFor } from "./card-scene.ts";
import { type Cell, paintFront } from "./cell.tsx";
import { bucketsCsv, cardPng } from "./export.ts";
import { columnAtStep } from "./columns.ts";
import { shownOf } from "./scene.ts";

export function HistogramTools(cell: Cell) {
  const { at, box, item, now } = cell;
  const { series } = at;
  const { run, tag } = series;
  const step = series.step[now.position]!;
  return (
    <FileButtons
      csv={() => {
        // All steps of the picture; the slider's own, where it is none of them.
        const { columns } = sceneFor(cell, series, box).scene;
        const known = columns.some((column) => column.step === step);
        const rows = columns.map((column) => ({ run, step: column.step, item: column.item }));
        return bucketsCsv(tag, known ? rows : [...rows, { run, step, item }]);
      }}
      png={() => {
        const { scene, layout } = sceneFor(cell, series, box);
        const here = columnAtStep(series, now.position, item);
        return cardPng(`${run} · ${tag} · step ${step}`, scene, layout, (context) =>
          paintFront(context, scene, layout, here, shownOf(scene, item), null),
        );
      }}
      name={fileName(run, tag, null, 0, "csv").replace(/_?\.csv$/, "")}
    />
  );
}

interface FileButtonsProps {
  csv(): string;
  png(): Promise<Blob | null>;
  /** The files' name without its end. */
  name: string;
}

export function FileButtons({ csv, png, name }: FileButtonsProps) {
  const file = name.replace(/[^\p{L}\p{N}._=,+-]+/gu, "_").slice(0, 120);
  return (
    <>
      <Button
        label="Download buckets as CSV"
        text="CSV"
        onClick={() => download(`${file}.csv`, csv(), "text/csv")}
      />
      <Button
        label="Download picture as PNG"
        text="PNG"
        onClick={async () => {
          const blob = await png();
          if (blob) download(`${file}.png`, blob, "image/png");
        }}
      />
    </>
  );
}
