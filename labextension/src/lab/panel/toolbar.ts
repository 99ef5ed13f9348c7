// The panel's toolbar: the folder, TensorBoard's flags, and what can be done.
import { CommandToolbarButton, Toolbar as KernelToolbar } from "@jupyterlab/apputils";
import type { CommandRegistry } from "@lumino/commands";
import { Widget } from "@lumino/widgets";
import { CommandIDs } from "../command-ids.ts";
import { completeFolder } from "../files/completion.ts";
import type { List } from "../files/holdings.ts";
import { tidyFolder } from "../files/logs.ts";
import type { LogsPanel, PanelServices } from "./panel.ts";

const BUTTONS = [
  CommandIDs.reload,
  CommandIDs.toggleLive,
  CommandIDs.stop,
  CommandIDs.openInTab,
  CommandIDs.insertCell,
];

export function fillToolbar(
  panel: LogsPanel,
  commands: CommandRegistry,
  services: PanelServices,
  list: List,
): void {
  const { toolbar, sessionContext } = panel;
  toolbar.addClass("nbboard-Toolbar");
  const folder = new Field("Folder of logs", "nbboard-Field-folder", () => {
    void panel.open({ logdir: tidyFolder(folder.value) || "." });
  });
  folder.complete(`nbboard-folders-${panel.id}`, (typed) => completeFolder(typed, list));
  toolbar.addItem("folder", folder);
  if (panel.spec.kind === "tensorboard") {
    const flags = new Field("TensorBoard flags", "nbboard-Field-flags", () => {
      void panel.open({ flags: flags.value });
    });
    flags.value = panel.spec.flags;
    toolbar.addItem("flags", flags);
  }
  for (const id of BUTTONS) {
    const args = { panel: panel.id };
    // Whether it is live is worth a word; the others are known by their pictures.
    const label = id === CommandIDs.toggleLive ? undefined : "";
    toolbar.addItem(id, new CommandToolbarButton({ commands, id, args, label }));
  }
  toolbar.addItem("kernel", KernelToolbar.createKernelNameItem(sessionContext, services.dialogs));
  toolbar.addItem("status", KernelToolbar.createKernelStatusItem(sessionContext));
  const update = (): void => {
    folder.value = panel.spec.logdir;
    for (const id of BUTTONS) commands.notifyCommandChanged(id);
  };
  panel.changed.connect(update);
  panel.focusFolder = () => folder.focus();
  update();
}

/** A line to type in; Enter applies, Escape takes back. */
class Field extends Widget {
  private readonly input: HTMLInputElement;
  private applied = "";

  constructor(label: string, className: string, apply: () => void) {
    super();
    this.addClass("nbboard-Field");
    this.addClass(className);
    this.input = document.createElement("input");
    this.input.type = "text";
    this.input.className = "jp-mod-styled";
    this.input.placeholder = label;
    this.input.title = label;
    this.input.spellcheck = false;
    this.input.autocomplete = "off";
    this.input.setAttribute("aria-label", label);
    this.input.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the host's shortcuts are not meant for text
      if (event.key === "Enter") {
        this.applied = this.input.value;
        apply();
      } else if (event.key === "Escape") {
        this.input.value = this.applied;
      }
    });
    this.node.append(this.input);
  }

  get value(): string {
    return this.input.value;
  }

  set value(text: string) {
    this.applied = text;
    // What is being typed is not overwritten by what happens meanwhile.
    if (document.activeElement !== this.input) this.input.value = text;
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  complete(id: string, candidates: (typed: string) => Promise<string[]>): void {
    const choices = document.createElement("datalist");
    choices.id = id;
    this.input.setAttribute("list", id);
    this.node.append(choices);
    let asked = 0;
    this.input.addEventListener("input", () => {
      asked += 1;
      const mine = asked;
      void candidates(this.input.value).then((found) => {
        if (mine !== asked) return;
        choices.replaceChildren(
          ...found.map((value) => Object.assign(document.createElement("option"), { value })),
        );
      });
    });
  }
}
