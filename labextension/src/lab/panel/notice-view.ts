// Draws a notice in the place of the logs.
import { Widget } from "@lumino/widgets";
import { ACTION_LABELS, type Action, type Notice } from "./notices.ts";

export class NoticeView extends Widget {
  private readonly act: (action: Action) => void;

  constructor(act: (action: Action) => void) {
    super();
    this.act = act;
    this.addClass("nbboard-Notice");
    this.node.setAttribute("role", "status");
    this.hide();
  }

  tell(notice: Notice): void {
    const text = document.createElement("p");
    text.textContent = notice.text;
    const parts: Node[] = [text];
    if (notice.command) parts.push(commandLine(notice.command));
    if (notice.actions.length > 0) {
      const row = document.createElement("div");
      row.className = "nbboard-Notice-actions";
      row.append(...notice.actions.map((action, i) => this.button(action, i === 0)));
      parts.push(row);
    }
    this.node.replaceChildren(...parts);
    this.show();
  }

  /** Shows progress: one line, in the place that the logs will take. */
  wait(text: string): void {
    const line = document.createElement("p");
    line.className = "nbboard-Notice-wait";
    line.textContent = text;
    this.node.replaceChildren(line);
    this.show();
  }

  private button(action: Action, first: boolean): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `jp-mod-styled ${first ? "jp-mod-accept" : "jp-mod-reject"}`;
    button.textContent = ACTION_LABELS[action];
    button.addEventListener("click", () => this.act(action));
    return button;
  }
}

/** A command with a button that copies it. */
function commandLine(command: string): HTMLElement {
  const row = document.createElement("div");
  row.className = "nbboard-Notice-command";
  const code = document.createElement("code");
  code.textContent = command;
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "jp-mod-styled jp-mod-reject";
  copy.textContent = "Copy";
  copy.addEventListener("click", () => {
    void navigator.clipboard?.writeText(command).then(() => {
      copy.textContent = "Copied";
    });
  });
  row.append(code, copy);
  return row;
}
