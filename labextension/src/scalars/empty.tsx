// What a view says when there is nothing to show: what was looked for, and where.
import type { ViewContext } from "../shell/context.ts";
import { Problems } from "../shell/frame.tsx";

export function EmptyScalars({ ctx }: { ctx: ViewContext }) {
  const { paths } = ctx.status.value;
  const runs = ctx.runs.names.value.length;
  return (
    <div class="nbb-empty">
      <strong>{runs === 0 ? "No event files yet" : "No scalars yet"}</strong>
      <span>
        {runs === 0
          ? `Looked for files named *tfevents* under ${paths.join(", ")}.`
          : `${runs} ${runs === 1 ? "run" : "runs"} under ${paths.join(", ")}, none with scalars.`}
      </span>
      <Problems ctx={ctx} />
      <span>What is logged from now on appears here by itself.</span>
    </div>
  );
}
