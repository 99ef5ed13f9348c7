// Trials as they come from the kernel: all of them first, then what changed.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Content } from "../../shell/wire.ts";
import { follows, mergeTrials } from "./merge.ts";
import { ExactStep, FinerCurves } from "./requests.ts";
import {
  NO_TRIALS,
  type NumberedContent,
  type TrialSet,
  type TrialsContent,
  withNames,
} from "./trials.ts";

export class ReceivedTrials {
  readonly set: Signal<TrialSet> = signal(NO_TRIALS);
  readonly exact: ExactStep;
  readonly finer: FinerCurves;
  /** What came before the names of its runs. */
  private readonly waiting: NumberedContent[] = [];
  private readonly ctx: ViewContext;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.exact = new ExactStep(ctx);
    this.finer = new FinerCurves(ctx);
    this.receive(ctx.payload);
    ctx.onNews((news) => this.receive(news));
    ctx.runs.names.subscribe(() => this.mergeWaiting());
  }

  /** Takes over what the kernel sent, in turn, once the names of its runs are known. */
  private receive(content: Content): void {
    if (!content?.trials) return;
    this.waiting.push(content.trials as NumberedContent);
    this.mergeWaiting();
  }

  private mergeWaiting(): void {
    const nameOf = (number: number): string | undefined => this.ctx.runs.facts.nameOf(number);
    while (this.waiting.length) {
      const content = withNames(this.waiting[0]!, nameOf);
      if (!content) return;
      this.waiting.shift();
      this.merge(content);
    }
  }

  private merge(content: TrialsContent): void {
    const held = this.set.peek();
    if (!follows(held, content)) {
      this.ctx.request("trials").then(
        (all) => this.receive(all),
        () => undefined,
      );
      return;
    }
    this.set.value = mergeTrials(held, content);
    this.exact.held.value = null;
    this.finer.forget(content.sessions.runs);
  }
}
