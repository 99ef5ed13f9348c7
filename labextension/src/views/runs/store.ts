// The state of the runs view: what is held, the options, and what follows from both.
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { partsOf } from "../../table/align.ts";
import { textWidth } from "../../table/measure.ts";
import { parseSort } from "../../table/order.ts";
import { widthFor } from "../../table/width.ts";
import { entryOf } from "../../shell/names.ts";
import type { RunColumn } from "./column.ts";
import { NO_RUNS, received, type RunsFrame, type RunsNews } from "./frame.ts";
import { type Lines, linesOf, sorted } from "./lines.ts";
import { passing } from "./search.ts";

/** So many names are measured: they tell how wide the others are. */
const SAMPLE = 400;
/** Beside a name: its box, its pin. */
const NAME_ROOM = 62;
/** Of arrow and menu in the head of a column. */
const HEAD_ROOM = 44;

export class RunsStore {
  readonly ctx: ViewContext;
  readonly where: Signal<string>;
  /** What is wrong with the condition that was typed last. */
  readonly whereError: Signal<string> = signal("");
  readonly search: Signal<string>;
  readonly sort: Signal<string[]>;
  readonly chosen: Signal<string[] | null>;
  readonly differ: Signal<boolean>;
  readonly group: Signal<string>;
  readonly folded: Signal<string[]>;
  readonly pinned: Signal<string[]>;
  readonly picked: Signal<string[]>;
  readonly height: Signal<number>;

  readonly frame: Signal<RunsFrame> = signal(NO_RUNS);
  /** The run of each row; "" before its name has come. */
  readonly names: ReadonlySignal<readonly string[]>;
  readonly visible: ReadonlySignal<string[]>;
  /** The rows that the search and the run filter leave, in order. */
  readonly rows: ReadonlySignal<Uint32Array>;
  readonly lines: ReadonlySignal<Lines>;
  readonly widths: ReadonlySignal<number[]>;
  /** Which runs were checked before any was picked, and whether those were a few of many. */
  private before: { only: string[] | null; few: boolean } | null = null;
  private readonly asked = new Set<string>();

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.where = ctx.option("where");
    this.search = ctx.option("search");
    this.sort = ctx.option("sort");
    this.chosen = ctx.option("columns");
    this.differ = ctx.option("differ");
    this.group = ctx.option("group");
    this.folded = ctx.option("folded");
    this.pinned = ctx.option("pinned");
    this.picked = ctx.option("picked");
    this.height = ctx.option("height");
    this.take(ctx.payload as RunsNews);
    ctx.onNews((news) => this.take(news as RunsNews));

