// The output of %tensorboard: finds a way to the server and frames it, or says in
// words what to do. The kernel's half is nbboard/notebook/frame.py.
//
// The address comes as a custom message and is kept in this module's memory only:
// whatever is a trait could be saved with the notebook, and it contains the secret.
import type { AnyModel, AnyWidget } from "@anywidget/types";
import type { Wish } from "../frame/inside.ts";
import { answers, baseUrl, enter, hostTheme, onThemeChange } from "../frame/page.ts";
import {
  candidates,
  lastResort,
  type Route,
  secretOf,
  themed,
  withSecret,
} from "../frame/routes.ts";
import style from "../frame/style.css";
import { notebookAround, savePicturesOnly } from "../host/saving.ts";
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

/** What changed in the logs that TensorBoard shows. */
interface News {
  kind: "news";
  /** Another number after each change. */
  version: number;
  /** What is damaged, hidden or sampled. */
  lines: string[];
}

/** How long to wait for the kernel's first word before saying that it is silent. */
const SILENCE_MS = 4000;

/** At least so long between two reloads of TensorBoard's page that nobody asked for. */
const LIVE_MS = 2000;
const NO_COOKIE =
  "This page keeps no cookie for TensorBoard, so its address holds its secret: whoever has the " +
  "address, from a log of a proxy for example, can read these logs on this machine.";

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
  private readonly news = element("p", "nbb-frame-notes");
  private readonly controls = element("span", "nbb-frame-controls");
  private readonly reload = element("button", "nbb-frame-reload", "Reload");
  private readonly live = element("input", "");
  private readonly link = element("a", "nbb-frame-link", "Open in new tab");
  private readonly stage = element("div", "nbb-frame-stage");
  private readonly lifetime = new AbortController();
  private readonly model: AnyModel<Model>;
  private route: (Route & { notes: string[] }) | null = null;
  private url: string | null = null;
  private frame: HTMLIFrameElement | null = null;
  private checked = 0;
  /** The version of the logs that TensorBoard's page was last asked to load, and the newest. */
  private loaded = 0;
  private newest = 0;
  private reloaded = 0;
  private waiting = 0;
  private onScreen = false;

  constructor(model: AnyModel<Model>, el: HTMLElement) {
    this.model = model;
    const bar = element("div", "nbb-frame-bar");
    const what = element("span", "nbb-frame-what", model.get("label") || "TensorBoard");
    what.title = `TensorBoard: ${model.get("label")}`;
    this.link.target = "_blank";
    this.link.rel = "noopener noreferrer";
    this.controls.hidden = true;
    this.reload.type = "button";
    this.reload.title = "Have TensorBoard load what is new";
    this.reload.onclick = () => this.askToReload();
    this.live.type = "checkbox";
    this.live.checked = true;
    this.live.onchange = () => this.keepUp();
    const live = element("label", "nbb-frame-live");
    live.title = "Load new points as they come, while this is on screen";
    live.append(this.live, "Live");
    this.controls.append(this.reload, live, this.link);
    bar.append(what, this.controls);
    this.root.append(element("style", "", style), bar, this.notes, this.news, this.stage);
    this.root.style.setProperty("width", model.get("width"), "important");
    this.say("Waiting for the kernel.");
    el.replaceChildren(this.root);

    const { signal } = this.lifetime;
    onThemeChange(() => this.followTheme(), signal);
    // A server that ended while nobody looked must not stay as a dead frame. It is asked
    // when someone comes, not by the clock: that would keep an idle Hub from resting.
    document.addEventListener(
      "visibilitychange",
      () => {
        void this.check();
        this.keepUp();
      },
      { signal },
    );
    const watcher = new IntersectionObserver((entries) => {
      this.onScreen = entries.at(-1)?.isIntersecting ?? false;
      this.keepUp();
    });
    watcher.observe(this.stage);
    signal.addEventListener("abort", () => {
      watcher.disconnect();
      window.clearTimeout(this.waiting);
    });
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

  /** Shows what is to be said of the logs, and has TensorBoard load what is new. */
  hear({ version, lines }: News): void {
    this.news.textContent = lines.join("; ");
    this.newest = version;
    this.keepUp();
  }

  /** Has TensorBoard load what is new if it is to be live and seen, not too often. */
  private keepUp(): void {
    const isNew = this.newest !== this.loaded;
    this.reload.classList.toggle("nbb-frame-more", isNew && !this.live.checked);
    const seen = this.onScreen && !document.hidden && this.frame !== null;
    if (!isNew || !this.live.checked || !seen || this.waiting !== 0) return;
    const wait = Math.max(0, this.reloaded + LIVE_MS - performance.now());
    this.waiting = window.setTimeout(() => {
      this.waiting = 0;
      if (this.live.checked && this.onScreen && !document.hidden) this.askToReload();
    }, wait);
  }

  /** Presses the button inside, by way of the script that TensorBoard's page has of us. */
  private askToReload(): void {
    this.loaded = this.newest;
    this.reloaded = performance.now();
    this.reload.classList.remove("nbb-frame-more");
    if (this.frame === null) return;
    const wish: Wish = { nbboard: "reload" };
    // It holds nothing that another page in the frame could not know.
    this.frame.contentWindow?.postMessage(wish, "*");
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
      if (!found) continue;
      const entered = await enter(url, secretOf(route));
      if (this.lifetime.signal.aborted || this.route !== route) return;
      // Where a page is inside another site's (VS Code, Colab) browsers keep no cookie.
      this.notes.textContent = [...this.route.notes, ...(entered ? [] : [NO_COOKIE])].join("\n");
      this.embed(entered ? url : withSecret(url, route));
      return;
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
    // What it loads first is what there is; from then on it is told what is new.
    frame.onload = () => {
      this.loaded = this.newest;
      this.reloaded = performance.now();
    };
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
    this.offer(lastResort(route), false);
  }

  /** Offers the address, and beside a frame its controls. */
  private offer(url: string, framed = true): void {
    this.link.href = url;
    this.controls.hidden = false;
    this.controls.classList.toggle("nbb-frame-linked", !framed);
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
    this.controls.hidden = true;
    this.news.textContent = "";
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
  let news: News | null = null;
  let silent = false;
  let wasSeen = false;
  return {
    initialize({ model }) {
      model.on("msg:custom", (message: State | News) => {
        if (message.kind === "news") {
          news = message;
          for (const view of views) view.hear(message);
        } else {
          state = message;
          for (const view of views) view.show(message);
        }
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
      savePicturesOnly(notebookAround(model as never));
      const view = new View(model, el);
      if (state !== null || silent) view.show(state);
      if (news !== null) view.hear(news);
      // Nobody looked for a while: the kernel has told no news since.
      if (wasSeen && views.size === 0) model.send({ kind: "hello" });
      wasSeen = true;
      views.add(view);
      return () => {
        views.delete(view);
        view.dispose();
        if (views.size === 0) model.send({ kind: "gone" });
      };
    },
  };
};
