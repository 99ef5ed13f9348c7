// The commands: what menus, shortcuts, cards and toolbars call.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { INotebookTracker } from "@jupyterlab/notebook";
import { addBelowIcon, launchIcon, refreshIcon, stopIcon } from "@jupyterlab/ui-components";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import type { BrowserFolders } from "./files/browser.ts";
import { CommandIDs } from "./command-ids.ts";
import { kindIcon, liveIcon, pausedIcon } from "./icons.ts";
import { insertCell } from "./panel/insert.ts";
import { otherDrive } from "./panel/notices.ts";
import { openInBrowserTab } from "./panel/outside.ts";
import type { LogsPanel } from "./panel/panel.ts";
import { type Panels, specOfArguments } from "./panel/panels.ts";
import type { Settings } from "./settings.ts";
import { isKind, type Kind, kindName, otherKind } from "./panel/spec.ts";

export interface CommandParts {
  panels: Panels;
  settings: Settings;
  browser: BrowserFolders | null;
  notebooks: INotebookTracker | null;
}

type Args = ReadonlyPartialJSONObject;

/** Adds the commands, and tells menus and shortcuts about them by their names. */
export function addCommands(app: JupyterFrontEnd, parts: CommandParts): void {
  addOpenCommands(app, parts);
  addPanelCommands(app, parts);
}

function addOpenCommands(app: JupyterFrontEnd, parts: CommandParts): void {
  const { commands } = app;
  const { panels, settings, browser } = parts;

  /** "slot" 1 is the view that the settings prefer, 2 the other. */
  const kindOf = (args: Args): Kind => {
    if (isKind(args.kind)) return args.kind;
    const preferred = settings.preferences.defaultView;
    return args.slot === 2 ? otherKind(preferred) : preferred;
  };
  const inMenuOf = (args: Args): boolean => args.from === "browser" || args.from === "listing";

  const execute = async (args: Args, kind: Kind): Promise<void> => {
    const spec = specOfArguments(args);
    if (args.restored === true || spec.logdir !== undefined) {
      panels.open(kind, spec.logdir ?? "", { ...spec, kind });
    } else if (inMenuOf(args) && browser !== null) {
      for (const chosen of browser.chosen(args.from === "listing")) {
        if ("drive" in chosen) panels.open(kind, "").tell(otherDrive(chosen.drive));
        else panels.open(kind, chosen.path || ".");
      }
    } else {
      panels.open(kind, await folderAtHand(args, browser));
    }
  };
  const label = (args: Args, kind: Kind): string =>
    inMenuOf(args) ? `Open in ${kindName(kind)}` : kindName(kind);
  const caption = (kind: Kind): string =>
    kind === "board"
      ? "Look at a folder of TensorBoard logs, in a panel of its own"
      : "Start TensorBoard on a folder of logs, in a panel of its own";
  // Offered first where the folder is known to hold event files, and further down otherwise.
  const isVisible = (args: Args): boolean => {
    if (args.from === "listing") return app.contextMenuHitTest(isListedItem) === undefined;
    return typeof args.first !== "boolean" || browser === null || browser.holds() === args.first;
  };

  commands.addCommand(CommandIDs.open, {
    label: (args) => label(args, kindOf(args)),
    caption: (args) => caption(kindOf(args)),
    icon: (args) => kindIcon(kindOf(args)),
    isVisible,
    execute: (args) => execute(args, kindOf(args)),
  });
  for (const [id, kind] of [
    [CommandIDs.openBoard, "board"],
    [CommandIDs.openTensorBoard, "tensorboard"],
  ] as const) {
    commands.addCommand(id, {
      label: (args) =>
        args.isPalette === true ? `Open logs in ${kindName(kind)}` : label(args, kind),
      caption: caption(kind),
      icon: kindIcon(kind),
      isVisible,
      execute: (args) => execute(args, kind),
    });
  }
}

/** A row of the file browser, as opposed to the empty space below. */
function isListedItem(node: HTMLElement): boolean {
  return node.classList.contains("jp-DirListing-item");
}

/** The folder that a person probably means, if it holds logs; "" to ask. */
async function folderAtHand(args: Args, browser: BrowserFolders | null): Promise<string> {
  const folder = typeof args.cwd === "string" ? args.cwd : (browser?.current() ?? "");
  // Never the whole home folder: only what holds event files right there or in its runs.
  if (folder === "" || browser === null) return "";
  return (await browser.look(folder)) ? folder : "";
}

function addPanelCommands(app: JupyterFrontEnd, { panels, settings, notebooks }: CommandParts) {
  const { commands } = app;
  const add = (
    id: string,
    options: {
      label: string;
      caption?: string;
      icon?: typeof refreshIcon | ((panel: LogsPanel | null) => typeof refreshIcon);
      enabled?: (panel: LogsPanel) => boolean;
      toggled?: (panel: LogsPanel) => boolean;
      execute: (panel: LogsPanel) => unknown;
    },
  ): void => {
    const { icon, enabled, toggled } = options;
    commands.addCommand(id, {
      label: options.label,
      caption: options.caption ?? options.label,
      icon:
        typeof icon === "function" ? (args) => icon(panels.find(args.panel)) : (icon ?? undefined),
      isEnabled: (args) => {
        const panel = panels.find(args.panel);
        return panel !== null && (enabled?.(panel) ?? true);
      },
      isToggleable: toggled !== undefined,
      isToggled: (args) => {
        const panel = panels.find(args.panel);
        return panel !== null && (toggled?.(panel) ?? false);
      },
      execute: async (args) => {
        const panel = panels.find(args.panel);
        if (panel !== null) await options.execute(panel);
      },
    });
  };

  add(CommandIDs.editFolder, {
    label: "Edit the folder of logs",
    execute: (panel) => panel.focusFolder(),
  });
  add(CommandIDs.reload, {
    label: "Reload logs",
    caption: "Reload logs: show what has been logged since",
    icon: refreshIcon,
    enabled: ({ state }) => state === "shown" || state === "notice",
    execute: (panel) => panel.open({}),
  });
  add(CommandIDs.toggleLive, {
    label: "Live",
    caption: "Live: follow new data as it is logged",
    icon: (panel) => (panel?.spec.live ? liveIcon : pausedIcon),
    enabled: ({ state }) => state === "shown",
    toggled: ({ spec }) => spec.live,
    execute: (panel) => panel.setLive(!panel.spec.live),
  });
  add(CommandIDs.stop, {
    label: "Stop",
    caption: "Stop: end the kernel, and with it the server; the panel stays",
    icon: stopIcon,
    enabled: ({ state }) => state === "shown" || state === "starting",
    execute: (panel) => panel.stop(),
  });
  add(CommandIDs.openInTab, {
    label: "Open in a browser tab",
    icon: launchIcon,
    enabled: ({ state }) => state === "shown",
    execute: openInBrowserTab,
  });
  add(CommandIDs.insertCell, {
    label: "Insert as a cell into the active notebook",
    icon: addBelowIcon,
    enabled: ({ spec }) => spec.logdir !== "",
    execute: (panel) => insertCell(app, notebooks, panel, settings.preferences),
  });
}