    this.names = computed(() => {
      void ctx.runs.names.value;
      const { facts } = ctx.runs;
      return Array.from(this.frame.value.rows, (number) => facts.nameOf(number) ?? "");
    });
    this.visible = computed(() => {
      const { columns, unasked } = this.frame.value;
      const keys = this.chosen.value ?? unasked[this.differ.value ? 0 : 1] ?? [];
      return keys.filter((key) => columns.has(key));
    });
    this.rows = computed(() => {
      const { columns } = this.frame.value;
      const names = this.names.value;
      const mask = passing(this.search.value, {
        names,
        columns,
        visible: this.visible.value,
        said: (run) => this.saidOf(run),
      });
      const passes = ctx.runs.passes.value;
      names.forEach((name, row) => {
        if (mask[row] && !passes(name)) mask[row] = 0;
      });
      return sorted(mask, columns, this.sort.value);
    });
    this.lines = computed(() => {
      const names = this.names.value;
      const pinned = new Set(this.pinned.value);
      const { columns } = this.frame.value;
      return linesOf(
        this.rows.value,
        (row) => pinned.has(names[row]!),
        columns.get(this.group.value),
        this.folded.value,
      );
    });
    this.widths = computed(() => {
      const { columns } = this.frame.value;
      return [this.nameWidth(), ...this.visible.value.map((key) => widthOf(columns.get(key)!))];
    });
    effect(() => this.askForLacking());
    effect(() => {
      // Where everything is checked again elsewhere, nothing is picked out any more.
      if (ctx.runs.only.value === null && this.picked.peek().length) this.picked.value = [];
    });
    if (this.picked.peek().length) ctx.runs.choose(this.picked.peek());
  }

  private take(news: RunsNews): void {
    this.frame.value = received(this.frame.peek(), news);
  }

  /** Ask for the cells of what is seen, sorted or grouped by and did not come at first. */
  private askForLacking(): void {
    const { columns, rows } = this.frame.value;
    const sort = this.sort.value.map((entry) => parseSort(entry).key);
    const seen = [...this.visible.value, ...sort, this.group.value];
    const keys = seen.filter((key) => columns.get(key)?.lacks && !this.asked.has(key));
    if (!keys.length) return;
    for (const key of keys) this.asked.add(key);
    this.ctx.request("columns", { keys }).then(
      (answer) => {
        for (const key of keys) this.asked.delete(key);
        if (answer.count === rows.length) this.take({ columns: answer.columns });
      },
      () => undefined, // without a kernel they stay what they are: not there
    );
  }

  /** Have the kernel choose which runs the table has, or say what is wrong with the condition. */
  setWhere(text: string): void {
    this.ctx.request("where", { text }).then(
      () => {
        this.whereError.value = "";
      },
      (error: Error) => {
        this.whereError.value = error.message;
      },
    );
  }

  column(key: string): RunColumn | undefined {
    return this.frame.value.columns.get(key);
  }

  /** Tags and note of a run, as words. */
  saidOf(run: string): string {
    const tags = entryOf(this.ctx.runs.tags.value, run) ?? [];
    const note = entryOf(this.ctx.runs.notes.value, run) ?? "";
    return tags.length || note ? `${tags.join(" ")} ${note}` : "";
  }

  isPicked(run: string): boolean {
    return this.picked.value.includes(run);
  }

  /** Pick a run out, alone or beside those that are; once more lets it go. */
  pick(run: string, add: boolean): void {
    const picked = this.picked.value;
    if (picked.includes(run)) this.setPicked(picked.filter((other) => add && other !== run));
    else this.setPicked(add ? [...picked, run] : [run]);
  }

  /** Pick out exactly these: the log's other views show them alone; none brings back what was. */
  setPicked(runs: string[]): void {
    const list = this.ctx.runs;
    batch(() => {
      if (runs.length && !this.picked.peek().length) {
        this.before = { only: list.only.peek(), few: list.few.peek() };
      }
      this.picked.value = runs;
      if (runs.length) {
        // What can show very many at once shows these alone, too.
        list.few.value = false;
        list.choose(runs);
      } else {
        list.few.value = this.before?.few ?? false;
        list.only.value = this.before?.only ?? null;
      }
    });
  }

  togglePin(run: string): void {
    this.pinned.value = toggled(this.pinned.value, run);
  }

  toggleFold(key: string): void {
    this.folded.value = toggled(this.folded.value, key);
  }

  setTags(run: string, tags: readonly string[]): void {
    this.ctx.runs.tags.value = withEntry(
      this.ctx.runs.tags.value,
      run,
      tags.length ? [...tags] : null,
    );
  }

  setNote(run: string, note: string): void {
    this.ctx.runs.notes.value = withEntry(this.ctx.runs.notes.value, run, note || null);
  }

  private nameWidth(): number {
    const names = this.names.value;
    const font = `600 12px ${this.ctx.theme.value.font}`;
    const every = Math.max(1, Math.floor(names.length / SAMPLE));
    let widest = 0;
    for (let row = 0; row < names.length; row += every) {
      widest = Math.max(widest, textWidth(this.ctx.runs.label(names[row]!), font));
    }
    return Math.round(Math.min(340, Math.max(130, widest + NAME_ROOM)));
  }
}

function widthOf(column: RunColumn): number {
  const sample = column.sample();
  let letters = 0;
  if (column.form === "number") {
    const { before, after } = partsOf(sample);
    letters = before + after;
  } else {
    sample.cells.forEach((_, i) => {
      letters = Math.max(letters, column.sampleText(i).length);
    });
  }
  return widthFor(letters, column.label, HEAD_ROOM, 200);
}

function toggled(list: readonly string[], name: string): string[] {
  return list.includes(name) ? list.filter((other) => other !== name) : [...list, name];
}

function withEntry<T>(held: Record<string, T>, run: string, value: T | null): Record<string, T> {
  const rest = Object.fromEntries(Object.entries(held).filter(([name]) => name !== run));
  return value === null ? rest : { ...rest, [run]: value };
}
