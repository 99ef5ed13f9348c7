// Takes the table away: CSV, JSON or LaTeX, into a file or the clipboard.
import { formatCount } from "../../draw/format.ts";
import { useState } from "preact/hooks";
import { Menu, MenuItem, Select } from "../../shell/controls.tsx";
import { type ExportColumn, toCsv, toJson, toLatex } from "./export.ts";
import type { HparamsStore } from "./store.ts";

const FORMATS = {
  CSV: { write: toCsv, suffix: "csv", type: "text/csv" },
  JSON: { write: toJson, suffix: "json", type: "application/json" },
  LaTeX: { write: toLatex, suffix: "tex", type: "text/x-tex" },
} as const;

type Format = keyof typeof FORMATS;

/** The rows on screen in their order, without those that are unchecked or not brushed. */
export function exportedRows(store: HparamsStore): number[] {
  const mask = store.isBrushing() ? store.brushed.peek() : store.shown.peek();
  return Array.from(store.rows.peek()).filter((trial) => mask[trial]);
}

function exportedColumns(store: HparamsStore, all: boolean): ExportColumn[] {
  const keys = all ? store.keys.peek() : store.visible.peek();
  return keys.flatMap((key) => {
    const column = store.columns.peek().get(key)!;
    if (!column.spreads) return [column];
    const std = column.spreads.map((one) => (Number.isNaN(one.std) ? undefined : one.std));
    const name = { key: `${key} std`, label: `${column.label} std` };
    return [column, { ...name, numeric: true, cells: std }];
  });
}

export function ExportMenu({ store }: { store: HparamsStore }) {
  const [columns, setColumns] = useState<"shown" | "all">("shown");
  const [done, setDone] = useState("");
  const rows = store.isBrushing() ? store.counts().brushed : store.counts().shown;
  const text = (format: Format): string =>
    FORMATS[format].write(exportedColumns(store, columns === "all"), exportedRows(store));
  const save = (format: Format): void => {
    const { suffix, type } = FORMATS[format];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text(format)], { type }));
    link.download = `hparams.${suffix}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  const copy = async (format: Format): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text(format));
      setDone(`${format} copied`);
    } catch {
      setDone("The browser does not allow copying here: save a file instead.");
    }
  };
  return (
    <Menu label="Download" icon="download">
      <div class="nbb-menu-row">
        {formatCount(rows, store.isBrushing() ? "brushed trial" : "trial")}, columns
        <Select<"shown" | "all">
          label="Columns to download"
          value={columns}
          options={[
            ["shown", "shown"],
            ["all", "all"],
          ]}
          onChange={setColumns}
        />
      </div>
      {(Object.keys(FORMATS) as Format[]).map((format) => (
        <MenuItem key={format} text={`Download ${format}`} onClick={() => save(format)} />
      ))}
      {(["CSV", "LaTeX"] as const).map((format) => (
        <MenuItem key={format} text={`Copy ${format}`} onClick={() => void copy(format)} />
      ))}
      <output class="nbb-note">{done}</output>
    </Menu>
  );
}
