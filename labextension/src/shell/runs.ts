// The list of runs that all views of one log share: what is shown, in which colour, called what.
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { colorAt, type PaletteName } from "../draw/palette.ts";
import { hparamLabels, hparamText, type HparamValue, seedless, shortLabels } from "./labels.ts";
import { type Model, resolveModel, sameValue, Saver, traitSignal } from "./model.ts";
import { entryOf } from "./names.ts";
import { captureKey, compileFilter, type Filter } from "./regex.ts";
import { RunFacts } from "./run-facts.ts";

/** What runs need attention for, in the order of their bits. */
export const FLAGS = ["diverged", "restarted", "damaged", "stale"] as const;
export type Flag = (typeof FLAGS)[number];
export type LabelRule = "short" | "full" | "hparams";

/** The rule of groups that differ in the seed alone. */
export const SEED_RULE = "seed";

/** Where the state lives: a shared widget model, or memory where there is none. */
type Source = <T>(name: string, fallback: T) => Signal<T>;

const GREY = "#9aa0a6";
/** With more boxes than this to uncheck, those that stay checked are written down instead. */
const MANY_BOXES = 200;
/** As many groups as can be told apart are checked when runs are grouped. */
const MANY_GROUPS = 12;

export class RunList {
  /** What the log says: names, hyperparameters, flags. */
  readonly facts: RunFacts;
  /** Regular expression over run names. */
  readonly filter: Signal<string>;
  /** Runs whose box is not checked. */
  readonly hidden: Signal<string[]>;
  /** Where most boxes are not checked: the runs whose box is. */
  readonly only: Signal<string[] | null>;
  /** Whether those are a few because there are many: what shows all at once leaves them aside. */
  readonly few: Signal<boolean>;
  /** What the shown runs need attention for, or "". */
  readonly attention: Signal<Flag | "">;
  /** Runs that a brush picked out somewhere, or null: draw the others grey. */
  readonly brushed: Signal<string[] | null>;
  /** Colours picked by hand. */
  readonly colors: Signal<Record<string, string>>;
  readonly palette: Signal<PaletteName>;
  /** "run", "regex:PATTERN", "hparam:NAME" or "seed". */
  readonly colorBy: Signal<string>;
  /** "", "regex:PATTERN", "hparam:NAME" or "seed". */
  readonly groupBy: Signal<string>;
  readonly labelRule: Signal<LabelRule>;
  /** Words that a person put to runs. */
  readonly tags: Signal<Record<string, string[]>>;
  /** What a person wrote about runs. */
  readonly notes: Signal<Record<string, string>>;
  /** Where tags and notes are kept. */
  readonly kept: Signal<"notebook" | "catalogue">;
  /** Why what was written last could not be kept in the catalogue. */
  readonly unkept: Signal<string>;
  /** Groups that are unfolded in the list. */
  readonly unfolded: Signal<readonly string[]> = signal([]);
  /** Whether the host is dark: TensorBoard's first colour has a lighter twin. */
  readonly dark: Signal<boolean> = signal(false);
  /** The filter, compiled; `error` says what is wrong with it. */
  readonly compiled: ReadonlySignal<Filter>;
  /** Whether a run passes the filter and has what the list is narrowed to. */
  readonly passes: ReadonlySignal<(run: string) => boolean>;
  /** Whether a run's box is checked. */
  readonly checked: ReadonlySignal<(run: string) => boolean>;
  /** Names of the runs that are checked and pass the filter. */
  readonly shown: ReadonlySignal<ReadonlySet<string>>;

  private readonly labels: ReadonlySignal<ReadonlyMap<string, string>>;
  /** Of each colour group the place in the palette; null where each run has its own. */
  private readonly keyPlaces: ReadonlySignal<{
    key(run: string): string | null;
    places: ReadonlyMap<string, number>;
  } | null>;
  private readonly groups: ReadonlySignal<((run: string) => string | null) | null>;

