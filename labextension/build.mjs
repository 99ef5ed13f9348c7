// Builds both halves of the browser side: every src/views/NAME.ts(x), or folder NAME with an
// index.tsx, into one self-contained module NAME.js for anywidget, and src/lab into a
// JupyterLab extension.
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
  const entries = new Map();
  for (const item of readdirSync(join(here, "src/views"), { withFileTypes: true })) {
    const index = join("src/views", item.name, "index.tsx");
    if (/\.tsx?$/.test(item.name)) {
      entries.set(item.name.replace(/\.tsx?$/, ""), join("src/views", item.name));
    } else if (item.isDirectory() && existsSync(join(here, index))) entries.set(item.name, index);
  }
  await build({
    ...common,
    entryPoints: Object.fromEntries(entries),
    outdir: out,
    minify: true,
    // `define.amd` of the classic notebook would make UMD modules register themselves.
    define: { "define.amd": "false", "process.env.NODE_ENV": '"production"' },
  });
  for (const name of readdirSync(out)) {
    if (name.endsWith(".js") && !entries.has(name.slice(0, -3))) rmSync(join(out, name));
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
