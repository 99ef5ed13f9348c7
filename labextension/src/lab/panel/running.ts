// nbboard's kernels in the list of what runs, also those whose panel is not open here.
import type { IRunningSessionManagers, IRunningSessions } from "@jupyterlab/running";
import type { Session } from "@jupyterlab/services";
import { type ISignal, Signal } from "@lumino/signaling";
import { kindIcon } from "../icons.ts";
import type { Panels } from "./panels.ts";
import { kindName, type PanelSpec, SESSION_TYPE, specOfSession } from "./spec.ts";

export function listRunning(
  managers: IRunningSessionManagers,
  sessions: Session.IManager,
  panels: Panels,
): void {
  managers.add(new RunningPanels(sessions, panels));
}

class RunningPanels implements IRunningSessions.IManager {
  readonly name = "nbboard";
  readonly shutdownLabel = "Shut Down";
  readonly shutdownAllLabel = "Shut Down All";
  readonly shutdownAllConfirmationText =
    "End the kernels of all nbboard panels, and with them their TensorBoard servers?";
  private readonly sessions: Session.IManager;
  private readonly panels: Panels;
  private readonly changed = new Signal<this, void>(this);

  constructor(sessions: Session.IManager, panels: Panels) {
    this.sessions = sessions;
    this.panels = panels;
    sessions.runningChanged.connect(() => this.changed.emit());
  }

  get runningChanged(): ISignal<this, void> {
    return this.changed;
  }

  running(): IRunningSessions.IRunningItem[] {
    return this.models().map(([model, spec]) => ({
      label: () => `${kindName(spec.kind)}: ${spec.logdir || "no folder"}`,
      labelTitle: () => `${kindName(spec.kind)}: ${spec.logdir}\nKernel: ${model.kernel?.name}`,
      icon: () => kindIcon(spec.kind),
      open: () => void this.panels.open(spec.kind, spec.logdir, { id: spec.id }),
      shutdown: () => this.shutDown(model, spec),
    }));
  }

  shutdownAll(): void {
    for (const [model, spec] of this.models()) this.shutDown(model, spec);
  }

  async refreshRunning(): Promise<void> {
    await this.sessions.refreshRunning();
  }

  private shutDown(model: Session.IModel, spec: PanelSpec): void {
    const panel = this.panels.find(`nbboard-${spec.id}`);
    if (panel) panel.close();
    else void this.sessions.shutdown(model.id);
  }

  private models(): [Session.IModel, PanelSpec][] {
    const found: [Session.IModel, PanelSpec][] = [];
    for (const model of this.sessions.running()) {
      const spec = model.type === SESSION_TYPE ? specOfSession(model.path, model.name) : null;
      if (spec) found.push([model, spec]);
    }
    return found;
  }
}
