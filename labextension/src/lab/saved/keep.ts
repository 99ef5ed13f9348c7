// What was on screen when a notebook was saved is what its readers see.
//
// The kernel draws each view's first picture before anybody has touched the view. When the
// notebook is saved, the picture of a view that has been looked at becomes the view as it stands
// there: zoomed, filtered, with the points that came since. The live half is not written out
// (../host/saving.ts): where this extension is absent, it would be shown as an error.
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { OutputArea } from "@jupyterlab/outputarea";
import type { Widget } from "@lumino/widgets";
import { savePicturesOnly } from "../../host/saving.ts";
import type { Photograph } from "./photograph.ts";
import { VIEW_MIME } from "./parts.ts";

/** What renders a view's output. */
export interface Photographed extends Widget {
  photograph(): Promise<Photograph | null>;
}

/** Saving waits so long for pictures; those that are late are left out. */
const PATIENCE_MS = 3000;

export function keepPictures(notebooks: INotebookTracker): void {
  notebooks.widgetAdded.connect((_, panel) => {
    const { context } = panel;
    savePicturesOnly(context.model);
    // The one place where a save can be made to wait; its signal comes when all is written out.
    const save = context.save.bind(context);
    context.save = async (): Promise<void> => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
      await Promise.race([takePictures(panel).catch(console.warn), late]);
      await save();
    };
  });
}

async function takePictures(panel: NotebookPanel): Promise<void> {
  for (const cell of panel.content.widgets) {
    if ("outputArea" in cell) await takePicturesOf(cell.outputArea as OutputArea);
  }
}

async function takePicturesOf(outputArea: OutputArea): Promise<void> {
  for (const [index, output] of outputArea.widgets.entries()) {
    const view = rendererIn(output);
    const model = outputArea.model.get(index);
    if (view === null || model?.data[VIEW_MIME] === undefined) continue;
    const taken = await view.photograph().catch(() => null);
    // Another output may have come into this place meanwhile.
    if (taken === null || outputArea.model.get(index) !== model) continue;
    if (model.data["image/png"] === taken.png) continue;
    const { png, note, width, height } = taken;
    const { alt } = (model.metadata["image/png"] ?? {}) as { alt?: unknown };
    const words = typeof alt === "string" ? { alt: withNote(alt, note) } : {};
    const saved = model.toJSON();
    outputArea.model.set(index, {
      ...saved,
      data: { ...model.data, "image/png": png },
      metadata: { ...model.metadata, "image/png": { ...words, width, height } },
    } as typeof saved);
  }
}

/** The kernel's words for the picture, with the time of the new one. */
function withNote(alt: string, note: string): string {
  return alt.replace(/Picture of the live view as it was on [-\d]+ at [:\d]+.*$/, note);
}

function rendererIn(output: Widget): Photographed | null {
  for (const child of output.children()) {
    if ("photograph" in child) return child as Photographed;
  }
  return null;
}
