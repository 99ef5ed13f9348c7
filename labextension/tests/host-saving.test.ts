import assert from "node:assert/strict";
import { test } from "node:test";
import {
  notebookAround,
  savePicturesOnly,
  VIEW_MIME,
  WIDGET_MIME,
  withoutWidgets,
} from "../src/host/saving.ts";

const ours = { [VIEW_MIME]: { model_id: "m" }, [WIDGET_MIME]: {}, "image/png": "iVBO" };
const theirs = { [WIDGET_MIME]: { model_id: "other" } };
const notebook = {
  cells: [{ source: "# text" }, { outputs: [{ data: ours }, { data: theirs }, { text: "x" }] }],
};

test("a notebook is written out with the picture, without the live half of our outputs", () => {
  const { cells } = withoutWidgets(notebook) as { cells: { outputs?: unknown[] }[] };
  const { [WIDGET_MIME]: _, ...picture } = ours;
  assert.deepEqual(cells[1]?.outputs, [{ data: picture }, { data: theirs }, { text: "x" }]);
  assert.equal(cells[0], notebook.cells[0]);
  assert.equal(ours[WIDGET_MIME] === undefined, false); // the page keeps it
});

test("a sealed notebook, which the classic page has, is changed where its class is", () => {
  class Sealed {
    toJSON(): unknown {
      return notebook;
    }
  }
  const classic = Object.seal(new Sealed());
  savePicturesOnly(classic);
  const { [WIDGET_MIME]: _, ...picture } = ours;
  const { cells } = classic.toJSON() as { cells: { outputs?: unknown[] }[] };
  assert.deepEqual(cells[1]?.outputs?.[0], { data: picture });
});

test("JupyterLab's and the classic notebook are found, and changed once", () => {
  const lab = { toJSON: () => notebook };
  const model = { get: () => "", widget_manager: { context: { model: lab }, get_model: null } };
  assert.equal(notebookAround(model as never), lab);
  savePicturesOnly(lab);
  const changed = lab.toJSON;
  savePicturesOnly(lab);
  assert.equal(lab.toJSON, changed);
  assert.equal(JSON.stringify(lab.toJSON()).includes('"other"'), true);
  assert.equal(JSON.stringify(lab.toJSON()).includes('"image/png"'), true);

  const elsewhere = { get: () => "", widget_manager: { get_model: null } };
  assert.equal(notebookAround(elsewhere as never), undefined);
  (globalThis as { Jupyter?: object }).Jupyter = { notebook: lab };
  assert.equal(notebookAround(elsewhere as never), lab);
  delete (globalThis as { Jupyter?: object }).Jupyter;
});
