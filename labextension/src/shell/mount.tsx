// Makes an anywidget module of a view: one context and one store a model, one panel a display.
import { type ComponentType, render as renderInto } from "preact";
import { type Host, keepHost } from "../host/embed.ts";
import { notebookAround, savePicturesOnly } from "../host/saving.ts";
import { createContext, type ViewContext } from "./context.ts";
import { hearWhenLate } from "./late.ts";
import type { Model } from "./model.ts";
import { installStyles, Root } from "./root.tsx";

export interface PanelProps<S> {
  ctx: ViewContext;
  store: S;
}

export interface ViewDefinition<S> {
  /** Name of the kind, for CSS and messages. */
  kind: string;
  /** The view's own style sheet; all class names start with "nbb-". */
  css?: string;
  /** Builds the view's data once a model: from `ctx.payload`, then kept by `ctx.onNews`. */
  createStore(ctx: ViewContext): S;
  /** Draws it; there may be several at a time, and they come and go as cells scroll. */
  Panel: ComponentType<PanelProps<S>>;
}

interface Started<S> {
  ctx: ViewContext;
  store: S;
}

export interface WidgetModule {
  initialize(props: { model: Model }): void;
  render(props: { model: Model; el: HTMLElement; host?: Host }): Promise<() => void>;
}

export function defineView<S>(definition: ViewDefinition<S>): WidgetModule {
  // The host evaluates the module anew for every model, so this is one model's state: it
  // outlives the panels, and deltas arrive whether or not there is one.
  let started: Promise<Started<S>> | undefined;
  const start = (model: Model): Promise<Started<S>> => {
    started ??= createContext(model).then((ctx) => {
      const store = definition.createStore(ctx);
      ctx.open();
      return { ctx, store };
    });
    return started;
  };
  return {
    initialize({ model }) {
      // Not awaited: no message is taken before this returns, and only for a while thereafter.
      start(model).catch(() => undefined); // render fails by the same promise
      void hearWhenLate(model, () => model.send({ type: "late" }));
    },
    async render({ model, el, host }) {
      keepHost(model, host);
      savePicturesOnly(notebookAround(model));
      const { ctx, store } = await start(model);
      const visible = new IntersectionObserver((entries) => {
        const last = entries[entries.length - 1];
        if (last) tellVisible(model, last.isIntersecting, ctx.embedded.peek());
      });
      visible.observe(el);
      const freeKeys = keepKeysFromHost(el);
      const { Panel } = definition;
      const stopWaiting = onceInPage(el, () => {
        installStyles(el, definition.kind, definition.css);
        renderInto(
          <Root ctx={ctx} kind={definition.kind}>
            <Panel ctx={ctx} store={store} />
          </Root>,
          el,
        );
      });
      return () => {
        stopWaiting();
        visible.disconnect();
        freeKeys();
        renderInto(null, el);
        tellVisible(model, false, true);
      };
    },
  };
}

/**
 * Draws in an element that hosts put into the page right after `render` has returned: what is
 * drawn before has no size, and would be drawn again once it has. Returns what prevents it.
 */
function onceInPage(element: HTMLElement, draw: () => void): () => void {
  if (element.isConnected) {
    draw();
    return () => undefined;
  }
  const turn = setTimeout(draw);
  return () => clearTimeout(turn);
}

/**
 * Plain keys pressed inside a view are the view's: Notebook 7 would take the arrows of a slider
 * for its own. Its shortcuts are matched on the document; the window hears of a key before that.
 * With Ctrl or ⌘ (save, find ...) they stay the host's.
 */
function keepKeysFromHost(element: HTMLElement): () => void {
  const listener = (event: KeyboardEvent): void => {
    const path = event.composedPath();
    if (!path.includes(element) || !(path[0] instanceof Element)) return;
    // On the element itself: shortcuts for ":focus" are matched before its parents are asked.
    path[0].toggleAttribute("data-lm-suppress-shortcuts", !event.ctrlKey && !event.metaKey);
  };
  window.addEventListener("keydown", listener, true);
  return () => window.removeEventListener("keydown", listener, true);
}

const lastTold = new WeakMap<Model, boolean>();

/** The kernel takes a view to be on screen until told otherwise, but not a tab of a board. */
function tellVisible(model: Model, visible: boolean, always: boolean): void {
  if (lastTold.get(model) === visible) return;
  const known = lastTold.has(model);
  lastTold.set(model, visible);
  if (!known && visible && !always) return;
  try {
    model.send({ type: "visible", visible });
  } catch {
    // No kernel, no news.
  }
}
