// Filters as TensorBoard has them: regular expressions, unanchored, case-insensitive.

export interface Filter {
  /** Whether a name passes. */
  test(name: string): boolean;
  /** What is wrong with the pattern; it then lets everything pass. */
  error: string | null;
}

const EVERYTHING: Filter = { test: () => true, error: null };

export function compileFilter(pattern: string): Filter {
  if (!pattern) return EVERYTHING;
  const regex = compile(pattern);
  if (regex instanceof Error) return { test: () => true, error: regex.message };
  return { test: (name) => regex.test(name), error: null };
}

function compile(pattern: string): RegExp | Error {
  try {
    // Python writes named groups as (?P<name>...), JavaScript without the P.
    return new RegExp(pattern.replaceAll("(?P<", "(?<"), "i");
  } catch (error) {
    return error as Error;
  }
}

/** What a run has in common with others under a rule: its capture groups, or null. */
export function captureKey(pattern: string): (run: string) => string | null {
  const regex = pattern ? compile(pattern) : new Error();
  if (regex instanceof Error) return () => null;
  return (run) => {
    const found = regex.exec(run);
    if (!found) return null;
    return found.length > 1
      ? found
          .slice(1)
          .map((part) => part ?? "")
          .join(", ")
      : found[0];
  };
}
