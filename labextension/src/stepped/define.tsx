// Makes an anywidget module of a kind whose values stand at steps.
import { defineView, type WidgetModule } from "../shell/mount.tsx";
import type { Item, Shared, SteppedKind } from "./kind.ts";
import { SteppedPanel } from "./panel.tsx";
import { SteppedState } from "./state.ts";
import css from "./stepped.css";
import { SteppedStore } from "./store.ts";

/** The module of a kind: `export default defineStepped({ kind: "text", ... });` */
export function defineStepped<T extends Item, S extends SteppedState<T> = SteppedState<T>>(
  kind: SteppedKind<T, S>,
): WidgetModule {
  const State = kind.State ?? (SteppedState as unknown as NonNullable<typeof kind.State>);
  return defineView<Shared<T, S>>({
    kind: kind.kind,
    css: `${css}\n${kind.css ?? ""}`,
    createStore(ctx) {
      const store = new SteppedStore<T>(ctx, kind);
      return { ctx, store, state: new State(ctx, store), kind };
    },
    Panel: ({ store: shared }) => <SteppedPanel {...shared} />,
  });
}
