// The element every view draws itself in: the host's colours and fonts as CSS variables.
import type { ComponentChildren } from "preact";
import type { ViewContext } from "./context.ts";
import css from "./theme.css";

/** Style sheets stand once in each document or shadow root; a later version replaces them. */
export function installStyles(element: HTMLElement, kind: string, own?: string): void {
  const root = element.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.head;
  for (const [name, text] of [["shell", css] as const, [kind, own ?? ""] as const]) {
    if (!text) continue;
    const id = `nbboard-style-${name}`;
    let style = place.querySelector(`#${id}`);
    if (!style) {
      style = document.createElement("style");
      style.id = id;
      place.append(style);
    }
    if (style.textContent !== text) style.textContent = text;
  }
}

interface RootProps {
  ctx: ViewContext;
  kind: string;
  children: ComponentChildren;
}

export function Root({ ctx, kind, children }: RootProps) {
  const chosen = ctx.option("theme", "auto").value;
  const { dark } = ctx.theme.value;
  return (
    <div
      class={`nbb-root nbb-${kind}`}
      data-theme={dark ? "dark" : "light"}
      data-own-colors={chosen === "auto" ? undefined : ""}
    >
      {children}
    </div>
  );
}
