// All panels of the page: one for each folder and door, brought back after a reload.
import type { ILayoutRestorer, JupyterFrontEnd } from "@jupyterlab/application";
import { WidgetTracker } from "@jupyterlab/apputils";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { TabPanel, type Widget } from "@lumino/widgets";
import { CommandIDs } from "../command-ids.ts";
import { lister } from "../files/contents.ts";
import { LogsPanel, type PanelServices } from "./panel.ts";
import { recall, remember } from "./remember.ts";
import { isKind, type Kind, newId, type PanelSpec } from "./spec.ts";
import { fillToolbar } from "./toolbar.ts";

export class Panels {
  readonly tracker = new WidgetTracker<LogsPanel>({ namespace: "nbboard" });
  private readonly app: JupyterFrontEnd;
  /** Notes what is open, where the host does not. */
  private keep: () => void = () => undefined;
  private readonly services: PanelServices;

  constructor(app: JupyterFrontEnd, services: PanelServices) {
    this.app = app;
    this.services = services;
  }

  /** Brings the panels back where the host remembers its layout. */
  restore(restorer: ILayoutRestorer | null): void {
    if (restorer === null) {
      void this.app.restored.then(() => this.restoreTabs(window.sessionStorage));
      return;
    }
    void restorer.restore(this.tracker, {
      command: CommandIDs.open,
      args: ({ spec }) => ({ ...spec, restored: true }),
      name: ({ spec }) => spec.id,
    });
  }

  /** The panel whose id this is, or the one that was used last. */
  find(id: unknown): LogsPanel | null {
    if (typeof id !== "string") return this.tracker.currentWidget;
    return this.tracker.find((panel) => panel.id === id) ?? null;
  }

  /**
   * Shows a folder, in the panel that shows it already if there is one.
   *
   * @param logdir - "" lets the person type it
   */
  open(kind: Kind, logdir: string, rest: Partial<PanelSpec> = {}): LogsPanel {
    const same = this.tracker.find(
      ({ spec }) => spec.id === rest.id || (spec.kind === kind && spec.logdir === logdir),
    );
    if (same) {
      this.activate(same);
      return same;
    }
    const spec = { kind, logdir, id: newId(), flags: "", live: true, ...rest };
    const panel = new LogsPanel(spec, this.services);
    const { commands, serviceManager } = this.app;
    fillToolbar(panel, commands, this.services, lister(serviceManager.contents));
    panel.changed.connect(() => {
      void this.tracker.save(panel);
      this.keep();
    });
    panel.disposed.connect(() => this.keep());
    place(this.app, panel);
    void this.tracker.add(panel);
    void panel.open();
    this.activate(panel);
    return panel;
  }

  /** The same for Notebook 7, whose files are on a page with tabs. */
  private restoreTabs(storage: Storage): void {
    const tabs = tabPanel(this.app);
    if (tabs === null) return;
    const first = tabs.currentWidget;
    const { specs, front } = recall(storage, specOfArguments);
    for (const spec of specs) this.open(spec.kind, spec.logdir, spec);
    tabs.currentWidget = this.tracker.find(({ spec }) => spec.id === front) ?? first;
    this.keep = () => {
      const open: PanelSpec[] = [];
      this.tracker.forEach((panel) => {
        if (!panel.isDisposed) open.push(panel.spec);
      });
      const current = tabs.currentWidget;
      remember(storage, {
        specs: open,
        front: current instanceof LogsPanel ? current.spec.id : null,
      });
    };
    tabs.currentChanged.connect(this.keep);
  }

  private activate(panel: LogsPanel): void {
    const tabs = tabPanel(this.app);
    if (tabs) tabs.currentWidget = panel;
    else this.app.shell.activateById(panel.id);
  }
}

/** Reads what a command was given; what is missing is left out. */
export function specOfArguments(args: ReadonlyPartialJSONObject): Partial<PanelSpec> {
  const spec: Partial<PanelSpec> = {};
  if (isKind(args.kind)) spec.kind = args.kind;
  if (typeof args.id === "string") spec.id = args.id;
  if (typeof args.logdir === "string") spec.logdir = args.logdir;
  if (typeof args.flags === "string") spec.flags = args.flags;
  if (typeof args.live === "boolean") spec.live = args.live;
  return spec;
}

/** JupyterLab's main area; in Notebook 7's tree page, one more tab beside its files. */
function place(app: JupyterFrontEnd, panel: LogsPanel): void {
  const tabs = tabPanel(app);
  if (tabs) tabs.addWidget(panel);
  else app.shell.add(panel, "main");
}

function tabPanel(app: JupyterFrontEnd): TabPanel | null {
  for (const widget of app.shell.widgets("main") as Iterable<Widget>) {
    if (widget instanceof TabPanel) return widget;
  }
  return null;
}
