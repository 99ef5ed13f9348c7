// Draws one widget inside another, by the way that the host has for it.
import type { Model } from "../shell/model.ts";

/** What newer hosts hand to a module's `render`, marimo among them. */
export interface Host {
  getWidget(reference: string): Promise<{
    render(props: { el: HTMLElement; signal?: AbortSignal }): Promise<void>;
  }>;
}

/** The widget manager of Jupyter's pages. */
interface Manager {
  get_model(id: string): Promise<unknown>;
  create_view?(model: unknown, options?: object): Promise<{ el: HTMLElement; remove(): void }>;
}

// By the model's id: hosts hand out one more wrapper of the same model at each call.
const hosts = new Map<unknown, Host>();

/** Keeps what the host handed over, for when something is drawn inside this model's view. */
export function keepHost(model: Model, host: Host | undefined): void {
  if (host !== undefined) hosts.set(model.get("_own_id"), host);
}

/**
 * Draws the widget that a trait of `model` refers to ("IPY_MODEL_<id>").
 *
 * @returns takes it out again
 */
export async function drawInside(
  model: Model,
  reference: string,
  into: HTMLElement,
): Promise<() => void> {
  const id = reference.replace("IPY_MODEL_", "");
  const manager = model.widget_manager as unknown as Manager;
  if (manager.create_view !== undefined) {
    const view = await manager.create_view(await manager.get_model(id), {});
    into.replaceChildren(view.el);
    return () => view.remove();
  }
  const host = hosts.get(model.get("_own_id"));
  if (host === undefined) {
    throw new Error("This page cannot draw one widget inside another: show log.scalars by itself.");
  }
  const widget = await host.getWidget(`anywidget:${id}`);
  const shown = new AbortController();
  await widget.render({ el: into, signal: shown.signal });
  return () => shown.abort();
}
