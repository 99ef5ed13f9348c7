// Builds the browser side: every src/widgets/*.ts into one self-contained module for
// anywidget, src/frame/inside.ts into the script that TensorBoard's page gets, and src/lab
// into a JupyterLab extension.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const only = process.argv[2]; // "widgets" or "lab": one half while developing

const common = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: "es2021",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "text", ".svg": "text" },
  legalComments: "none",
  logLevel: "warning",
};

if (only !== "lab") {
  const out = join(here, "../nbboard/static");
  // A half-written module must never be read by a kernel that runs meanwhile, so the
  // folder is not emptied; modules without a source are removed instead.
  mkdirSync(out, { recursive: true });
  const entries = readdirSync(join(here, "src/widgets"))
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((name) => ({ in: join("src/widgets", name), out: name.replace(/\.tsx?$/, "") }));
  entries.push({ in: "src/frame/inside.ts", out: "inside" });
  await build({
    ...common,
    entryPoints: entries,
    outdir: out,
    minify: true,
    // `define.amd` of the classic notebook would make UMD modules register themselves.
    define: { "define.amd": "false", "process.env.NODE_ENV": '"production"' },
  });
  const wanted = new Set(entries.map(({ out }) => `${out}.js`));
  for (const name of readdirSync(out)) {
    if (name.endsWith(".js") && !wanted.has(name)) rmSync(join(out, name));
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
