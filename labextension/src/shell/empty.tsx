// What a view says where there is nothing to show: what was looked for, and where.
import { formatCount } from "../draw/format.ts";
import type { ViewContext } from "./context.ts";
import { Problems } from "./frame.tsx";

interface EmptyProps {
  ctx: ViewContext;
  /** What the view shows, as "scalars". */
  what: string;
  /** What writes that. */
  from?: string;
  /** How many of them the log has that are outside of the selection. */
  others?: number;
}

/** The log has nothing that the view shows. */
export function Empty({ ctx, what, from, others = 0 }: EmptyProps) {
  const { paths } = ctx.status.value;
  const runs = ctx.runs.names.value.length;
  const where = paths.length ? ` under ${paths.join(", ")}` : "";
  if (others > 0) {
    return (
      <div class="nbb-empty">
        <strong>The selection matches nothing</strong>
        <span>
          {formatCount(runs, "run")}
          {where} with {others.toLocaleString("en")} series of {what}, none of them is selected.
        </span>
      </div>
    );
  }
  return (
    <div class="nbb-empty">
      <strong>{runs === 0 ? "No event files yet" : `No ${what} yet`}</strong>
      <span>
        {runs === 0
          ? `Looked for files named *tfevents*${where}.`
          : `${formatCount(runs, "run")}${where}, none with ${what}.`}
      </span>
      <Problems ctx={ctx} />
      {runs > 0 && from && <span>{from}</span>}
      {!ctx.model.get("saved") && !ctx.lost.value && (
        <span>What is logged from now on appears here by itself.</span>
      )}
    </div>
  );
}

/** The filter lets no tag through. */
export function NoTag({ filter, total }: { filter: string; total: number }) {
  return (
    <div class="nbb-empty">
      <strong>No tag matches “{filter}”</strong>
      <span>
        There {total === 1 ? "is" : "are"} {formatCount(total, "tag")}.
      </span>
    </div>
  );
}
