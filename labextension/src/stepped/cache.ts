// What the browser holds of a log, bounded in bytes; what was shown longest ago goes first.

export interface Held {
  bytes: number;
}

export class Cache<K, T extends Held> {
  readonly budget: number;
  bytes = 0;
  private readonly entries = new Map<K, T>();
  private readonly drop: (value: T) => void;

  /** `drop` is called with each value that leaves, to revoke its URL. */
  constructor(budget: number, drop: (value: T) => void) {
    this.budget = budget;
    this.drop = drop;
  }

  get size(): number {
    return this.entries.size;
  }

  keys(): IterableIterator<K> {
    return this.entries.keys();
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  /** Looks without counting it as use. */
  peek(key: K): T | undefined {
    return this.entries.get(key);
  }

  get(key: K): T | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  /** Adds, and makes room: never at the cost of what `keep` says is on screen. */
  set(key: K, value: T, keep: (key: K) => boolean = () => false): void {
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
  grow(key: K, bytes: number): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    value.bytes += bytes;
    this.bytes += bytes;
  }

  delete(key: K): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.bytes -= value.bytes;
    this.drop(value);
  }

  /** Drops what `stale` names, or everything. */
  clear(stale: (key: K) => boolean = () => true): void {
    for (const key of [...this.entries.keys()]) if (stale(key)) this.delete(key);
  }
}
