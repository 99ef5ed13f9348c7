// What the panels say to their kernels, and the cells they leave in notebooks.
import type { Preferences } from "../preferences.ts";
import type { PanelSpec } from "./spec.ts";

/** TensorBoard's own choice; boards look more often, for that costs them less. */
const TENSORBOARD_SECONDS = 5;

/** A string as Python writes it. JSON's escapes are a subset of Python's. */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}

/** A word for a magic's line: quoted where it must be, braces doubled so that they stay. */
export function magicWord(text: string): string {
  const braced = text.replace(/[{}]/g, "$&$&");
  if (braced !== "" && !/[\s"'#\\]/.test(braced)) return braced;
  return braced.includes('"') ? `'${braced}'` : `"${braced}"`;
}

/**
 * TensorBoard's flags, from the panel's switches and from what was typed; the typed win.
 */
function tensorboardFlags(spec: PanelSpec, preferences: Preferences): string[] {
  const flags: string[] = [];
  if (!/--reload_interval\b/.test(spec.flags)) {
    // 0 is TensorBoard's word for "read once".
    const seconds = preferences.liveInterval || TENSORBOARD_SECONDS;
    flags.push(`--reload_interval=${spec.live ? seconds : 0}`);
  }
  if (preferences.theme !== "auto" && !/--theme\b/.test(spec.flags)) {
    flags.push(`--theme ${preferences.theme}`);
  }
  if (spec.flags.trim()) flags.push(spec.flags.trim());
  return flags;
}

export function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}

/**
 * What a panel runs. Run again in the same kernel, it shows what is there already:
 * the server is reused, and the board keeps what it has read.
 */
export function panelCode(spec: PanelSpec, preferences: Preferences): string {
  return spec.kind === "tensorboard"
    ? tensorboardCode(spec, preferences)
    : boardCode(spec, preferences);
}

function tensorboardCode(spec: PanelSpec, preferences: Preferences): string {
  // The folder goes through a variable, so that nothing in its name is read as syntax.
  const flags = tensorboardFlags(spec, preferences).join(" ");
  return [
    "%reload_ext nbboard",
    `_nbboard_logdir = ${pythonString(spec.logdir || ".")}`,
    `%tensorboard --logdir {_nbboard_logdir} --height 240 ${flags}`,
  ].join("\n");
}

function boardCode(spec: PanelSpec, preferences: Preferences): string {
  const folder = pythonString(spec.logdir || ".");
  const options = [`live=${pythonBoolean(spec.live)}`, `theme=${pythonString(preferences.theme)}`];
  if (preferences.liveInterval > 0) options.push(`interval=${preferences.liveInterval}`);
  // Only a log with scalars takes an option of theirs.
  const smoothing = `{"smoothing": ${preferences.smoothing}} if "scalars" in _nbboard_log.kinds else {}`;
  return [
    "import nbboard as _nbboard",
    "from IPython.display import display as _nbboard_display",
    "def _nbboard_make():",
    `    return _nbboard_log.view(${options.join(", ")}, height=0, **(${smoothing}))`,
    "try:",
    `    if globals().get("_nbboard_shown") != ${folder}:`,
    `        _nbboard_log = _nbboard.open(${folder})`,
    "        _nbboard_view = _nbboard_make()",
    `        _nbboard_shown = ${folder}`,
    "    else:",
    "        _nbboard_log.refresh()",
    "        if not _nbboard_view.live:",
    // It would not take up what was read just now.
    "            _nbboard_view.close()",
    "            _nbboard_view = _nbboard_make()",
    "    _nbboard_display(_nbboard_view)",
    "except _nbboard.NbboardError as _nbboard_error:",
    // A person's mistake is a sentence, not a traceback.
    "    print(_nbboard_error)",
  ].join("\n");
}

/** Turns the board's following of new data on or off, without drawing it anew. */
export function liveCode(live: boolean): string {
  return `_nbboard_view.live = ${pythonBoolean(live)}`;
}

/** The cell that shows in a notebook what the panel shows. */
export function cellSource(spec: PanelSpec, logdir: string, preferences: Preferences): string {
  if (spec.kind === "tensorboard") {
    const height = preferences.height === 800 ? [] : [`--height ${preferences.height}`];
    // No quotes hold both kinds of quotes, or keep the notebook's variables out.
    const awkward = /\$[A-Za-z_]|'.*"|".*'/.test(logdir);
    const lines = ["%load_ext nbboard"];
    if (awkward) lines.push(`logdir = ${pythonString(logdir)}`);
    const words = [`--logdir ${awkward ? "{logdir}" : magicWord(logdir)}`, ...height];
    if (preferences.theme !== "auto") words.push(`--theme ${preferences.theme}`);
    if (spec.flags.trim()) words.push(spec.flags.trim());
    return [...lines, `%tensorboard ${words.join(" ")}`].join("\n");
  }
  return `import nbboard\n\nlog = nbboard.open(${pythonString(logdir)})\nlog`;
}
