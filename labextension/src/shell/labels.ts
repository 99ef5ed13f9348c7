// Short names of runs: what all of them share is dropped (as in nbboard/views/run_labels.py,
// where it is explained; tests/vectors/run_labels.json ties the two).

export type HparamValue = string | number | boolean | null;
/** What is known of a run's hyperparameters; undefined where it has none. */
export type HparamsOf = (run: string) => ReadonlyMap<string, HparamValue> | undefined;

const SHORT = 24;
const TIME = "[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T_-][0-9]{2}[-:]?[0-9]{2}(?:[-:]?[0-9]{2})?)?";
const WORD = new RegExp(
  `${TIME}(?![0-9A-Za-z])|(?:[^\\s/_,;:|\\-]|(?<=[0-9][eE])-(?=[0-9])|(?<==)-(?=[0-9.]))+`,
  "gu",
);
const ASIDE = new RegExp(
  `^(?:${TIME}|(?:node|host|gpu|pid|job|rank|worker)[=.]?[0-9]+|[0-9]{6,}|(?=[a-z]*[0-9])[0-9a-f]{7,})$`,
);
const NUMBER = /^[0-9]+$/;
const SEEDS = [
  /^(?:random|rng)?seed[=.]?-?[0-9]*$/i,
  /^(?:rng|fold|rep|trial|try|run)[=.]?[0-9]+$/i,
  /^s[0-9]+$/i,
];
const BARE_SEED = /^(?:random|rng)?seed$/i;
const SEED_NAME = /(?:^|[._/-])(?:random_?|rng_?|global_?)?(?:seed|random_state)$/i;
const IDENTITY =
  /(?:^|[._/-])(?:id|name|uuid|dir|path|folder|host|hostname|time|timestamp|date|device)$|(?:run|exp|experiment|trial|job)_?(?:id|name)$|log_?dir$|output_?dir$/i;

const wordsOf = (name: string): string[] => name.match(WORD) ?? [];

/** A label for each name, in order; all of them differ if the names do. */
export function shortLabels(names: readonly string[]): string[] {
  if (names.length < 2 || names.every((name) => isShort(name))) return [...names];
  const words = names.map(wordsOf);
  const seen = countAll(words.map((one) => new Set(one)));
  const kept = words.map((one) => one.filter((word) => seen.get(word) !== names.length));
  const without = kept.map((one) => one.filter((word) => !ASIDE.test(word)));
  for (const found of [without, kept]) {
    const labels = found.map((one) => one.join(" "));
    if (labels.every(Boolean) && new Set(labels).size === names.length) return labels;
  }
  return withoutEnds(names);
}

function isShort(name: string): boolean {
  return name.length <= SHORT || (name.length <= 2 * SHORT && Array.from(name).length <= SHORT);
}

/** How often each text occurs. */
function countAll(groups: readonly Iterable<string>[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const group of groups) for (const one of group) seen.set(one, (seen.get(one) ?? 0) + 1);
  return seen;
}

/** Without the words at the beginning that all share; as they are where that is no use. */
function withoutEnds(names: readonly string[]): string[] {
  const low = names.reduce((a, b) => (a < b ? a : b));
  const high = names.reduce((a, b) => (a > b ? a : b));
  let start = 0;
  while (start < Math.min(low.length, high.length) && low[start] === high[start]) start++;
  while (start > 0 && !/[\s/_,;:|-]/.test(low[start - 1]!)) start--;
  const labels = names.map((name) => name.slice(start));
  return start > 0 && labels.every((label) => label.trim() !== "") ? labels : [...names];
}

/** As the kernel writes it: "0.1", "64", "true". */
export function hparamText(value: HparamValue): string {
  return value === null ? "None" : String(value);
}

/** Labels made of the hyperparameters that differ; short names where there are none. */
export function hparamLabels(names: readonly string[], hparams: HparamsOf): string[] {
  const keys = differing(names, hparams).filter((key) => !IDENTITY.test(key));
  const short = shortLabels(names);
  const labels = names.map((name, i) => valuesText(hparams(name), keys) || short[i]!);
  const times = countAll(labels.map((label) => [label]));
  return labels.map((label, i) => (times.get(label) === 1 ? label : `${label} · ${short[i]}`));
}

function valuesText(
  given: ReadonlyMap<string, HparamValue> | undefined,
  keys: readonly string[],
): string {
  if (!given) return "";
  const having = keys.filter((key) => given.has(key));
  return having.map((key) => `${key}=${hparamText(given.get(key)!)}`).join(" ");
}

/** The hyperparameters that do not have one value in all of the runs. */
function differing(names: readonly string[], hparams: HparamsOf): string[] {
  const found = new Map<string, Set<string>>();
  const having = new Map<string, number>();
  let runs = 0;
  for (const name of names) {
    const given = hparams(name);
    if (!given) continue;
    runs++;
    for (const [key, value] of given) {
      let values = found.get(key);
      if (!values) {
        values = new Set();
        found.set(key, values);
      }
      values.add(hparamText(value));
      having.set(key, (having.get(key) ?? 0) + 1);
    }
  }
  const keys = [...found].filter(([key, values]) => values.size > 1 || having.get(key)! < runs);
  return keys.map(([key]) => key).sort(byCodePoint);
}

/** As Python sorts text. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a run has in common with those that differ from it in the seed alone, or null. */
export function seedless(
  names: readonly string[],
  hparams: HparamsOf,
): (run: string) => string | null {
  const byName = seedlessNames(names);
  const ofName = (run: string): string | null => byName.get(run) ?? null;
  const different = differing(names, hparams);
  if (!different.some((key) => SEED_NAME.test(key))) return ofName;
  const keys = different.filter((key) => !SEED_NAME.test(key) && !IDENTITY.test(key));
  const found = new Map<string, string>();
  const short = new Map<string, Set<string | null>>();
  for (const name of names) {
    const given = hparams(name);
    if (!given) continue;
    const group = valuesText(given, keys) || "all";
    found.set(name, group);
    const words = short.get(group);
    if (words) words.add(ofName(name));
    else short.set(group, new Set([ofName(name)]));
  }
  // Where names say the same they are shorter.
  const same = [...short.values()].flatMap((words) => (words.size === 1 ? [...words] : []));
  const told = same.length === short.size && new Set(same).size === short.size;
  return told && !same.includes(null) ? ofName : (run) => found.get(run) ?? null;
}

/** The groups of runs whose names have a seed, by what is left of the names. */
function seedlessNames(names: readonly string[]): Map<string, string> {
  const taken = names.map(seedTakenOut);
  const bare = taken.map((one, i) => (one === null ? names[i]! : one.join(" ")));
  const unique = [...new Set(bare)];
  const short = shortLabels(unique);
  const labels = new Map(unique.map((text, i) => [text, short[i]!]));
  const groups = new Map<string, string>();
  taken.forEach((one, i) => {
    if (one !== null) groups.set(names[i]!, labels.get(bare[i]!) || "all");
  });
  return groups;
}

/** The words of a name but its seed, and when and where it was; null without a seed. */
function seedTakenOut(name: string): string[] | null {
  const words = wordsOf(name).filter((word) => !ASIDE.test(word));
  for (const pattern of SEEDS) {
    for (let i = 0; i < words.length; i++) {
      if (!pattern.test(words[i]!)) continue;
      const bare = BARE_SEED.test(words[i]!);
      if (bare && !NUMBER.test(words[i + 1] ?? "")) continue;
      return [...words.slice(0, i), ...words.slice(i + 1 + Number(bare))];
    }
  }
  return null;
}
