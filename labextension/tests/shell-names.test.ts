import assert from "node:assert/strict";
import { test } from "node:test";
import { entryOf, oneLine, shownText } from "../src/shell/names.ts";

test("a name is one line, whatever is in it", () => {
  assert.equal(oneLine("a\nb\r\tc"), "a↵b↵⇥c");
  assert.equal(oneLine("\u0000\u001b[31m\u007f\u0085\u2028"), "��[31m�↵↵");
  assert.equal(oneLine("lr=0.1,adam ü 学習 🏴"), "lr=0.1,adam ü 学習 🏴");
});

test("a name does not turn around what follows it", () => {
  assert.equal(oneLine("\u202egnp.exe\u202c \u2066x\u2069"), "�gnp.exe� �x�");
  assert.equal(oneLine("עברית"), "עברית");
});

test("a name that cannot be seen is said", () => {
  assert.equal(oneLine(""), "(no name)");
  assert.equal(oneLine(" \n "), "(blank)");
  assert.equal(shownText(""), "");
});

test("of a very long name the ends are shown", () => {
  const shown = oneLine(`a${"x".repeat(10_000)}z`);
  assert.ok(shown.length < 1000);
  assert.ok(shown.startsWith("ax") && shown.endsWith("xz"));
});

test("names of every object's own members are names like any other", () => {
  const record = { loss: 1 } as Record<string, number>;
  for (const name of ["constructor", "toString", "__proto__"]) {
    assert.equal(entryOf(record, name), undefined);
    const set = { ...record, [name]: 2 };
    assert.equal(entryOf(set, name), 2);
    assert.equal(entryOf(JSON.parse(JSON.stringify(set)), name), 2);
  }
});
