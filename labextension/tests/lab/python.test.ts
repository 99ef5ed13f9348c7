import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { noNbboard } from "../../src/lab/panel/notices.ts";
import { PROBE_CODE, PROBE_EXPRESSION, readProbe } from "../../src/lab/panel/probe.ts";
import { DEFAULTS } from "../../src/lab/preferences.ts";
import { cellSource, magicWord, panelCode, pythonString } from "../../src/lab/panel/python.ts";
import {
  type PanelSpec,
  sessionName,
  sessionPath,
  specOfSession,
} from "../../src/lab/panel/spec.ts";

const spec: PanelSpec = {
  kind: "tensorboard",
  id: "0a1b2c3d",
  logdir: "logs/it's {here} $HOME",
  flags: "--samples_per_plugin scalars=10",
  live: true,
};

test("a folder's name is never read as syntax", () => {
  const code = panelCode(spec, DEFAULTS);
  assert.match(code, /_nbboard_logdir = "logs\/it's \{here\} \$HOME"/);
  assert.match(code, /%tensorboard --logdir \{_nbboard_logdir\}/);
  assert.match(code, /--samples_per_plugin scalars=10$/);
});

test("a panel that is not live asks TensorBoard to read once", () => {
  assert.match(panelCode({ ...spec, live: false }, DEFAULTS), /--reload_interval=0/);
});

test("the live interval reaches both doors; without one, each has its own", () => {
  const board: PanelSpec = { ...spec, kind: "board" };
  const chosen = { ...DEFAULTS, liveInterval: 7 };
  assert.match(panelCode(spec, chosen), /--reload_interval=7/);
  assert.match(panelCode(board, chosen), /interval=7/);
  assert.match(panelCode(spec, DEFAULTS), /--reload_interval=5/);
  assert.doesNotMatch(panelCode(board, DEFAULTS), /interval/);
});

test("a flag that was typed wins over the panel's switch", () => {
  const code = panelCode({ ...spec, flags: "--reload_interval 30 --theme dark" }, DEFAULTS);
  assert.equal(code.match(/--reload_interval/g)?.length, 1);
});

test("a board is opened with the chosen smoothing", () => {
  const code = panelCode({ ...spec, kind: "board" }, { ...DEFAULTS, smoothing: 0.9 });
  assert.match(code, /"smoothing": 0\.9/);
});

test("a cell is what a person would have typed", () => {
  assert.equal(
    cellSource({ ...spec, flags: "" }, "logs", DEFAULTS),
    "%load_ext nbboard\n%tensorboard --logdir logs",
  );
  assert.equal(
    cellSource({ ...spec, kind: "board" }, "../logs", DEFAULTS),
    'import nbboard\n\nlog = nbboard.open("../logs")\nlog',
  );
});

test("a folder that no quotes can hold comes by a variable", () => {
  for (const folder of [`a'b"c`, `$HOME/logs`]) {
    assert.equal(
      cellSource({ ...spec, flags: "" }, folder, DEFAULTS),
      `%load_ext nbboard\nlogdir = ${pythonString(folder)}\n%tensorboard --logdir {logdir}`,
    );
  }
});

test("words of a magic survive spaces, quotes and braces", () => {
  assert.equal(magicWord("logs"), "logs");
  assert.equal(magicWord("my logs"), '"my logs"');
  assert.equal(magicWord('a "b"'), "'a \"b\"'");
  assert.equal(magicWord("{run}"), "{{run}}");
});

test("strings reach Python as they are", () => {
  const text = 'é\n"quoted" \\ \u2028 😀';
  const python = process.env.PYTHON ?? "python3";
  const printed = execFileSync(python, ["-c", `print(${pythonString(text)}.encode().hex())`]);
  assert.equal(Buffer.from(printed.toString().trim(), "hex").toString(), text);
});

test("the probe is Python and its answer is read back", () => {
  const python = process.env.PYTHON ?? "python3";
  const printed = execFileSync(python, ["-c", `${PROBE_CODE}\nprint(repr(${PROBE_EXPRESSION}))`]);
  const found = readProbe({
    nbboard: { status: "ok", data: { "text/plain": printed.toString().trim() } },
  });
  assert.ok(found?.python);
});

test("an answer that makes no sense is no answer", () => {
  assert.equal(readProbe(undefined), null);
  assert.equal(readProbe({ nbboard: { status: "error" } }), null);
  assert.equal(readProbe({ nbboard: { status: "ok", data: { "text/plain": "'zz'" } } }), null);
});

test("a session tells what it shows", () => {
  const back = specOfSession(sessionPath(spec), sessionName(spec));
  assert.deepEqual(back, { ...spec, flags: "" });
  assert.equal(specOfSession("Untitled.ipynb", "Untitled.ipynb"), null);
});

test("a missing nbboard is told with the command for that very Python", () => {
  const notice = noNbboard("Python 3", "/opt/my env/bin/python");
  assert.equal(notice.command, "'/opt/my env/bin/python' -m pip install nbboard");
});
