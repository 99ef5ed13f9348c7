// The host's colours, for what CSS cannot reach: canvases.
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";

export interface Theme {
  dark: boolean;
  /** Text, faint text, faint lines, background, accent, as CSS colours. */
  text: string;
  faint: string;
  grid: string;
  background: string;
  accent: string;
  font: string;
}

const LIGHT = {
  text: "#212121",
  faint: "#6b6b6b",
  grid: "#e6e6e6",
  background: "#ffffff",
  accent: "#1976d2",
};
const DARK = {
  text: "#e0e0e0",
  faint: "#9e9e9e",
  grid: "#333333",
  background: "#111111",
  accent: "#64b5f6",
};
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** The host's variables, in the order in which they are tried. */
const VARIABLES: Record<keyof typeof LIGHT, string[]> = {
  text: ["--jp-content-font-color1", "--vscode-editor-foreground"],
  faint: ["--jp-content-font-color2", "--vscode-descriptionForeground"],
  grid: ["--jp-border-color2", "--vscode-editorWidget-border"],
  background: ["--jp-layout-color0", "--vscode-editor-background"],
  accent: ["--jp-brand-color1", "--vscode-focusBorder"],
};

/** Whether the host is dark, by the sign that each host gives. */
export function hostIsDark(): boolean {
  const { body, documentElement: html } = document;
  const jupyter = body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "false";
  if (/\bvscode-(dark|high-contrast)\b/.test(body.className)) {
    return !body.classList.contains("vscode-high-contrast-light");
  }
  if (body.classList.contains("vscode-light")) return false;
  const colab = html.getAttribute("theme");
  if (colab) return colab === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

function read(chosen: string): Theme {
  const host = hostIsDark();
  const dark = chosen === "auto" ? host : chosen === "dark";
  const colors = { ...(dark ? DARK : LIGHT) };
  if (dark === host) {
    const style = getComputedStyle(document.body);
    for (const [name, variables] of Object.entries(VARIABLES)) {
      const value = variables.map((v) => style.getPropertyValue(v).trim()).find(Boolean);
      if (value) colors[name as keyof typeof LIGHT] = value;
    }
  }
  return { dark, ...colors, font: FONT };
}

/** Follows the host's theme, unless one is chosen. */
export function watchTheme(chosen: Signal<string>): ReadonlySignal<Theme> {
  const theme = signal(read(chosen.peek()));
  const update = (): void => {
    const now = read(chosen.peek());
    if (JSON.stringify(now) !== JSON.stringify(theme.peek())) theme.value = now;
  };
  effect(() => {
    chosen.value;
    update();
  });
  const attributes = ["class", "data-jp-theme-light", "data-jp-theme-name", "theme", "style"];
  // JupyterLab swaps its style sheet a moment after it has changed the attribute.
  const later = (): void => {
    update();
    for (const delay of [100, 500]) setTimeout(update, delay);
  };
  const observer = new MutationObserver(later);
  observer.observe(document.body, { attributes: true, attributeFilter: attributes });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: attributes });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
  return theme;
}
