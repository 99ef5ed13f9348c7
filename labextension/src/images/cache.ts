// The pictures the browser holds, bounded in bytes; what was shown longest ago goes first.

export interface Held {
  bytes: number;
}

export class Cache<T extends Held> {
  readonly budget: number;
  bytes = 0;
  private readonly entries = new Map<string, T>();
  private readonly drop: (value: T) => void;

  /** `drop` is called with each value that leaves, to revoke its URL. */
  constructor(budget: number, drop: (value: T) => void) {
    this.budget = budget;
    this.drop = drop;
  }

  get size(): number {
    return this.entries.size;
  }

  keys(): IterableIterator<string> {
    return this.entries.keys();
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** Looks without counting it as use. */
  peek(key: string): T | undefined {
    return this.entries.get(key);
  }

  get(key: string): T | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  /** Adds, and makes room: never at the cost of what `keep` says is on screen. */
  set(key: string, value: T, keep: (key: string) => boolean = () => false): void {
    this.delete(key);
    this.entries.set(key, value);
    this.bytes += value.bytes;
    if (this.bytes <= this.budget) return;
    for (const old of [...this.entries.keys()]) {
      if (this.bytes <= this.budget) break;
      if (old !== key && !keep(old)) this.delete(old);
    }
  }

  /** Counts bytes that were added to a value in place. */
  grow(key: string, bytes: number): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    value.bytes += bytes;
    this.bytes += bytes;
  }

  delete(key: string): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.bytes -= value.bytes;
    this.drop(value);
  }

  /** Drops what `stale` names, or everything. */
  clear(stale: (key: string) => boolean = () => true): void {
    for (const key of [...this.entries.keys()]) if (stale(key)) this.delete(key);
  }
}
