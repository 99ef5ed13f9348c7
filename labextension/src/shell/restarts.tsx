// What becomes of points that a job logged before it crashed and was started again.
import type { Signal } from "@preact/signals";
import type { ViewContext } from "./context.ts";
import { MenuSelect } from "./controls.tsx";

export type Restarts = "latest" | "keep" | "purge";

const TEXTS: Record<Restarts, string> = {
  latest: "hide what was logged again",
  purge: "hide what a job declared void",
  keep: "show all points",
};

/** A choice for a menu. Which points were declared void only the kernel knows. */
export function RestartsSelect({ ctx, value }: { ctx: ViewContext; value: Signal<Restarts> }) {
  const alone = Boolean(ctx.model.get("saved")) || ctx.lost.value;
  const rules = (Object.keys(TEXTS) as Restarts[]).filter(
    (rule) => rule !== "purge" || !alone || value.value === "purge",
  );
  return (
    <MenuSelect<Restarts>
      label="Restarts"
      value={value.value}
      options={rules.map((rule) => [rule, TEXTS[rule]] as const)}
      onChange={(rule) => {
        value.value = rule;
      }}
    />
  );
}
