// Looks for points: conditions at once, patterns in a worker that is ended if they take too long.
import { effect, type Signal, signal } from "@preact/signals";
import { compileFilter } from "../../shell/regex.ts";
import { Work } from "../../worker/worker.ts";
import { conditionOf, meet, textsOf } from "./find.ts";
import type { Pane } from "./pane.ts";
import source from "./reduce.worker.ts?text";
import type { ReduceJobs } from "./reduce.worker.ts";
import type { ProjectorStore } from "./store.ts";

const DEADLINE_MS = 2000;
/** After a key, before it is looked. */
const SETTLE_MS = 150;

export class Finder {
  readonly error: Signal<string> = signal("");
  private readonly work = new Work<ReduceJobs>(source);
  private number = 0;

  constructor(store: ProjectorStore) {
    effect(() => {
      const query = store.search.value;
      const panes = store.panes.value.map((pane) => [pane, pane.facts.value] as const);
      const number = ++this.number;
      if (!query.trim()) {
        this.error.value = "";
        for (const [pane] of panes) pane.found.value = null;
        return;
      }
      setTimeout(() => {
        if (number === this.number) for (const [pane] of panes) void this.look(pane, query, number);
      }, SETTLE_MS);
    });
  }

  private async look(pane: Pane, query: string, number: number): Promise<void> {
    const facts = pane.facts.peek();
    if (!facts) return;
    const condition = conditionOf(query, facts.columns);
    if (condition) {
      this.error.value = "";
      pane.found.value = meet(condition, facts.count);
      return;
    }
    const { error } = compileFilter(query);
    if (error) {
      this.error.value = error;
      return;
    }
    const columns = textsOf(facts.columns, facts.count);
    const timer = setTimeout(() => this.work.close(), DEADLINE_MS);
    try {
      const found = await this.work.run("find", { pattern: query, columns });
      if (number !== this.number) return;
      this.error.value = "";
      pane.found.value = found;
    } catch (failure) {
      if (number !== this.number) return;
      const said = (failure as Error).message;
      this.error.value = said.includes("closed") ? "This pattern takes too long." : said;
    } finally {
      clearTimeout(timer);
    }
  }
}