  private constructor(source: Source, facts: RunFacts) {
    this.facts = facts;
    this.filter = source("filter", "");
    this.hidden = source<string[]>("hidden", []);
    this.only = source<string[] | null>("only", null);
    this.few = source("few", false);
    this.attention = source<Flag | "">("attention", "");
    this.brushed = source<string[] | null>("brushed", null);
    this.colors = source<Record<string, string>>("colors", {});
    this.palette = source<PaletteName>("palette", "tensorboard");
    this.colorBy = source("color_by", "run");
    this.groupBy = source("group_by", "");
    this.labelRule = source<LabelRule>("labels", "short");
    this.tags = source<Record<string, string[]>>("tags", {});
    this.notes = source<Record<string, string>>("notes", {});
    this.kept = source<"notebook" | "catalogue">("kept", "notebook");
    this.unkept = source("unkept", "");
    this.compiled = computed(() => compileFilter(this.filter.value));
    this.passes = computed(() => {
      const filter = this.compiled.value;
      const flag = this.attention.value;
      if (!flag) return (run) => filter.test(run);
      const bit = 1 << FLAGS.indexOf(flag);
      const flags = this.facts.flags.value;
      return (run) => filter.test(run) && ((flags.get(run) ?? 0) & bit) !== 0;
    });
    this.checked = computed(() => {
      const only = this.only.value;
      const some = new Set(only ?? this.hidden.value);
      return only ? (run) => some.has(run) : (run) => !some.has(run);
    });
    this.shown = computed(() => {
      const passes = this.passes.value;
      const checked = this.checked.value;
      return new Set(this.names.value.filter((run) => checked(run) && passes(run)));
    });
    this.labels = computed(() => this.makeLabels());
    this.groups = computed(() => (this.groupBy.value ? this.rule(this.groupBy.value) : null));
    this.keyPlaces = computed(() => this.placeKeys());
  }

  /** The list that a view refers to by its trait `run_list`. */
  static async of(model: Model): Promise<RunList> {
    const shared = await resolveModel(model, model.get("run_list"));
    if (!shared) return new RunList((_, fallback) => signal(fallback), new RunFacts(null));
    const saver = new Saver(shared);
    const source: Source = (name, fallback) => traitSignal(shared, saver, name, fallback);
    return new RunList(source, new RunFacts(shared));
  }

  /** Every run of the log, in natural order. */
  get names(): ReadonlySignal<readonly string[]> {
    return this.facts.names;
  }

  /** What a run is called; no two are called alike. */
  label(run: string): string {
    return this.labels.value.get(run) ?? run;
  }

  /** Whether a run is drawn by what can show very many at once. */
  get inCharts(): (run: string) => boolean {
    if (!this.few.value) return this.checked.value;
    const hidden = new Set(this.hidden.value);
    return (run) => !hidden.has(run);
  }

  /** `#rrggbb` of a run, or of its colour group. */
  color(run: string): string {
    const chosen = entryOf(this.colors.value, run);
    if (chosen) return chosen;
    const keyed = this.keyPlaces.value;
    let place = this.facts.numberOf(run);
    if (keyed) {
      const key = keyed.key(run);
      if (key === null) return GREY;
      place = keyed.places.get(key) ?? 0;
    }
    return colorAt(this.palette.value, place, this.dark.value);
  }

  isChecked(run: string): boolean {
    return this.checked.value(run);
  }

  toggle(run: string): void {
    this.setAll([run], !this.isChecked(run));
  }

  /** Check this run and no other; once more brings all back. */
  onlyRun(run: string): void {
    const alone = this.only.value?.length === 1 && this.only.value[0] === run;
    if (alone) this.showAll();
    else this.only.value = [run];
  }

  /** Check these and no others. */
  choose(runs: readonly string[]): void {
    this.only.value = [...runs];
  }

  /** Group by a rule; where a few runs were checked, then whole groups are. */
  setGroups(rule: string): void {
    batch(() => {
      this.groupBy.value = rule;
      const only = this.only.value;
      const groupOf = this.groupOf();
      if (!groupOf || !only) return;
      const groups = new Map<string, string[]>();
      for (const run of this.names.value) {
        const key = groupOf(run);
        const members = groups.get(key);
        if (members) members.push(run);
        else groups.set(key, [run]);
      }
      const chosen = new Set(only.map(groupOf));
      for (const key of groups.keys()) if (chosen.size < MANY_GROUPS) chosen.add(key);
      this.only.value = [...chosen].flatMap((key) => groups.get(key) ?? []);
    });
  }

