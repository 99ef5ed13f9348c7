// A notebook is saved without the live half of nbboard's outputs.
//
// A reader whose kernel is gone would get "model not found" from it, in the place of the picture
// or the sentence that is saved beside it. The page keeps it: only what is written out lacks it.
import type { Outer } from "../shell/inner.ts";

export const VIEW_MIME = "application/vnd.nbboard.view+json";
export const WIDGET_MIME = "application/vnd.jupyter.widget-view+json";

interface Cell {
  outputs?: { data?: Record<string, unknown> }[];
}

interface Saved {
  cells?: Cell[];
}

/** A notebook as the page has it. */
export interface Notebook {
  toJSON(...rest: unknown[]): unknown;
}

const done = new WeakSet<Notebook>();

/** Makes a notebook leave the live half out when it writes itself out. */
export function savePicturesOnly(notebook: Notebook | undefined): void {
  if (notebook === undefined || done.has(notebook)) return;
  done.add(notebook);
  const toJSON = notebook.toJSON.bind(notebook);
  // The classic page's notebook, its only one, is sealed: what it has of its class can be changed.
  const owner: Notebook = Object.isExtensible(notebook)
    ? notebook
    : Object.getPrototypeOf(notebook);
  owner.toJSON = (...rest) => withoutWidgets(toJSON(...rest));
}

/** The notebook around a widget in JupyterLab, Notebook 7 or the classic one; none elsewhere. */
export function notebookAround(model: Outer): Notebook | undefined {
  const { context } = model.widget_manager as { context?: { model?: Notebook } };
  const { Jupyter } = globalThis as { Jupyter?: { notebook?: Notebook } };
  return [context?.model, Jupyter?.notebook].find((one) => typeof one?.toJSON === "function");
}

/** Returns a notebook's JSON without the live half of nbboard's outputs. */
export function withoutWidgets(saved: unknown): unknown {
  const { cells } = (saved ?? {}) as Saved;
  if (!Array.isArray(cells)) return saved;
  return { ...(saved as Saved), cells: cells.map(cellWithoutWidgets) };
}

function cellWithoutWidgets(cell: Cell): Cell {
  if (!cell.outputs?.some(({ data }) => data?.[VIEW_MIME] && data[WIDGET_MIME])) return cell;
  const outputs = cell.outputs.map((output) => {
    if (!output.data?.[VIEW_MIME]) return output;
    const { [WIDGET_MIME]: _live, ...data } = output.data;
    return { ...output, data };
  });
  return { ...cell, outputs };
}
