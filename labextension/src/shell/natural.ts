// The order of names in which run2 comes before run10, and lr=0.003 before lr=0.1; the same as
// natural_key in nbboard/text.py, which says why (tests/vectors/natural.json ties them).

/** Decimals and exponents count; dotted chains are whole numbers, and so are those of hashes. */
const NUMBER = new RegExp(
  [
    "(?<![0-9.])[0-9]+\\.[0-9]+(?:[eE][-+]?[0-9]+(?![0-9A-Za-z]))?(?![0-9]*\\.[0-9])",
    "[0-9]+[eE][-+][0-9]+(?![0-9A-Za-z])",
    "(?<![0-9A-Za-z])[0-9]+[eE][0-9]{1,2}(?![0-9A-Za-z])",
    "[0-9]+",
  ].join("|"),
  "g",
);
const LARGEST = 20_000;

export function naturalKey(text: string): string {
  return text.replace(NUMBER, ranked);
}

/** The place of the first digit, then the digits: that orders numbers exactly, of any size. */
function ranked(found: string): string {
  const [mantissa = "", exponent = ""] = found.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const zeros = Math.min(whole.length - whole.replace(/^0+/, "").length, 0xffff);
  let size = 0;
  if (digits) {
    size = digits.length - fraction.length + (exponent ? Number(exponent) : 0);
    size = 0x8000 + Math.max(-LARGEST, Math.min(size, LARGEST));
  }
  const parts = String.fromCharCode(1, size);
  return `${parts}${digits.replace(/0+$/, "")}\0${String.fromCharCode(0xffff - zeros)}`;
}

/** Names in natural order; a new list. */
export function naturally(names: Iterable<string>): string[] {
  const keyed = Array.from(names, (name) => [naturalKey(name), name] as const);
  return keyed.sort(([a], [b]) => compare(a, b)).map(([, name]) => name);
}

/** By code points, as Python does: by UTF-16 units letters beyond U+FFFF would stand earlier. */
function compare(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return weight(a, i, x) - weight(b, i, y) || x - y;
  }
  return a.length - b.length;
}

/** The code point that a unit belongs to, if it is half of a pair. */
function weight(text: string, at: number, unit: number): number {
  if (unit >= 0xdc00 && unit <= 0xdfff && at > 0) {
    const before = text.codePointAt(at - 1)!;
    return before > 0xffff ? before : unit;
  }
  return text.codePointAt(at)!;
}