  showAll(): void {
    this.only.value = null;
    this.hidden.value = [];
  }

  /** Check or uncheck these runs. */
  setAll(runs: readonly string[], checked: boolean): void {
    const these = new Set(runs);
    const only = this.only.value;
    if (only) {
      const rest = only.filter((run) => !these.has(run));
      this.only.value = checked ? [...rest, ...runs] : rest;
      return;
    }
    if (!checked && runs.length > MANY_BOXES) {
      this.only.value = this.names.value.filter((run) => this.isChecked(run) && !these.has(run));
      return;
    }
    const rest = this.hidden.value.filter((run) => !these.has(run));
    this.hidden.value = checked ? rest : [...rest, ...runs];
  }

  pickColor(run: string, color: string | null): void {
    const { [run]: _, ...rest } = this.colors.value;
    this.colors.value = color ? { ...rest, [run]: color } : rest;
  }

  /** How many runs need attention for something. */
  flagged(flag: Flag): number {
    const bit = 1 << FLAGS.indexOf(flag);
    let count = 0;
    for (const flags of this.facts.flags.value.values()) if (flags & bit) count++;
    return count;
  }

  /** What is not at its default, under the names that it has as options of a view. */
  settings(): [string, unknown][] {
    const all: [string, unknown, unknown][] = [
      ["run_filter", this.filter.peek(), ""],
      ["hidden_runs", this.hidden.peek(), []],
      ["checked_runs", this.only.peek(), null],
      ["attention", this.attention.peek(), ""],
      ["palette", this.palette.peek(), "tensorboard"],
      ["colors", this.colors.peek(), {}],
      ["color_by", this.colorBy.peek(), "run"],
      ["group_by", this.groupBy.peek(), ""],
      ["run_labels", this.labelRule.peek(), "short"],
    ];
    if (this.kept.peek() === "notebook") {
      all.push(["run_tags", this.tags.peek(), {}], ["run_notes", this.notes.peek(), {}]);
    }
    const set = all.filter(([, value, usual]) => !sameValue(value, usual));
    return set.map(([name, value]) => [name, value]);
  }

  /** Group of each run, or null where runs are not grouped. */
  readonly groupOf: () => ((run: string) => string) | null = () => {
    const key = this.groups.value;
    return key && ((run) => key(run) ?? run);
  };

  /** Names of the hyperparameters. */
  hparamNames(): string[] {
    return [...this.facts.hparamNames.value].sort();
  }

  private rule(by: string): (run: string) => string | null {
    const colon = by.indexOf(":");
    const argument = by.slice(colon + 1);
    if (by === SEED_RULE) return seedless(this.names.value, this.facts.hparamsOf.value);
    if (by.startsWith("regex:")) return captureKey(argument);
    const hparams = this.facts.hparamsOf.value;
    return (run) => {
      const value: HparamValue | undefined = hparams(run)?.get(argument);
      return value === undefined || value === null ? null : `${argument}=${hparamText(value)}`;
    };
  }

  private makeLabels(): ReadonlyMap<string, string> {
    const names = this.names.value;
    const rule = this.labelRule.value;
    if (rule === "full") return new Map();
    const labels =
      rule === "hparams" ? hparamLabels(names, this.facts.hparamsOf.value) : shortLabels(names);
    return new Map(names.map((name, i) => [name, labels[i]!]));
  }

  private placeKeys() {
    // Lines of groups must be told apart, not the runs that no longer have lines.
    const grouped = this.groupOf();
    const key = this.colorBy.value === "run" ? grouped : this.rule(this.colorBy.value);
    if (!key) return null;
    const places = new Map<string, number>();
    for (const run of this.facts.oldestFirst.value) {
      const one = key(run);
      if (one !== null && !places.has(one)) places.set(one, places.size);
    }
    return { key, places };
  }
}
