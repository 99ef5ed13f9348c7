// The panel: one folder of logs in the main area, with a kernel of its own.
import {
  type ISessionContextDialogs,
  MainAreaWidget,
  type SessionContext,
} from "@jupyterlab/apputils";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { Kernel, KernelMessage, ServiceManager } from "@jupyterlab/services";
import { Toolbar } from "@jupyterlab/ui-components";
import type { IDisposable } from "@lumino/disposable";
import type { Message } from "@lumino/messaging";
import { type ISignal, Signal } from "@lumino/signaling";
import { Panel } from "@lumino/widgets";
import { kindIcon } from "../icons.ts";
import { checkEnvironment, createSessionContext, ensureKernel, NoticeError } from "./kernel.ts";
import { shortName } from "../files/logs.ts";
import { attachWidgets } from "../manager.ts";
import { NoticeView } from "./notice-view.ts";
import { type Action, chooseFolder, kernelDied, type Notice, stopped } from "./notices.ts";
import { Output } from "./output.ts";
import { liveCode, panelCode } from "./python.ts";
import type { Settings } from "../settings.ts";
import { kindName, type PanelSpec, sessionName } from "./spec.ts";

export interface PanelServices {
  manager: ServiceManager.IManager;
  rendermime: IRenderMimeRegistry;
  settings: Settings;
  dialogs: ISessionContextDialogs;
}

/** What a panel is at; its toolbar and commands follow it. */
export type PanelState = "choosing" | "starting" | "shown" | "notice";

export class LogsPanel extends MainAreaWidget<Panel> {
  readonly sessionContext: SessionContext;
  private specNow: PanelSpec;
  private stateNow: PanelState = "choosing";
  private readonly services: PanelServices;
  private readonly notice: NoticeView;
  private readonly output: Output;
  /** Puts the cursor into the toolbar's folder; the toolbar sets it. */
  focusFolder: () => void = () => undefined;
  private readonly changedSignal = new Signal<this, void>(this);
  private widgets: IDisposable | null = null;
  private closed = false;
  /** Counts what was asked to be shown; only the last is. */
  private turn = 0;
  /** Whether the kernel works on what this panel is to show. */
  private isReading = false;
  /** Whether this panel itself changes its kernel now, so that it need not react. */
  private working = false;
  private busy: Promise<void> = Promise.resolve();

  constructor(spec: PanelSpec, services: PanelServices) {
    const content = new Panel();
    // Not the host's reactive toolbar: that hides what can shrink.
    super({ content, toolbar: new Toolbar() });
    this.specNow = spec;
    this.services = services;
    this.sessionContext = createSessionContext(services.manager, spec);
    this.id = `nbboard-${spec.id}`;
    this.addClass("nbboard-Panel");
    content.addClass("nbboard-Panel-content");
    this.notice = new NoticeView((action) => void this.act(action));
    this.output = new Output(services.rendermime);
    this.output.widget.addClass("nbboard-Panel-output");
    content.addWidget(this.notice);
    content.addWidget(this.output.widget);
    this.title.closable = true;
    this.title.icon = kindIcon(spec.kind);
    this.entitle();
    this.watchKernel();
  }

  get spec(): PanelSpec {
    return this.specNow;
  }

  get state(): PanelState {
    return this.stateNow;
  }

  /** Emitted when the state or the spec changed. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Where the framed TensorBoard is, seen from this page; null while there is none. */
  get address(): string | null {
    return this.output.widget.node.querySelector("iframe")?.src || null;
  }

  /** Shows the folder; asks for one where none was given. */
  open(change: Partial<Pick<PanelSpec, "logdir" | "flags" | "live">> = {}): Promise<void> {
    this.specNow = { ...this.specNow, ...change };
    this.entitle();
    if (this.specNow.logdir === "" && change.logdir === undefined) {
      this.notice.tell(chooseFolder(kindName(this.specNow.kind)));
      this.become("choosing");
      return Promise.resolve();
    }
    return this.run();
  }

  /** Says something instead of showing logs. */
  tell(notice: Notice): void {
    this.output.clear();
    this.notice.tell(notice);
    this.become("notice");
  }

  /** Ends the kernel, and with it the server; the panel stays. */
  async stop(): Promise<void> {
    await this.alone(() => this.sessionContext.shutdown());
    this.tell(stopped(kindName(this.specNow.kind)));
  }

  /** Turns the following of new data on or off. */
  async setLive(live: boolean): Promise<void> {
    if (this.specNow.kind === "board" && this.stateNow === "shown") {
      this.specNow = { ...this.specNow, live };
      // Seen at once, also while the kernel is busy.
      this.changedSignal.emit();
      await this.execute(liveCode(live));
    } else {
      await this.open({ live });
    }
  }

