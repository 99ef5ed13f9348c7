// nbboard's outputs where they are read again: the live widget if its model is there, and
// otherwise the picture that was saved with it, never an error.
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { MessageLoop } from "@lumino/messaging";
import type { Widget } from "@lumino/widgets";
import { WIDGET_VIEW, widgetModule } from "./manager.ts";
import { type Parts, partsOf } from "./saved-parts.ts";

export const VIEW_MIME = "application/vnd.nbboard.view+json";

type Widgets = NonNullable<Awaited<ReturnType<typeof widgetModule>>>;
type WidgetRenderer = InstanceType<Widgets["WidgetRenderer"]>;
type Manager = WidgetRenderer["manager"];

/** Ranks before ipywidgets' renderer, which is at -10. */
const RANK = -20;

export async function renderSavedViews(rendermime: IRenderMimeRegistry): Promise<void> {
  const widgets = await widgetModule();
  if (widgets === null) return; // the picture of the same output is shown then
  const Renderer = savedViewRenderer(widgets.WidgetRenderer);
  rendermime.addFactory(
    {
      safe: true, // a picture and a sentence; nothing is live in a notebook that is not trusted
      mimeTypes: [VIEW_MIME],
      createRenderer: (options) => new Renderer(options),
    },
    RANK,
  );
}

/**
 * A renderer that ipywidgets takes for one of its own, and so lends its manager to, also
 * when a kernel comes later. It keeps ipywidgets' real renderer inside and shows it only
 * once there is something live in it.
 */
function savedViewRenderer(Base: Widgets["WidgetRenderer"]) {
  return class SavedViewRenderer extends Base {
    private live: WidgetRenderer | null = null;
    private lent: Manager | null = null;
    private source: IRenderMime.IMimeModel | null = null;
    private picture: HTMLElement | null = null;

    override set manager(value: Manager) {
      this.lent = value;
      if (this.live) this.live.manager = value;
    }

    override async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
      this.addClass("nbboard-SavedView");
      this.source = model;
      const parts = partsOf(model.data);
      this.picture = draw(parts);
      this.node.replaceChildren(this.picture);
      if (this.isAttached) await this.enliven();
    }

    protected override onAfterAttach(): void {
      void this.enliven();
    }

    /** Looks for the model, through the renderers of the place that this output is in. */
    private async enliven(): Promise<void> {
      const { source } = this;
      if (this.live !== null || source === null || !source.trusted) return;
      if (source.data[WIDGET_VIEW] === undefined) return;
      const live = registryOf(this)?.createRenderer(WIDGET_VIEW) as WidgetRenderer | undefined;
      if (live === undefined) return;
      this.live = live;
      if (this.lent !== null) live.manager = this.lent;
      MessageLoop.installMessageHook(live, (_, message) => {
        if (message.type === "child-added") {
          this.picture?.remove();
          live.show();
        }
        return true;
      });
      live.hide();
      this.addWidget(live);
      await live.renderModel(source);
    }
  };
}

/** The renderers of the output area around; each notebook has its own. */
function registryOf(widget: Widget): IRenderMimeRegistry | null {
  for (let at = widget.parent; at !== null; at = at.parent) {
    const { rendermime } = at as { rendermime?: IRenderMimeRegistry };
    if (rendermime !== undefined) return rendermime;
  }
  return null;
}

function draw(parts: Parts): HTMLElement {
  const figure = document.createElement("figure");
  figure.className = "nbboard-Saved";
  if (parts.picture !== null) {
    const image = document.createElement("img");
    image.src = parts.picture;
    image.alt = parts.text;
    figure.append(image);
  }
  const caption = document.createElement("figcaption");
  caption.textContent = parts.caption;
  figure.append(caption);
  return figure;
}
