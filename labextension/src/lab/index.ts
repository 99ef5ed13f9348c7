// JupyterLab's and Notebook's plugins: the panels, and outputs that outlive their kernels.
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import {
  ICommandPalette,
  ISessionContextDialogs,
  SessionContextDialogs,
} from "@jupyterlab/apputils";
import { IFileBrowserFactory } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { IRunningSessionManagers } from "@jupyterlab/running";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { BrowserFolders } from "./files/browser.ts";
import { CommandIDs } from "./command-ids.ts";
import { addCommands } from "./commands.ts";
import { eventFileIcon } from "./icons.ts";
import { keepPictures } from "./saved/keep.ts";
import { Panels } from "./panel/panels.ts";
import { requestedBy } from "./panel/request.ts";
import { listRunning } from "./panel/running.ts";
import { renderSavedViews } from "./saved/renderer.ts";
import { PLUGIN_ID, Settings } from "./settings.ts";

const CATEGORY = "nbboard";

const panelsPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: "Opens folders of TensorBoard logs in panels with kernels of their own.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [
    ISettingRegistry,
    IFileBrowserFactory,
    ICommandPalette,
    ILauncher,
    IMainMenu,
    ILayoutRestorer,
    INotebookTracker,
    IRunningSessionManagers,
    ISessionContextDialogs,
  ],
  activate: async (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    settingRegistry: ISettingRegistry | null,
    browserFactory: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    menu: IMainMenu | null,
    restorer: ILayoutRestorer | null,
    notebooks: INotebookTracker | null,
    running: IRunningSessionManagers | null,
    dialogs: ISessionContextDialogs | null,
  ) => {
    const manager = app.serviceManager;
    // So that the file browser knows event files, and can offer them to the right commands.
    app.docRegistry.addFileType({
      name: "tfevents",
      displayName: "TensorBoard event file",
      pattern: "tfevents",
      fileFormat: "base64",
      contentType: "file",
      // Typed by another release of the icons' package; see output.ts.
      icon: eventFileIcon as never,
    });
    const settings = new Settings();
    const panels = new Panels(app, {
      manager,
      rendermime,
      settings,
      dialogs: dialogs ?? new SessionContextDialogs(),
    });
    const browser = browserFactory ? new BrowserFolders(browserFactory, manager.contents) : null;
    addCommands(app, { panels, settings, browser, notebooks });
    const open = [CommandIDs.openBoard, CommandIDs.openTensorBoard];
    for (const [rank, command] of open.entries()) {
      palette?.addItem({ command, category: CATEGORY, args: { isPalette: true } });
      launcher?.add({ command, category: CATEGORY, rank });
      menu?.fileMenu.newMenu.addGroup([{ command }], 40 + rank);
    }
    for (const command of Object.values(CommandIDs).slice(3)) {
      palette?.addItem({ command, category: CATEGORY });
    }
    if (running) listRunning(running, manager.sessions, panels);
    panels.restore(restorer);
    const wanted = requestedBy(window.location.search);
    if (wanted) {
      void app.restored.then(() => panels.open(wanted.kind, wanted.logdir, { id: wanted.id }));
    }
    // Without its settings (no schema on the server), the extension works by its defaults.
    if (settingRegistry) await settings.follow(settingRegistry).catch(console.warn);
  },
};

const savedViewsPlugin: JupyterFrontEndPlugin<void> = {
  id: "nbboard:saved-views",
  description: "Shows nbboard's outputs live where their kernel runs, and as pictures elsewhere.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker],
  activate: (
    _: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    notebooks: INotebookTracker | null,
  ) => {
    if (notebooks !== null) keepPictures(notebooks);
    return renderSavedViews(rendermime);
  },
};

export default [panelsPlugin, savedViewsPlugin];
