// Builds the browser side: every src/views/NAME.ts(x), or folder NAME with an index.tsx, into
// one self-contained module NAME.js for anywidget, src/frame/inside.ts into the script that
// TensorBoard's page gets, and src/lab into a JupyterLab extension.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { common, here, widgets } from "./options.mjs";

const only = process.argv[2]; // "widgets" or "lab": one half while developing

if (only !== "lab") {
  // A half-written module must never be read by a kernel that runs meanwhile, so the
  // folder is not emptied; modules without a source are removed instead.
  mkdirSync(widgets.outdir, { recursive: true });
  await build(widgets);
  for (const name of readdirSync(widgets.outdir)) {
    if (name.endsWith(".js") && !(name.slice(0, -3) in widgets.entryPoints)) {
      rmSync(join(widgets.outdir, name));
    }
  }
}

if (only !== "widgets" && existsSync(join(here, "src/lab/index.ts"))) {
  await build({
    ...common,
    entryPoints: ["src/lab/index.ts"],
    outfile: "lib/index.js",
    packages: "external",
  });
  execFileSync(
    process.execPath,
    [
      join("node_modules", "@jupyter", "builder", "lib", "build-labextension.js"),
      "--core-package-file",
      join("node_modules", "@jupyterlab", "core-meta", "core.package.json"),
      ".",
    ],
    { cwd: here, stdio: "inherit" },
  );
}
