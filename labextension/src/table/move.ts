// The order of columns, and what moving one of them does to it.

/** Keys in the order of an option: those it names, then the rest. */
export function orderKeys(keys: Iterable<string>, first: readonly string[]): string[] {
  const all = [...keys];
  const known = new Set(all);
  const named = [...new Set(first)].filter((key) => known.has(key));
  const taken = new Set(named);
  return [...named, ...all.filter((key) => !taken.has(key))];
}

/** Moves a key before another, or to the end if there is none. */
export function moveKey(keys: readonly string[], key: string, before: string | null): string[] {
  const rest = keys.filter((other) => other !== key);
  const at = before === null ? rest.length : rest.indexOf(before);
  rest.splice(at < 0 ? rest.length : at, 0, key);
  return rest;
}

/** Moves a visible key one place among the visible ones. */
export function stepKey(
  keys: readonly string[],
  visible: readonly string[],
  key: string,
  by: -1 | 1,
): string[] {
  const at = visible.indexOf(key);
  const other = visible[at + by];
  if (at < 0 || other === undefined) return keys.slice();
  if (by < 0) return moveKey(keys, key, other);
  return moveKey(keys, other, key);
}

/** Where a column was dropped: before another, or behind it. */
export interface Place {
  before: string | null;
  behind: string | null;
}

/** Moves a key to where it was dropped. */
export function dropKey(keys: readonly string[], key: string, place: Place): string[] {
  if (place.before !== null) return moveKey(keys, key, place.before);
  if (place.behind === null) return keys.slice();
  const rest = keys.filter((other) => other !== key);
  return moveKey(keys, key, rest[rest.indexOf(place.behind) + 1] ?? null);
}
