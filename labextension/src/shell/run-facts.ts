// What the log says of its runs: names, hyperparameters, what they need attention for. It comes
// once, and then what is new: there may be a hundred thousand runs. Each has a number.
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { HparamsOf, HparamValue } from "./labels.ts";
import type { Model } from "./model.ts";
import { type Content, unpack } from "./wire.ts";

/** The values of one hyperparameter, and for each run's number which of them it has, from 1. */
interface HparamColumn {
  values: HparamValue[];
  codes: Uint8Array | Uint16Array | Uint32Array;
}

interface News {
  added?: [place: number, number: number, name: string][];
  gone?: number[];
  /** How many runs there are then. */
  count?: number;
  flags?: [number: number, flags: number][];
  hparams?: Record<string, HparamColumn>;
  /** Those of some runs alone, in place of what they had. */
  hparams_of?: [number: number, given: Record<string, HparamValue>][];
}

type HparamColumns = ReadonlyMap<string, HparamColumn>;

export class RunFacts {
  /** Every run of the log, in natural order. */
  readonly names: Signal<readonly string[]> = signal([]);
  /** What runs need attention for, as bits; those without are left out. */
  readonly flags: Signal<ReadonlyMap<string, number>> = signal(new Map());
  readonly hparamNames: ReadonlySignal<readonly string[]>;
  readonly hparamsOf: ReadonlySignal<HparamsOf>;
  /** The runs in the order in which they began. */
  readonly oldestFirst: ReadonlySignal<readonly string[]>;
  private readonly hparams: Signal<HparamColumns> = signal(new Map());
  private byNumber: (string | undefined)[] = [];
  private numbers = new Map<string, number>();
  private version = 0;
  private asked = false;
  private readonly model: Model | null;

  constructor(model: Model | null) {
    this.model = model;
    this.hparamNames = computed(() => [...this.hparams.value.keys()]);
    this.hparamsOf = computed(() => this.readHparams(this.hparams.value));
    this.oldestFirst = computed(() =>
      [...this.names.value].sort((a, b) => this.numberOf(a) - this.numberOf(b)),
    );
    if (!model) return;
    this.takeAll(unpack(model.get("_known") ?? {}));
    model.on("change:_known", () => this.takeAll(unpack(model.get("_known") ?? {})));
    model.on("msg:custom", ((message: Content, buffers: DataView[]) => {
      if (message?.type === "runs") {
        this.take(unpack(message.content, buffers ?? []) as News, message.version as number);
      }
    }) as never);
  }

  /** Have everything again if the kernel has told more than what came here. */
  expect(version: number): void {
    if (version > this.version) this.askForAll();
  }

  /** The name of a run's number; undefined before it is known. */
  nameOf(number: number): string | undefined {
    return this.byNumber[number];
  }

  numberOf(run: string): number {
    return this.numbers.get(run) ?? 0;
  }

  private takeAll(known: Content): void {
    this.version = known.version ?? 0;
    this.asked = false;
    const names = (known.names ?? []) as string[];
    const numbers = (known.numbers ?? []) as Uint32Array;
    this.byNumber = [];
    this.numbers = new Map();
    names.forEach((name, i) => {
      this.byNumber[numbers[i]!] = name;
      this.numbers.set(name, numbers[i]!);
    });
    batch(() => {
      this.names.value = names;
      this.hparams.value = new Map(Object.entries(known.hparams ?? {}));
      this.flags.value = new Map();
      this.takeFlags(known.flags ?? []);
    });
  }

  private take(news: News, version: number): void {
    if (version !== this.version + 1) {
      if (version > this.version) this.askForAll();
      return;
    }
    this.version = version;
    batch(() => {
      if (news.hparams) this.hparams.value = new Map(Object.entries(news.hparams));
      if (news.hparams_of) this.hparams.value = patched(this.hparams.value, news.hparams_of);
      if (news.added || news.gone) this.takeNames(news);
      if (news.flags) this.takeFlags(news.flags);
    });
  }

  private takeNames(news: News): void {
    const gone = new Set((news.gone ?? []).map((number) => this.byNumber[number]));
    const names = gone.size
      ? this.names.value.filter((name) => !gone.has(name))
      : [...this.names.value];
    for (const [place, number, name] of [...(news.added ?? [])].sort((a, b) => a[0] - b[0])) {
      this.byNumber[number] = name;
      this.numbers.set(name, number);
      if (names[place] !== name) names.splice(place, 0, name);
    }
    if (names.length !== news.count) this.askForAll();
    else this.names.value = names;
  }

  private takeFlags(changed: readonly [number, number][]): void {
    const flags = new Map(this.flags.value);
    for (const [number, bits] of changed) {
      const name = this.byNumber[number];
      if (name === undefined) continue;
      if (bits) flags.set(name, bits);
      else flags.delete(name);
    }
    this.flags.value = flags;
  }

  /** Some news were missed: have everything again. */
  private askForAll(): void {
    if (this.asked) return;
    this.asked = true;
    try {
      this.model?.send({ type: "missed" });
    } catch {
      // No kernel: what is known stays.
    }
  }

  private readHparams(columns: HparamColumns): HparamsOf {
    const found = new Map<string, ReadonlyMap<string, HparamValue>>();
    const entries = [...columns];
    return (run) => {
      const known = found.get(run);
      if (known) return known;
      const number = this.numbers.get(run);
      if (number === undefined) return undefined;
      const values = new Map<string, HparamValue>();
      for (const [name, { values: all, codes }] of entries) {
        const code = codes[number];
        if (code) values.set(name, all[code - 1]!);
      }
      if (values.size === 0) return undefined;
      found.set(run, values);
      return values;
    };
  }
}

/** The columns with other values for some runs. */
function patched(columns: HparamColumns, changed: News["hparams_of"] & object): HparamColumns {
  const size = Math.max(0, ...changed.map(([number]) => number + 1));
  const next = new Map<string, { values: HparamValue[]; codes: Uint32Array }>();
  const column = (name: string) => {
    const made = next.get(name);
    if (made) return made;
    const { values, codes } = columns.get(name) ?? { values: [], codes: new Uint8Array() };
    const room = new Uint32Array(Math.max(size, codes.length));
    room.set(codes);
    const fresh = { values: [...values], codes: room };
    next.set(name, fresh);
    return fresh;
  };
  for (const [number, given] of changed) {
    for (const name of columns.keys()) column(name).codes[number] = 0;
    for (const [name, value] of Object.entries(given)) {
      const { values, codes } = column(name);
      const at = values.indexOf(value);
      codes[number] = (at < 0 ? values.push(value) : at + 1) >>> 0;
    }
  }
  return new Map([...columns, ...next]);
}
