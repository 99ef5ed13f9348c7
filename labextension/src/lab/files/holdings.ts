// Which folders hold event files: looked up when the pointer rests on one, so that the
// context menu knows it when it opens.
import { isEventFile } from "./logs.ts";

export interface Entry {
  name: string;
  path: string;
  directory: boolean;
}

export type List = (path: string) => Promise<Entry[]>;

/** How deep runs usually lie: logs/run/train/events... */
const DEPTH = 3;
/** How many folders are listed at most to answer once. */
const LIMIT = 8;
const FRESH_MS = 15_000;

export class Holdings {
  private readonly list: List;
  private readonly now: () => number;
  private readonly known = new Map<string, { holds: boolean; at: number }>();
  private readonly asked = new Map<string, Promise<boolean>>();

  constructor(list: List, now: () => number = Date.now) {
    this.list = list;
    this.now = now;
  }

  /** What is known now; false for what has not been looked at. */
  holds(path: string): boolean {
    return this.known.get(path)?.holds ?? false;
  }

  /** Looks into a folder, unless it was done a moment ago. */
  look(path: string): Promise<boolean> {
    const known = this.known.get(path);
    if (known && this.now() - known.at < FRESH_MS) return Promise.resolve(known.holds);
    const asked = this.asked.get(path);
    if (asked) return asked;
    const answer = this.search(path)
      .catch(() => false)
      .then((holds) => {
        this.known.set(path, { holds, at: this.now() });
        this.asked.delete(path);
        return holds;
      });
    this.asked.set(path, answer);
    return answer;
  }

  /** Breadth first, and never more than a few folders. */
  private async search(path: string): Promise<boolean> {
    let level = [path];
    let left = LIMIT;
    for (let depth = 0; depth < DEPTH && level.length > 0; depth += 1) {
      const next: string[] = [];
      for (const folder of level) {
        if (left === 0) return false;
        left -= 1;
        for (const entry of await this.list(folder)) {
          if (entry.directory) next.push(entry.path);
          else if (isEventFile(entry.name)) return true;
        }
      }
      level = next;
    }
    return false;
  }
}
