// How the modules are bundled: for build.mjs, which writes them, and licences.mjs, which looks
// at what gets into them.
import { existsSync, readdirSync } from "node:fs";
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

/** The module of each view, by its name. */
const entryPoints = { inside: "src/frame/inside.ts" };
for (const item of readdirSync(join(here, "src/views"), { withFileTypes: true })) {
  const index = join("src/views", item.name, "index.tsx");
  if (/\.tsx?$/.test(item.name)) {
    entryPoints[item.name.replace(/\.tsx?$/, "")] = join("src/views", item.name);
  } else if (item.isDirectory() && existsSync(join(here, index))) entryPoints[item.name] = index;
}

/** All of them, for esbuild: each becomes self-contained. */
export const widgets = {
  ...common,
  entryPoints,
  outdir: join(here, "../nbboard/static"),
  minify: true,
  // `define.amd` of the classic notebook would make UMD modules register themselves.
  define: { "define.amd": "false", "process.env.NODE_ENV": '"production"' },
};
