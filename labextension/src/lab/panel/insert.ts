// Leaves what a panel shows as a cell in a notebook.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { type INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import { folderOf, relativeFolder } from "../files/logs.ts";
import type { LogsPanel } from "./panel.ts";
import type { Preferences } from "../preferences.ts";
import { cellSource } from "./python.ts";

/** Inserts below the active cell; a new notebook is made where none is open. */
export async function insertCell(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker | null,
  { spec, sessionContext }: LogsPanel,
  preferences: Preferences,
): Promise<void> {
  const panel = notebooks?.currentWidget ?? (await newNotebook(app, sessionContext.prevKernelName));
  if (panel === null) return;
  const { content, context } = panel;
  await context.ready;
  const logdir = relativeFolder(
    spec.logdir,
    folderOf(app.serviceManager.contents.localPath(context.path)),
  );
  const only = content.model?.cells.length === 1 ? content.activeCell?.model : undefined;
  // The empty cell of a new notebook is there to be used.
  if (only?.type !== "code" || only.sharedModel.getSource().trim() !== "") {
    NotebookActions.insertBelow(content);
  }
  content.activeCell?.model.sharedModel.setSource(cellSource(spec, logdir, preferences));
  app.shell.activateById(panel.id);
}

/** A notebook with the panel's own kind of kernel, so that nobody is asked for one. */
async function newNotebook(
  app: JupyterFrontEnd,
  kernelName: string,
): Promise<NotebookPanel | null> {
  if (!app.commands.hasCommand("notebook:create-new")) return null;
  return (await app.commands.execute("notebook:create-new", {
    kernelName,
  })) as NotebookPanel | null;
}
