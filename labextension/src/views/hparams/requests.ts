// What is asked of the kernel beyond what it sends: it comes when the kernel is free.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { ExactValues } from "./reduce.ts";
import { type Curve, holdsAll, type PackedCurves, type TrialSet, unpackCurves } from "./trials.ts";

/** Curves with more points than every session's are sent with. */
export class FinerCurves {
  /** By run, in the order of the metrics. */
  readonly held: Signal<ReadonlyMap<string, Curve[]>> = signal(new Map());
  private readonly ctx: ViewContext;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
  }

  /** Asks for those of some sessions, unless all their points are here. */
  ask(set: TrialSet, sessions: readonly number[]): void {
    for (const session of sessions) {
      const run = set.runs[session]!;
      if (this.held.peek().has(run) || holdsAll(set, [session])) continue;
      this.ctx.request("curves", { run }).then(
        ({ curves }: { curves: PackedCurves }) => {
          this.held.value = new Map([...this.held.peek(), [run, unpackCurves(curves)]]);
        },
        () => undefined,
      );
    }
  }

  /** Forgets those of runs that have changed. */
  forget(runs: readonly string[]): void {
    const changed = new Set(runs);
    const rest = [...this.held.peek()].filter(([run]) => !changed.has(run));
    if (rest.length !== this.held.peek().size) this.held.value = new Map(rest);
  }
}

/** The metrics of all sessions at a step, where the curves that are held cannot tell them. */
export class ExactStep {
  /** Null while the kernel has not answered, or need not. */
  readonly held: Signal<ExactValues | null> = signal(null);
  private readonly ctx: ViewContext;
  private waiting: string | null = null;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
  }

  /** Asks for one step at a time, and for the last one that was wanted meanwhile. */
  ask(wanted: () => string | null, version: () => number): void {
    const step = wanted();
    if (step === null || this.waiting !== null) return;
    this.waiting = step;
    const done = (): void => {
      this.waiting = null;
      const now = wanted();
      if (now !== null && now !== step) this.ask(wanted, version);
    };
    this.ctx.request("step", { step }).then((answer: ExactValues & { version: number }) => {
      if (answer.version === version()) this.held.value = answer;
      done();
    }, done);
  }
}
