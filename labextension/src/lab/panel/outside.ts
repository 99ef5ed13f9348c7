// Takes a panel's logs into a tab of the browser.
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import type { LogsPanel } from "./panel.ts";
import { requestFor } from "./request.ts";
import type { PanelSpec } from "./spec.ts";

/** TensorBoard's own page; or JupyterLab with nothing but the board, on the same kernel. */
export function openInBrowserTab(panel: LogsPanel): void {
  window.open(panel.address ?? pageOf(panel.spec), "_blank", "noopener");
}

function pageOf(spec: PanelSpec): string {
  const page = URLExt.join(PageConfig.getBaseUrl(), "doc/workspaces", `nbboard-${spec.id}`);
  return `${page}?${requestFor(spec)}`;
}
