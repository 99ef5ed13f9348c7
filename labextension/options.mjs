// How the modules are bundled: for build.mjs, which writes them, and licences.mjs, which looks
// at what gets into them.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));

export const common = {
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

/** Every src/widgets/*.ts becomes one self-contained module. */
export const widgets = {
  ...common,
  entryPoints: readdirSync(join(here, "src/widgets"))
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((name) => join("src/widgets", name)),
  outdir: join(here, "../nbboard/static"),
  minify: true,
  // `define.amd` of the classic notebook would make UMD modules register themselves.
  define: { "define.amd": "false", "process.env.NODE_ENV": '"production"' },
};
