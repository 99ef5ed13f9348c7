// The output of %tensorboard: finds a way to the server and frames it, or says in
// words what to do. The kernel's half is nbboard/notebook/frame.py.
//
// The address comes as a custom message and is kept in this module's memory only:
// whatever is a trait could be saved with the notebook, and it contains the secret.
import type { AnyModel, AnyWidget } from "@anywidget/types";
import { answers, baseUrl, hostTheme, onThemeChange } from "../frame/page.ts";
import { candidates, lastResort, type Route, themed } from "../frame/routes.ts";
import style from "../frame/style.css";
import { hearWhenLate } from "../shell/late.ts";

interface Model {
  label: string;
  height: string;
  width: string;
  theme: "auto" | "light" | "dark";
  _own_id: string;
}

type State =
  | { kind: "starting"; text: string }
  | ({ kind: "ready"; notes: string[] } & Route)
  | { kind: "ended"; text: string };

/** How long to wait for the kernel's first word before saying that it is silent. */
const SILENCE_MS = 4000;

/** At least so long between two questions whether the server is still there. */
const CHECK_MS = 2000;

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

class View {
  private readonly root = element("div", "nbb-frame");
  private readonly notes = element("p", "nbb-frame-notes");
  private readonly link = element("a", "nbb-frame-link", "Open in new tab");
  private readonly stage = element("div", "nbb-frame-stage");
  private readonly lifetime = new AbortController();
  private readonly model: AnyModel<Model>;
  private route: Route | null = null;
  private url: string | null = null;
  private frame: HTMLIFrameElement | null = null;
  private checked = 0;

  constructor(model: AnyModel<Model>, el: HTMLElement) {
    this.model = model;
    const bar = element("div", "nbb-frame-bar");
    const what = element("span", "nbb-frame-what", model.get("label") || "TensorBoard");
    what.title = `TensorBoard: ${model.get("label")}`;
    this.link.target = "_blank";
    this.link.rel = "noopener noreferrer";
    this.link.hidden = true;
    bar.append(what, this.link);
    this.root.append(element("style", "", style), bar, this.notes, this.stage);
    this.root.style.setProperty("width", model.get("width"), "important");
    this.say("Waiting for the kernel.");
    el.replaceChildren(this.root);

    const { signal } = this.lifetime;
    onThemeChange(() => this.followTheme(), signal);
    // A server that ended while nobody looked must not stay as a dead frame. It is asked
    // when someone comes, not by the clock: that would keep an idle Hub from resting.
    document.addEventListener("visibilitychange", () => void this.check(), { signal });
    this.root.addEventListener("pointerenter", () => void this.check(), { signal });
  }

  dispose(): void {
    this.lifetime.abort();
  }

  show(state: State | null): void {
    if (state === null) {
      this.collapse(
        "TensorBoard was shown here. It comes back when the kernel is free, " +
          "or when the cell is run again.",
      );
    } else if (state.kind === "starting") {
      this.say(`Starting TensorBoard${state.text ? `: ${state.text}` : ""}.`);
    } else if (state.kind === "ended") {
      this.collapse(state.text);
      // Nothing came of it, and the cell says why.
      this.root.hidden = state.text === "";
    } else if (state.identity !== this.route?.identity) {
      this.route = state;
      this.notes.textContent = state.notes.join("\n");
      void this.find();
    }
  }

  /** Asks the server whether it is still there. */
  async check(): Promise<void> {
    if (document.hidden || this.frame === null || this.route === null || this.url === null) return;
    if (performance.now() - this.checked < CHECK_MS) return;
    this.checked = performance.now();
    const { url, route } = this;
    if ((await answers(url, route.identity)) || (await answers(url, route.identity))) return;
    if (this.url !== url || this.lifetime.signal.aborted) return;
    this.collapse("TensorBoard does not answer any more. Run the cell again to see it.", true);
  }

