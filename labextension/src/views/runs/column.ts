// One column of runs, packed: an array of numbers, or codes into the values that there are.
import { type Cell, cellText, type ColumnKind, type Plain } from "../../table/cells.ts";
import type { Written } from "../../table/align.ts";
import { naturalKey } from "../../shell/natural.ts";
import { oneLine } from "../../shell/names.ts";

export type Numbers = Float32Array | Float64Array;
type Codes = Uint8Array | Uint16Array | Uint32Array;

/** As `RunColumn.packed()` in nbboard/views/runs/columns.py. */
export interface PackedColumn {
  key: string;
  label: string;
  form: "text" | "number" | "time" | "duration";
  group: "run" | "hparam" | "circumstance" | "metric" | "best" | "mean";
  differs: boolean;
  /** Whether its cells come when they are asked for. */
  lacks?: boolean;
  numbers?: Numbers;
  /** The rows whose NaN was logged; other NaN are nothing. */
  nan?: Int32Array;
  values?: Plain[];
  codes?: Codes;
}

/** Cells that are looked at for the width of a column. */
const SAMPLE = 400;

export class RunColumn {
  readonly key: string;
  readonly label: string;
  readonly group: PackedColumn["group"];
  readonly form: PackedColumn["form"];
  readonly differs: boolean;
  readonly lacks: boolean;
  readonly numbers: Numbers | null;
  readonly values: readonly Plain[];
  readonly codes: Codes;
  private readonly nan: ReadonlySet<number>;
  private rank: Numbers | null = null;
  private sampled: Written | null = null;

  constructor(packed: PackedColumn) {
    this.key = packed.key;
    this.label = oneLine(packed.label);
    this.group = packed.group;
    this.form = packed.form;
    this.differs = packed.differs;
    this.lacks = packed.lacks ?? false;
    this.numbers = packed.numbers ?? null;
    this.values = packed.values ?? [];
    this.codes = packed.codes ?? new Uint8Array();
    this.nan = new Set(packed.nan ?? []);
  }

  get kind(): ColumnKind {
    return this.form === "time" || this.form === "duration" ? this.form : "metric";
  }

  cell(row: number): Cell {
    if (this.numbers) {
      const value = this.numbers[row]!;
      return Number.isNaN(value) && !this.nan.has(row) ? undefined : value;
    }
    const code = this.codes[row];
    return code ? this.values[code - 1]! : undefined;
  }

  text(row: number): string {
    return cellText(this.cell(row), this.kind);
  }

  /** What rows are sorted by; NaN for those without a value. */
  order(): Numbers {
    if (this.numbers) return this.numbers;
    if (!this.rank) {
      const keys = this.values.map((value) => naturalKey(textOf(value)));
      const places = keys.map((_, i) => i);
      places.sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
      const ranks = new Float64Array(keys.length + 1).fill(Number.NaN);
      places.forEach((value, rank) => {
        ranks[value + 1] = rank;
      });
      this.rank = Float64Array.from(this.codes, (code) => ranks[code]!);
    }
    return this.rank;
  }

  /** Some of its cells, which tell how it is written. */
  sample(): Written {
    if (!this.sampled) {
      const { length } = this.numbers ?? this.codes;
      const every = Math.max(1, Math.floor(length / SAMPLE));
      const cells: Cell[] = [];
      for (let row = 0; row < length; row += every) cells.push(this.cell(row));
      this.sampled = { cells, kind: this.kind };
    }
    return this.sampled;
  }

  /** The text of a cell of the sample. */
  sampleText(place: number): string {
    return cellText(this.sample().cells[place], this.kind);
  }

  /** The column with other numbers in some rows. */
  patched(rows: Uint32Array, to: Float64Array): RunColumn {
    const numbers = Float64Array.from(this.numbers ?? []);
    rows.forEach((row, i) => {
      numbers[row] = to[i]!;
    });
    return new RunColumn({
      key: this.key,
      label: this.label,
      group: this.group,
      form: this.form,
      differs: this.differs,
      numbers,
      nan: Int32Array.from(this.nan),
    });
  }
}

/** As Python writes a value, which is what it is sorted and found by. */
export function textOf(value: Plain): string {
  if (value === true) return "True";
  if (value === false) return "False";
  return value === null ? "None" : String(value);
}
