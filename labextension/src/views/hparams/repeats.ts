// Repeats: trials that differ in their seeds alone become one row, with mean and spread
// (as in nbboard/views/hparams/repeats.py; tests/vectors/hparams.json holds them together).
import { type Cell, identityOf } from "../../table/cells.ts";

/** A metric of several trials. */
export interface Spread {
  /** Of the finite values; NaN if none is, missing if no trial has the metric. */
  mean: Cell;
  /** The sample standard deviation of the finite values; NaN for fewer than two. */
  std: number;
  /** How many values are finite, and how many trials there are. */
  finite: number;
  trials: number;
}

/** Trials by what they have in common, in the order of each group's first. */
export function groupsOfRepeats(
  hparams: ReadonlyMap<string, readonly Cell[]>,
  over: readonly string[],
  length: number,
): number[][] {
  let group = new Int32Array(length);
  let count = Math.min(1, length);
  for (const [key, cells] of hparams) {
    // Once each is alone, no other column can part them further.
    if (over.includes(key) || count === length) continue;
    // As keys of a map 1, true and "1" are three values, and NaN is one.
    const values = new Map<Cell, number>();
    const parts = new Map<number, number>();
    group = group.map((before, trial) => {
      const value = numberOf(values, cells[trial]);
      return numberOf(parts, before * (length + 1) + value);
    });
    count = parts.size;
  }
  const groups: number[][] = [];
  group.forEach((number, trial) => {
    groups[number] ??= [];
    groups[number].push(trial);
  });
  return groups;
}

/** The number of a key, in the order in which keys come. */
function numberOf<K>(known: Map<K, number>, key: K): number {
  let number = known.get(key);
  if (number === undefined) {
    number = known.size;
    known.set(key, number);
  }
  return number;
}

/** The value that all have; missing if they differ. */
export function sameOrMissing(cells: readonly Cell[]): Cell {
  const first = identityOf(cells[0]);
  return cells.every((cell) => identityOf(cell) === first) ? cells[0] : undefined;
}

export function spread(cells: readonly Cell[]): Spread {
  if (cells.length === 1) {
    return { mean: cells[0], std: Number.NaN, finite: 1, trials: 1 };
  }
  const given = cells.filter((cell): cell is number => typeof cell === "number");
  const finite = given.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean: given.length ? mean : undefined,
    std: finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : Number.NaN,
    finite: finite.length,
    trials: cells.length,
  };
}
