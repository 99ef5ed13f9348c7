// Lends ipywidgets' manager, which knows notebooks and consoles, to a panel.
import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IDisposable } from "@lumino/disposable";
import { Signal } from "@lumino/signaling";

/** The mime type of a live widget. */
export const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";

/** ipywidgets' JupyterLab half; null where it is not installed. */
export async function widgetModule(): Promise<
  typeof import("@jupyter-widgets/jupyterlab-manager") | null
> {
  try {
    return await import("@jupyter-widgets/jupyterlab-manager");
  } catch {
    return null;
  }
}

/**
 * Makes widgets work in outputs rendered with `rendermime`.
 *
 * @returns disposes of the manager with the panel; null where ipywidgets is not installed
 */
export async function attachWidgets(
  context: ISessionContext,
  rendermime: IRenderMimeRegistry,
): Promise<IDisposable | null> {
  const widgets = await widgetModule();
  if (widgets === null) return null;
  const before = rendermime.getFactory(WIDGET_VIEW);
  const owner = {};
  const disposable = widgets.registerWidgetManager(
    {
      sessionContext: context,
      // A panel is not a document: nothing is saved, and addresses stay as they are.
      saveState: new Signal<object, string>(owner),
      model: { getMetadata: () => undefined, setMetadata: () => undefined },
      urlResolver: {
        resolveUrl: async (url) => url,
        getDownloadUrl: async (url) => url,
      },
    },
    rendermime,
    [].values(),
  );
  // The manager registers itself some turns later; code that runs before would show nothing.
  for (let turn = 0; turn < 100 && rendermime.getFactory(WIDGET_VIEW) === before; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return disposable;
}
