// Brings panels back after a reload of the page where the host does not remember its layout.
//
// Notebook 7 does not. What is open is kept for this tab of the browser and for no other, as long
// as the tab lives; the kernels go on meanwhile, and the panels find them.
import { PageConfig } from "@jupyterlab/coreutils";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import type { PanelSpec } from "./spec.ts";

export interface Remembered {
  specs: PanelSpec[];
  /** The id of the panel in front; null where something else was. */
  front: string | null;
}

const NOTHING: Remembered = { specs: [], front: null };

export function rememberedKey(): string {
  return `nbboard:panels:${PageConfig.getBaseUrl()}`;
}

export function remember(storage: Storage, state: Remembered): void {
  try {
    storage.setItem(rememberedKey(), JSON.stringify(state));
  } catch {
    // The browser keeps nothing; so do we.
  }
}

/**
 * Reads what was kept; what makes no sense is left out.
 *
 * @param specOf - reads the parts of a panel's spec
 */
export function recall(
  storage: Storage,
  specOf: (args: ReadonlyPartialJSONObject) => Partial<PanelSpec>,
): Remembered {
  try {
    const found = JSON.parse(storage.getItem(rememberedKey()) ?? "null");
    const specs = (found?.specs ?? []).map(specOf).filter(isWhole);
    return { specs, front: typeof found?.front === "string" ? found.front : null };
  } catch {
    return NOTHING;
  }
}

function isWhole(spec: Partial<PanelSpec>): spec is PanelSpec {
  const { kind, id, logdir, flags, live } = spec;
  return [kind, id, logdir, flags, live].every((part) => part !== undefined);
}
