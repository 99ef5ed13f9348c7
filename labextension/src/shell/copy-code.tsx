// "Copy as Python": the line that makes this very view.
import { useSignal } from "@preact/signals";
import { pythonLine } from "./code.ts";
import type { ViewContext } from "./context.ts";
import { Button } from "./controls.tsx";
import { sameValue } from "./model.ts";

const SAID_MS = 1500;

/** The line of Python of a view; null where nothing says where it comes from. */
export function codeOf(ctx: ViewContext): string | null {
  const facts = ctx.model.get("_code") as { source?: string; options?: string[] } | undefined;
  if (!facts?.source) return null;
  const settings = new Map<string, unknown>();
  for (const name of facts.options ?? []) {
    const value = ctx.option<unknown>(name).peek();
    const { default: usual, exact } = ctx.about(name);
    if (sameValue(value, usual)) continue;
    settings.set(name, exact && typeof value === "string" ? BigInt(value) : value);
  }
  for (const [name, value] of ctx.runs.settings()) settings.set(name, value);
  return pythonLine(facts.source, settings);
}

export function CopyCode({ ctx }: { ctx: ViewContext }) {
  const said = useSignal(false);
  if (!ctx.model.get("_code") || ctx.model.get("saved")) return null;
  return (
    <Button
      label={said.value ? "Copied" : "Copy as Python"}
      icon={said.value ? "check" : "code"}
      onClick={async () => {
        const code = codeOf(ctx);
        if (!code || !(await copy(code))) return;
        said.value = true;
        setTimeout(() => {
          said.value = false;
        }, SAID_MS);
      }}
    />
  );
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure origin there is no clipboard but that of a selection.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