  /** Tries the ways to the server in order and frames it by the first that works. */
  private async find(): Promise<void> {
    const { route } = this;
    if (route === null) return;
    this.say("Looking for a way to TensorBoard.");
    for (const url of candidates(route, { href: location.href, baseUrl: baseUrl() })) {
      const found = await answers(url, route.identity);
      if (this.lifetime.signal.aborted || this.route !== route) return;
      if (found) {
        this.embed(url);
        return;
      }
    }
    this.explain(route);
  }

  private embed(url: string): void {
    this.url = url;
    const frame = element("iframe", "");
    frame.title = `TensorBoard: ${this.model.get("label")}`;
    frame.allow = "clipboard-read; clipboard-write; fullscreen";
    // Some hosts set a size for all frames.
    frame.style.setProperty("width", "100%", "important");
    frame.style.setProperty("height", "100%", "important");
    frame.src = themed(url, this.theme());
    this.frame = frame;
    this.offer(frame.src);
    this.setHeight();
    this.stage.replaceChildren(frame);
  }

  /** Says what to do where no way was found. */
  private explain(route: Route): void {
    const command = element("code", "nbb-frame-command", route.help.command);
    this.collapse(
      `TensorBoard runs at port ${route.port} of the kernel's machine, but this page cannot ` +
        `reach it. ${route.help.text}`,
      true,
    );
    this.stage.firstElementChild?.after(command);
    this.offer(lastResort(route));
  }

  private offer(url: string): void {
    this.link.href = url;
    this.link.hidden = false;
  }

  private theme(): "light" | "dark" | null {
    const wanted = this.model.get("theme");
    return wanted === "auto" ? hostTheme() : wanted;
  }

  private followTheme(): void {
    if (this.frame === null || this.url === null) return;
    let hash = "";
    try {
      hash = this.frame.contentWindow?.location.hash ?? "";
    } catch {
      // Another origin: TensorBoard starts at its first tab again.
    }
    const wanted = themed(this.url, this.theme(), hash);
    if (themed(this.frame.src, null, hash) === wanted) return;
    this.frame.src = wanted;
    this.link.href = wanted;
  }

  /** Shows a line in the place that the frame will take, so that nothing jumps. */
  private say(text: string): void {
    this.setHeight();
    this.stage.replaceChildren(element("p", "nbb-frame-wait", text));
  }

  /** Shows sentences instead of a frame; never an empty frame. */
  private collapse(text: string, retry = false): void {
    this.frame = null;
    this.link.hidden = true;
    this.stage.style.removeProperty("height");
    this.stage.replaceChildren(element("p", "", text));
    if (retry) {
      const again = element("button", "nbb-frame-again", "Try again");
      again.type = "button";
      again.onclick = () => void this.find();
      this.stage.append(again);
    }
  }

  private setHeight(): void {
    this.stage.style.setProperty("height", this.model.get("height"), "important");
  }
}

// One call for each model: what is declared here is shared by its views.
export default (): AnyWidget<Model> => {
  const views = new Set<View>();
  let state: State | null = null;
  let silent = false;
  return {
    initialize({ model }) {
      model.on("msg:custom", (message: State) => {
        state = message;
        for (const view of views) view.show(state);
      });
      const hello = (): void => model.send({ kind: "hello" });
      hello();
      void hearWhenLate(model, hello);
      setTimeout(() => {
        silent = true;
        if (state === null) for (const view of views) view.show(null);
      }, SILENCE_MS);
      // The kernel restarts or the connection was lost. The server ends a moment later.
      model.on("comm_live_update", () => {
        for (const after of [1000, 4000, 10000]) {
          setTimeout(() => {
            for (const view of views) void view.check();
          }, after);
        }
      });
    },
    render({ model, el }) {
      const view = new View(model, el);
      if (state !== null || silent) view.show(state);
      views.add(view);
      return () => {
        views.delete(view);
        view.dispose();
      };
    },
  };
};
