import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseKernelspec } from "../../src/lab/panel/kernelspec.ts";
import { DEFAULTS, readPreferences } from "../../src/lab/preferences.ts";
import { requestedBy, requestFor } from "../../src/lab/panel/request.ts";

const specs = {
  default: "ir",
  kernelspecs: { ir: { language: "R" }, python3: { language: "python" }, gone: undefined },
};

test("the kernel of the settings is started, else the server's own, else any Python", () => {
  assert.equal(chooseKernelspec(specs, "ir"), "ir");
  assert.equal(chooseKernelspec(specs, "nothing"), "python3");
  assert.equal(chooseKernelspec({ ...specs, default: "python3" }, ""), "python3");
  assert.equal(
    chooseKernelspec({ default: "ir", kernelspecs: { ir: { language: "R" } } }, ""),
    null,
  );
  assert.equal(chooseKernelspec(null, ""), null);
});

test("settings out of range fall back to the defaults one by one", () => {
  assert.deepEqual(readPreferences({}), DEFAULTS);
  const read = readPreferences({ smoothing: 7, height: 300, theme: "pink", defaultView: "board" });
  assert.equal(read.smoothing, DEFAULTS.smoothing);
  assert.equal(read.height, 300);
  assert.equal(read.theme, "auto");
});

test("an address brings a panel back, and any other address nothing", () => {
  const wanted = { kind: "board", id: "0a1b2c3d", logdir: "my logs/é&?" } as const;
  assert.deepEqual(requestedBy(`?${requestFor(wanted)}`), wanted);
  assert.equal(requestedBy("?reset"), null);
  assert.equal(requestedBy("?nbboard=board&folder=logs&id=../x"), null);
});
