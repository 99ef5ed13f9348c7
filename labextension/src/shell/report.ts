// What Jupyter is to a view, as far as one file can be it: models that keep their state.

interface SavedModel {
  state: Record<string, unknown>;
  /** Name of its module; none for plain state. */
  module?: string;
}

interface Saved {
  root: string;
  models: Record<string, SavedModel>;
  /** The text of each module, by name. */
  modules: Record<string, string>;
}

interface WidgetModuleExports {
  default: {
    initialize?(props: { model: ReportModel }): Promise<unknown>;
    render(props: { model: ReportModel; el: HTMLElement }): Promise<(() => void) | undefined>;
  };
}

type Listener = (...args: unknown[]) => void;

/** What the file holds, packed by gzip and written in base64. */
async function unpack(text: string): Promise<Saved> {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as Saved;
}

/** Put bytes back: `{"$base64": "..."}` becomes a DataView. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (value && typeof value === "object") {
    const encoded = (value as Record<string, unknown>).$base64;
    if (typeof encoded === "string") {
      const binary = atob(encoded);
      const bytes = new Uint8Array(binary.length);
      for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
      return new DataView(bytes.buffer);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
  }
  return value;
}

class ReportModel {
  readonly widget_manager: ReportManager;
  private readonly state: Record<string, unknown>;
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(manager: ReportManager, state: Record<string, unknown>) {
    this.widget_manager = manager;
    this.state = state;
  }

  get(name: string): unknown {
    return this.state[name];
  }

  set(name: string, value: unknown): void {
    this.state[name] = value;
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }

  save_changes(): void {}

  send(content: { type?: string; id?: number }): void {
    if (content.type !== "request") return;
    const error = "This is a saved report: there is no kernel to ask.";
    const answer = { type: "answer", id: content.id, content: {}, error };
    setTimeout(() => {
      for (const listener of this.listeners.get("msg:custom") ?? []) listener(answer, []);
    });
  }

  on(name: string, listener: Listener): void {
    const known = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, known.add(listener));
  }

  off(name?: string | null, listener?: Listener | null): void {
    if (name && listener) this.listeners.get(name)?.delete(listener);
  }
}

class ReportManager {
  private readonly saved: Saved;
  private readonly models = new Map<string, Promise<ReportModel>>();
  private readonly modules = new Map<ReportModel, WidgetModuleExports["default"]>();

  constructor(saved: Saved) {
    this.saved = saved;
  }

  get_model(id: string): Promise<ReportModel> {
    let found = this.models.get(id);
    if (!found) {
      found = this.make(id);
      this.models.set(id, found);
    }
    return found;
  }

  async create_view(model: ReportModel): Promise<{ el: HTMLElement; remove(): void }> {
    const el = document.createElement("div");
    const remove = await this.modules.get(model)?.render({ model, el });
    return { el, remove: () => remove?.() };
  }

  private async make(id: string): Promise<ReportModel> {
    const saved = this.saved.models[id];
    if (!saved) throw new Error(`The report has no model ${id}.`);
    const model = new ReportModel(this, revive(saved.state) as Record<string, unknown>);
    if (saved.module) {
      // Evaluated anew for every model, as in a notebook: a module keeps its model's state.
      const blob = new Blob([this.saved.modules[saved.module] ?? ""], { type: "text/javascript" });
      const url = URL.createObjectURL(blob);
      const module = ((await import(url)) as WidgetModuleExports).default;
      URL.revokeObjectURL(url);
      this.modules.set(model, module);
      await module.initialize?.({ model });
    }
    return model;
  }
}

export async function startReport(): Promise<void> {
  const place = document.getElementById("view")!;
  if (!("DecompressionStream" in globalThis)) {
    place.textContent = "This report needs a browser of 2023 or later.";
    return;
  }
  const saved = await unpack(document.getElementById("saved")!.textContent ?? "");
  const manager = new ReportManager(saved);
  const view = await manager.create_view(await manager.get_model(saved.root));
  place.replaceChildren(view.el);
}
