// The list of runs that all views of one log share: what is shown, and in which colour.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { colorAt, type PaletteName } from "../draw/palette.ts";
import { type Model, resolveModel, Saver, traitSignal } from "./model.ts";
import { entryOf } from "./names.ts";
import { captureKey, compileFilter, type Filter } from "./regex.ts";

export type Hparams = Record<string, Record<string, string | number | boolean>>;

/** Where the state lives: a shared widget model, or memory where there is none. */
type Source = <T>(name: string, fallback: T) => Signal<T>;

export class RunList {
  /** Every run of the log, in natural order. */
  readonly names: Signal<string[]>;
  /** Regular expression over run names. */
  readonly filter: Signal<string>;
  /** Runs whose box is not checked. */
  readonly hidden: Signal<string[]>;
  /** Runs that a brush picked out somewhere, or null: draw the others grey. */
  readonly brushed: Signal<string[] | null>;
  /** Colours picked by hand. */
  readonly colors: Signal<Record<string, string>>;
  readonly palette: Signal<PaletteName>;
  /** "run", "regex:PATTERN" or "hparam:NAME". */
  readonly colorBy: Signal<string>;
  /** "", "regex:PATTERN" or "hparam:NAME". */
  readonly groupBy: Signal<string>;
  readonly hparams: Signal<Hparams>;
  /** Whether the host is dark: TensorBoard's first colour has a lighter twin. */
  readonly dark: Signal<boolean> = signal(false);
  /** The filter, compiled; `error` says what is wrong with it. */
  readonly compiled: ReadonlySignal<Filter>;
  /** Names of the runs that are checked and pass the filter. */
  readonly shown: ReadonlySignal<ReadonlySet<string>>;

  private readonly slots: Signal<Record<string, number>>;
  private readonly colorMap: ReadonlySignal<Map<string, string>>;

  private constructor(source: Source) {
    this.names = source<string[]>("names", []);
    this.filter = source("filter", "");
    this.hidden = source<string[]>("hidden", []);
    this.brushed = source<string[] | null>("brushed", null);
    this.colors = source<Record<string, string>>("colors", {});
    this.palette = source<PaletteName>("palette", "tensorboard");
    this.colorBy = source("color_by", "run");
    this.groupBy = source("group_by", "");
    this.hparams = source<Hparams>("hparams", {});
    this.slots = source<Record<string, number>>("slots", {});
    this.compiled = computed(() => compileFilter(this.filter.value));
    this.shown = computed(() => {
      const hidden = new Set(this.hidden.value);
      const filter = this.compiled.value;
      return new Set(this.names.value.filter((run) => !hidden.has(run) && filter.test(run)));
    });
    this.colorMap = computed(() => this.assignColors());
  }

  /** The list that a view refers to by its trait `run_list`. */
  static async of(model: Model): Promise<RunList> {
    const shared = await resolveModel(model, model.get("run_list"));
    if (!shared) return new RunList((_, fallback) => signal(fallback));
    const saver = new Saver(shared);
    return new RunList((name, fallback) => traitSignal(shared, saver, name, fallback));
  }

  /** `#rrggbb` of a run, or of its colour group. */
  color(run: string): string {
    return this.colorMap.value.get(run) ?? "#9aa0a6";
  }

  isChecked(run: string): boolean {
    return !this.hidden.value.includes(run);
  }

  toggle(run: string): void {
    const hidden = this.hidden.value;
    this.hidden.value = hidden.includes(run) ? hidden.filter((r) => r !== run) : [...hidden, run];
  }

  /** Check this run and no other; once more brings all back. */
  only(run: string): void {
    const others = this.names.value.filter((name) => name !== run);
    const alone = this.hidden.value.length === others.length && this.isChecked(run);
    this.hidden.value = alone ? [] : others;
  }

  /** Check or uncheck these runs. */
  setAll(runs: readonly string[], checked: boolean): void {
    const these = new Set(runs);
    const rest = this.hidden.value.filter((run) => !these.has(run));
    this.hidden.value = checked ? rest : [...rest, ...these];
  }

  pickColor(run: string, color: string | null): void {
    const { [run]: _, ...rest } = this.colors.value;
    this.colors.value = color ? { ...rest, [run]: color } : rest;
  }

  /** Group of each run, or null where runs are not grouped. */
  readonly groupOf: () => ((run: string) => string) | null = () => {
    if (!this.groupBy.value) return null;
    const key = this.keyFunction(this.groupBy.value);
    return (run) => key(run) ?? run;
  };

  /** Names of the hyperparameters that differ between runs. */
  hparamNames(): string[] {
    const names = new Set<string>();
    for (const values of Object.values(this.hparams.value)) {
      for (const name of Object.keys(values)) names.add(name);
    }
    return [...names].sort();
  }

  private keyFunction(by: string): (run: string) => string | null {
    const colon = by.indexOf(":");
    const argument = by.slice(colon + 1);
    if (by.startsWith("regex:")) return captureKey(argument);
    const hparams = this.hparams.value;
    return (run) => {
      const value = entryOf(entryOf(hparams, run) ?? {}, argument);
      return value === undefined ? null : `${argument}=${value}`;
    };
  }

  /** By what runs are coloured alike; null if each has its own colour. */
  private colorKey(): ((run: string) => string | null) | null {
    if (this.colorBy.value !== "run") return this.keyFunction(this.colorBy.value);
    // Lines of groups must be told apart, not the runs that no longer have lines.
    return this.groupOf();
  }

  private assignColors(): Map<string, string> {
    const slots = this.slots.value;
    const chosen = this.colors.value;
    const byKey = this.colorKey();
    const keys = new Map<string, number>();
    const runs = [...this.names.value].sort(
      (a, b) => (entryOf(slots, a) ?? 0) - (entryOf(slots, b) ?? 0),
    );
    const colors = new Map<string, string>();
    for (const run of runs) {
      let slot = entryOf(slots, run) ?? 0;
      if (byKey) {
        const key = byKey(run);
        if (key === null) {
          colors.set(run, entryOf(chosen, run) ?? "#9aa0a6");
          continue;
        }
        if (!keys.has(key)) keys.set(key, keys.size);
        slot = keys.get(key)!;
      }
      colors.set(run, entryOf(chosen, run) ?? colorAt(this.palette.value, slot, this.dark.value));
    }
    return colors;
  }
}
