import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedInXml, linesOf, noteOf } from "../../src/lab/saved/photograph.ts";
import { hostVariables, stillRules } from "../../src/lab/saved/sketch.ts";

test("a picture takes along the host's variables that the rules read, not our own", () => {
  const rules =
    ".nbb-a { color: var(--jp-x, var(--vscode-y, red)); top: var( --nbb-z ) } /* var(--jp-x) */";
  assert.deepEqual(hostVariables(rules), ["--jp-x", "--vscode-y"]);
});

test("rules for screens without hovering do not apply to a picture, and nothing in it moves", () => {
  const rules = stillRules("@media (hover: none) { .nbb-tools { opacity: 1 } }");
  assert.match(rules, /^@media not all \{/);
  assert.match(rules, /animation: none !important/);
});

test("what no XML document can hold is a replacement character in the picture", () => {
  assert.equal(allowedInXml("a\u0000b\u001bc\ud800d\ufffe"), "a\ufffdb\ufffdc\ufffdd\ufffd");
  assert.equal(allowedInXml("tab\t, line\n, 🙂, é"), "tab\t, line\n, 🙂, é");
});

test("a picture says when the view was so", () => {
  const note = "Picture of the live view as it was on 2026-03-07 at 09:05";
  assert.equal(noteOf(new Date(2026, 2, 7, 9, 5, 59)), `${note}; run the cell to make it live.`);
});

test("what the controls were set to stands below the picture, in as many lines as it needs", () => {
  assert.deepEqual(linesOf("Picture.", "", 40), ["Picture."]);
  assert.deepEqual(linesOf("Picture of it.", "smoothing 0.6, x step", 40), [
    "smoothing 0.6, x step. Picture of it.",
  ]);
  assert.deepEqual(linesOf("Picture of it.", "smoothing 0.6", 18), [
    "smoothing 0.6.",
    "Picture of it.",
  ]);
});
