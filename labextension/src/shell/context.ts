// What a view is written against: its options, its data, its kernel, its runs, its host.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { innerOf } from "./inner.ts";
import { type Model, Saver, traitSignal } from "./model.ts";
import { entryOf } from "./names.ts";
import { type Content, Link } from "./protocol.ts";
import { RunList } from "./runs.ts";
import { type Theme, watchTheme } from "./theme.ts";
import { unpack } from "./wire.ts";

export interface Status {
  /** When the kernel last looked, seconds since the epoch by its clock. */
  time: number;
  paths: string[];
  problems: string[];
  n_problems: number;
  /** Those of them that cost data; the others are folders that are missing, and the like. */
  n_damaged: number;
}

export interface ViewContext {
  readonly model: Model;
  /** An option as a signal: reading follows the trait, writing sets it. Its default is Python's. */
  option<T>(name: string, fallback?: T): Signal<T>;
  /** What Python says of an option: its default, limits, choices and help. */
  about(name: string): OptionFacts;
  /**
   * What `View.payload()` returned: the data of the first picture. With `outline` it is what
   * `View.outline()` returned, and the payload comes as news.
   */
  readonly payload: Content;
  /** Begin to hear the kernel, once whoever listens to news is there. */
  open(): void;
  /** Be told what `View.news()` returned; the data should be merged, not replaced. */
  onNews(listener: (news: Content) => void): () => void;
  /** Ask `View.answer(method, params)`; waits while a cell runs. */
  request(method: string, params?: Record<string, unknown>): Promise<Content>;
  /** Whether an answer is overdue because a cell runs. */
  readonly busy: ReadonlySignal<boolean>;
  /** Whether its kernel is gone: restarted, ended, or out of reach. */
  readonly lost: ReadonlySignal<boolean>;
  /** The run list, shared by all views of the log. */
  readonly runs: RunList;
  /** The runs that this view has data of. */
  readonly ownRuns: ReadonlySignal<readonly string[]>;
  /** Those of them that are checked and pass the filter, in natural order. */
  readonly shownRuns: ReadonlySignal<readonly string[]>;
  readonly status: ReadonlySignal<Status>;
  /** Whether the board has the bar and the run list, so that the view needs none. */
  readonly embedded: ReadonlySignal<boolean>;
  /** Colours and font of the host, for canvases; CSS has them as variables. */
  readonly theme: ReadonlySignal<Theme>;
  /** Set what `view.selection` returns in Python. */
  select(selection: Record<string, unknown>): void;
}

/** As `option_schema` in nbboard/views/shared/options.py. */
export interface OptionFacts {
  default?: unknown;
  help?: string;
  min?: number;
  max?: number;
  choices?: readonly string[];
  /** An integer that is a text here, which would be rounded as a number. */
  exact?: boolean;
}

const NO_STATUS: Status = { time: 0, paths: [], problems: [], n_problems: 0, n_damaged: 0 };

export async function createContext(model: Model): Promise<ViewContext> {
  const saver = new Saver(model);
  const options = new Map<string, Signal<unknown>>();
  const facts = (model.get("_options") ?? {}) as Record<string, OptionFacts>;
  const option = <T>(name: string, fallback?: T): Signal<T> => {
    let found = options.get(name);
    if (!found) {
      found = traitSignal<unknown>(model, saver, name, fallback);
      options.set(name, found);
    }
    return found as Signal<T>;
  };
  const link = new Link(model);
  const runs = await RunList.of(model);
  const payload = unpack(model.get("_payload") ?? {});
  runs.facts.expect(payload.run_list ?? 0);
  // Numbers of the run list, whose names may come a moment later; null for all that it has.
  const ownNumbers = signal<Uint32Array | null>(payload.runs ?? null);
  const ownRuns = computed<readonly string[]>(() => {
    const names = runs.names.value;
    if (ownNumbers.value === null) return names;
    return Array.from(ownNumbers.value, (number) => runs.facts.nameOf(number)).filter(
      (name) => name !== undefined,
    );
  });
  const status = signal<Status>({ ...NO_STATUS, ...payload.status });
  link.onNews((news) => {
    if (news.runs !== undefined) ownNumbers.value = news.runs;
    if (news.status) status.value = { ...status.peek(), ...news.status };
  });
  if (payload.outline)
    model.on("change:_payload", () => link.deliver(unpack(model.get("_payload"))));
  // A page that was exported from a notebook has models, and never had a kernel.
  const lost = signal((await innerOf(model))?.comm_live === false);
  model.on("comm_live_update", () => {
    void innerOf(model).then((inner) => {
      lost.value = !inner?.comm_live;
    });
  });
  const theme = watchTheme(option<string>("theme", "auto"));
  theme.subscribe((value) => {
    runs.dark.value = value.dark;
  });
  const selection = option<Record<string, unknown>>("_selection", {});
  return {
    model,
    option,
    about: (name) => entryOf(facts, name) ?? {},
    payload,
    open: () => {
      link.open();
      link.tell({ type: "ready" });
    },
    onNews: (listener) => link.onNews(listener),
    request: (method, params) => link.request(method, params),
    busy: link.busy,
    lost,
    runs,
    ownRuns,
    shownRuns: computed(() => ownRuns.value.filter((run) => runs.shown.value.has(run))),
    status,
    embedded: option("embedded", false),
    theme,
    select: (value) => {
      selection.value = value;
    },
  };
}
