// What is asked of the kernel beyond what it sends: it comes when the kernel is free.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import type { Content } from "../shell/protocol.ts";
import { numbersOf, type TrialSet } from "./model.ts";
import type { ReduceOptions } from "./reduce.ts";

/** Steps and values of one metric of a session. */
interface Curve {
  step: Float64Array;
  value: Float64Array;
}

/** Curves with more points than every session's are sent with. */
export class FinerCurves {
  /** By run, in the order of the metrics. */
  readonly held: Signal<ReadonlyMap<string, Curve[]>> = signal(new Map());
  private readonly ctx: ViewContext;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
  }

  /** Asks for those of a trial, unless all its points are here. */
  ask(set: TrialSet, trial: number): void {
    set.trialOf.forEach((other, session) => {
      const run = set.runs[session]!;
      if (other !== trial || this.held.peek().has(run)) return;
      const whole = set.metrics.every((_, metric) => {
        const pair = metric * set.runs.length + session;
        return set.statistics.count[pair] === set.offset[pair + 1]! - set.offset[pair]!;
      });
      if (whole) return;
      this.ctx.request("curves", { run }).then(
        (answer) => this.take(run, answer),
        () => undefined,
      );
    });
  }

  /** Forgets those of runs that have grown. */
  forget(runs: readonly string[]): void {
    const changed = new Set(runs);
    const rest = [...this.held.peek()].filter(([run]) => !changed.has(run));
    if (rest.length !== this.held.peek().size) this.held.value = new Map(rest);
  }

  private take(run: string, answer: Content): void {
    const numbers = numbersOf(answer.numbers);
    const lengths = answer.lengths as number[];
    const total = lengths.reduce((a, b) => a + b, 0);
    let at = 0;
    const curves = lengths.map((length) => {
      const from = at;
      at += length;
      return {
        step: numbers.subarray(from, at),
        value: numbers.subarray(total + from, total + at),
      };
    });
    this.held.value = new Map([...this.held.peek(), [run, curves]]);
  }
}

/** The metrics of all sessions at a step, where the curves that are held cannot tell them. */
export class ExactStep {
  /** Null while the kernel has not answered, or need not. */
  readonly held: Signal<ReduceOptions["exact"]> = signal(null);
  private readonly ctx: ViewContext;
  private waiting: number | null = null;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
  }

  /** Asks for one step at a time, and for the last one that was wanted meanwhile. */
  ask(wanted: () => number | null, expected: () => number): void {
    const step = wanted();
    if (step === null || this.waiting !== null) return;
    this.waiting = step;
    const done = (): void => {
      this.waiting = null;
      const now = wanted();
      if (now !== null && now !== step) this.ask(wanted, expected);
    };
    this.ctx.request("step", { step }).then((answer) => {
      const at = numbersOf(answer.at);
      const value = numbersOf(answer.value);
      if (at.length === expected()) this.held.value = { step, value, at };
      done();
    }, done);
  }
}
