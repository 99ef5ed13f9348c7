// Cases that both languages must agree on: tests/vectors/*.json, read by pytest, too.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export function vectors<T>(name: string): T {
  const file = join(import.meta.dirname, "../../tests/vectors", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as T;
}
