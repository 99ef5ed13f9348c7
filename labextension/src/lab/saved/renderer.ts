// nbboard's outputs where they are read again: the live widget if its model is there, and
// otherwise the picture that was saved with it, never an error.
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { MessageLoop } from "@lumino/messaging";
import type { Widget } from "@lumino/widgets";
import type { Photographed } from "./keep.ts";
import { WIDGET_VIEW, widgetModule } from "../manager.ts";
import { type Photograph, photograph } from "./photograph.ts";
import { modelOf, type Parts, partsOf, VIEW_MIME } from "./parts.ts";
import { Sight } from "./sight.ts";
import { type Sketch, sketch } from "./sketch.ts";

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
  return class SavedViewRenderer extends Base implements Photographed {
    private live: WidgetRenderer | null = null;
    private sight: Sight | null = null;
    /** The live view as it was when it went out of sight. */
    private lastSeen: Sketch | null = null;
    private lastTaken: Photograph | null = null;
    private lent: Manager | null = null;
    private source: IRenderMime.IMimeModel | null = null;
    /** Which view it is of; a source that was replaced no longer says. */
    private shown: unknown;
    private picture: HTMLElement | null = null;

    override set manager(value: Manager) {
      this.lent = value;
      if (this.live) this.live.manager = value;
    }

    override async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
      this.addClass("nbboard-SavedView");
      const id = modelOf(model.data);
      const same = id !== undefined && id === this.shown;
      this.source = model;
      this.shown = id;
      // Another picture of the same view: what is live stays as it is.
      if (this.live !== null && same) return;
      this.forget();
      const parts = partsOf(model.data, model.metadata);
      this.picture = draw(parts);
      // A cell that just ran displays the view before its picture is drawn: words would flash.
      if (model.trusted && id !== undefined) {
        this.picture.toggleAttribute("data-awaited", parts.picture === null);
      }
      this.node.replaceChildren(this.picture);
      if (this.isAttached) await this.enliven();
    }

    /** The live view as it is on the page or was last seen there. */
    async photograph(): Promise<Photograph | null> {
      const taken = this.sight?.isGood ? this.look() : this.lastSeen;
      if (taken === null) return null;
      this.lastTaken = await photograph(taken, this.lastTaken);
      return this.lastTaken;
    }

    override dispose(): void {
      this.forget();
      super.dispose();
    }

    private look(): Sketch | null {
      const element = this.live?.node.querySelector<HTMLElement>(".nbb-root");
      return element ? sketch(element) : null;
    }

    private forget(): void {
      this.live?.dispose();
      this.sight?.end();
      this.live = this.sight = this.lastSeen = null;
    }

    protected override onAfterAttach(): void {
      void this.enliven();
    }

    /** Looks for the model, through the renderers of the place that this output is in. */
    private async enliven(): Promise<void> {
      const { source } = this;
      if (this.live !== null || source === null || !source.trusted) return;
      const id = modelOf(source.data);
      if (id === undefined) return;
      const live = registryOf(this)?.createRenderer(WIDGET_VIEW) as WidgetRenderer | undefined;
      if (live === undefined) return;
      this.live = live;
      this.sight = new Sight(live.node, () => {
        this.lastSeen = this.look() ?? this.lastSeen;
        this.lastSeen?.ready.catch(() => undefined); // told to whoever wants the picture
      });
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
      await live.renderModel(liveHalf(source, id));
    }
  };
}

/** What ipywidgets' renderer wants to see; a saved output lacks it. */
function liveHalf(source: IRenderMime.IMimeModel, id: unknown): IRenderMime.IMimeModel {
  const view = { version_major: 2, version_minor: 0, model_id: id } as never;
  return {
    trusted: source.trusted,
    metadata: source.metadata,
    data: { ...source.data, [WIDGET_VIEW]: view },
    setData: (options) => source.setData(options),
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
    if (parts.width !== null) image.width = parts.width;
    figure.append(image);
  }
  if (parts.caption !== "") {
    const caption = document.createElement("figcaption");
    caption.textContent = parts.caption;
    figure.append(caption);
  }
  return figure;
}