  /** Runs code whose outputs nobody sees, and gives the values of expressions. */
  async execute(
    code: string,
    expressions: Record<string, string> = {},
  ): Promise<KernelMessage.IExecuteReplyMsg | null> {
    const kernel: Kernel.IKernelConnection | null = this.sessionContext.session?.kernel ?? null;
    if (kernel === null) return null;
    return kernel.requestExecute({
      code,
      silent: true,
      store_history: false,
      user_expressions: expressions,
    }).done;
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    // The host's toolbar cannot have the focus before it is laid out.
    if (this.stateNow === "choosing") requestAnimationFrame(() => this.focusFolder());
  }

  protected override onCloseRequest(msg: Message): void {
    this.closed = true;
    // What is still starting is waited for, so that nothing is left behind.
    void this.busy
      .then(() => this.sessionContext.shutdown())
      .catch(() => undefined)
      .then(() => this.sessionContext.dispose());
    super.onCloseRequest(msg);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.widgets?.dispose();
    super.dispose();
  }

  private async run(): Promise<void> {
    const { manager, settings } = this.services;
    this.turn += 1;
    const turn = this.turn;
    /** Whether the panel was closed, or shows something else by now. */
    const isOver = (): boolean => this.closed || turn !== this.turn;
    this.become("starting");
    this.output.clear();
    const { kernel } = this.sessionContext.session ?? {};
    this.notice.wait(kernel ? "Waiting for the kernel." : "Starting a kernel.");
    try {
      // What is being read for this panel is no longer wanted, and may take long.
      if (this.isReading) await kernel?.interrupt();
      await this.alone(() =>
        ensureKernel(manager, this.sessionContext, settings.preferences.kernel),
      );
      if (isOver()) return;
      await this.sessionContext.session?.setName(sessionName(this.specNow));
      await checkEnvironment(this.sessionContext);
      this.widgets ??= await attachWidgets(this.sessionContext, this.output.rendermime);
      if (isOver()) return;
      this.notice.wait(`Reading ${this.specNow.logdir || "the folder"}.`);
      this.isReading = true;
      try {
        await this.showOutput(panelCode(this.specNow, settings.preferences));
      } finally {
        if (!isOver()) this.isReading = false;
      }
      if (!isOver()) this.become("shown");
    } catch (error) {
      if (isOver()) return;
      if (error instanceof NoticeError) this.tell(error.notice);
      else if (this.stateNow === "starting") throw error;
    }
  }

  /** Runs code; its first output takes the place of the line that said to wait. */
  private showOutput(code: string): Promise<void> {
    const { turn } = this;
    return this.output.execute(code, this.sessionContext, () => {
      if (turn === this.turn) this.notice.hide();
    });
  }

  private async act(action: Action): Promise<void> {
    if (action === "start") {
      await this.run();
    } else if (action === "choose-kernel") {
      await this.sessionContext.initialize();
      await this.alone(() => this.services.dialogs.selectKernel(this.sessionContext));
      if (this.sessionContext.session?.kernel) await this.run();
    } else {
      this.notice.wait("Installing nbboard.");
      await this.showOutput("%pip install nbboard");
      await this.run();
    }
  }

  /** Does something to the kernel while the panel does not react to the kernel's changes. */
  private async alone(work: () => Promise<unknown>): Promise<void> {
    this.working = true;
    const done = work();
    this.busy = done.then(
      () => undefined,
      () => undefined,
    );
    try {
      await done;
    } finally {
      this.working = false;
    }
  }

  private watchKernel(): void {
    const context = this.sessionContext;
    context.statusChanged.connect((_, status) => {
      if (this.working || this.closed) return;
      if (status === "autorestarting" || status === "dead") {
        this.tell(kernelDied(context.kernelDisplayName));
      }
    });
    context.sessionChanged.connect((_, { newValue }) => {
      // Shut down from elsewhere: the list of running sessions, or another page.
      if (newValue === null && !this.working && !this.closed) {
        this.tell(stopped(kindName(this.specNow.kind)));
      }
    });
    context.kernelChanged.connect((_, { newValue }) => {
      // Restarted, or another one was chosen in the toolbar.
      if (newValue !== null && !this.working && !this.closed && this.stateNow !== "choosing") {
        void this.run();
      }
    });
  }

  private become(state: PanelState): void {
    this.stateNow = state;
    this.changedSignal.emit();
  }

  private entitle(): void {
    const { kind, logdir } = this.specNow;
    this.title.label = logdir === "" ? kindName(kind) : shortName(logdir);
    this.title.caption = `${kindName(kind)}: ${logdir || "no folder chosen"}`;
  }
}
