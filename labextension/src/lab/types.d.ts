// ipywidgets' JupyterLab half is shared by the host at run time; this describes the part
// of it that is used here.

declare module "@jupyter-widgets/jupyterlab-manager" {
  import type { ISessionContext } from "@jupyterlab/apputils";
  import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
  import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
  import type { IDisposable } from "@lumino/disposable";
  import type { ISignal } from "@lumino/signaling";
  import type { Panel } from "@lumino/widgets";

  /** Knows the models of one kernel. */
  export type Manager = object;

  export class WidgetRenderer extends Panel implements IRenderMime.IRenderer {
    constructor(options: IRenderMime.IRendererOptions, manager?: Manager);
    set manager(value: Manager);
    readonly mimeType: string;
    renderModel(model: IRenderMime.IMimeModel): Promise<void>;
  }

  /** The part of a notebook's context that a widget manager asks for. */
  export interface Context {
    sessionContext: ISessionContext;
    saveState: ISignal<object, string>;
    model: { getMetadata(key: string): unknown; setMetadata(key: string, value: unknown): void };
    urlResolver: {
      resolveUrl(url: string): Promise<string>;
      getDownloadUrl(url: string): Promise<string>;
    };
  }

  export function registerWidgetManager(
    context: Context,
    rendermime: IRenderMimeRegistry,
    renderers: IterableIterator<WidgetRenderer>,
  ): IDisposable;
}
