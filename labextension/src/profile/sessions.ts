// How sessions of profiling are called.
import type { Key } from "./store.ts";

/** What tells sessions apart: the run only where there are several. */
export function sessionNames(sessions: readonly Key[]): string[] {
  const several = new Set(sessions.map(([run]) => run)).size > 1;
  return sessions.map(([run, session]) => (several ? `${run} · ${session}` : session));
}
