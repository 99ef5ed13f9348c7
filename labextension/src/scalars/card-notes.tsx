// What a card says of its points: how many there are, what is left out, why it is empty.
import { formatCount, formatShare } from "../draw/format.ts";
import type { ViewContext } from "../shell/context.ts";
import { shorten } from "../shell/names.ts";
import { type Counts, isTag, type Line, MOST_LINES } from "./lines.ts";

/** Of a mark's or a note's runs so many are named. */
export const NAMED = 6;

interface InfoProps {
  counts: Counts;
  x: string;
  lines: number;
  coarse: boolean;
  busy: boolean;
  /** What is wrong with the card itself. */
  note?: string;
}

/** "1,024 of 2,000,000 points", "3 hidden by a restart", "2 not finite": small, and true. */
export function Info({ counts, x, lines, coarse, busy, note }: InfoProps) {
  const { held, total, hidden, odd, undated, undatedRuns, noX, awaited } = counts;
  const many = (count: number): string => count.toLocaleString("en");
  const parts: string[] = [];
  const details: string[] = [];
  if (note) {
    parts.push(note);
    details.push(`${note}.`);
  }
  if (total > 0) {
    parts.push(formatShare(held, total, "point"));
    details.push(
      `${formatShare(held, total, "point")} drawn; least and greatest are always among them.`,
    );
  }
  if (awaited > 0) {
    parts.push(`${formatCount(awaited, "run")} ${busy ? "when the cell ends" : "loading"}`);
  }
  if (hidden > 0) {
    parts.push(`${many(hidden)} before a restart`);
    details.push(`${many(hidden)} earlier points were logged again after a restart.`);
  }
  if (odd > 0) {
    parts.push(`${odd === held && hidden === 0 ? "all" : many(odd)} not finite`);
    details.push(`${many(odd)} are NaN or infinite: triangles on the axis.`);
  }
  if (undated > 0) {
    parts.push(`${many(undated)} without a date`);
    details.push(`The wall time of ${many(undated)} points is no date: ${namesText(undatedRuns)}.`);
  }
  if (noX.length > 0) {
    parts.push(`${formatCount(noX.length, "run")} without ${x}`);
    details.push(`Nothing to draw against ${x}: ${namesText(noX)}.`);
  }
  if (lines === MOST_LINES) parts.push(`the first ${many(MOST_LINES)} runs`);
  if (coarse) parts.push(busy ? "finer when the cell ends" : "loading finer");
  return (
    <span class="nbb-card-info" title={details.join(" ") || undefined}>
      {parts.join(" · ")}
    </span>
  );
}

function namesText(runs: readonly string[]): string {
  const more = runs.length > NAMED ? ` and ${runs.length - NAMED} more` : "";
  return `${runs.slice(0, NAMED).join(", ")}${more}`;
}

interface PlaceholderProps {
  ctx: ViewContext;
  counts: Counts;
  lines: readonly Line[];
  x: string;
  /** Why there are no lines, where the card itself says it. */
  why?: string;
}

/** What stands in an empty card: nothing chosen, nothing to draw, or not here yet. */
export function Placeholder({ ctx, counts, lines, x, why }: PlaceholderProps) {
  if (lines.length === 0 && counts.awaited > 0) {
    return (
      <div class="nbb-chart-note nbb-skeleton" aria-busy="true">
        {ctx.busy.value ? "The kernel is busy: more when the cell ends" : ""}
      </div>
    );
  }
  if (lines.some((line) => line.x.some((at) => Number.isFinite(at)))) return null;
  return (
    <div class="nbb-chart-note">
      {(lines.length === 0 && why) || emptyText(ctx, lines.length, x)}
    </div>
  );
}

function emptyText(ctx: ViewContext, lines: number, x: string): string {
  if (lines > 0) {
    return isTag(x) ? `No run here has a point of ${x}` : "No point here has a date";
  }
  const { runs } = ctx;
  if (ctx.shownRuns.value.length > 0) return "No run with this tag is shown";
  if (ctx.ownRuns.value.some((run) => runs.passes.value(run))) return "No run is checked";
  return runs.filter.value
    ? `No run matches “${shorten(runs.filter.value, 40)}”`
    : "No run is listed";
}
