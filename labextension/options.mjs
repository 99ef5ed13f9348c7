// How the modules are bundled: for build.mjs, which writes them, and licences.mjs, which looks
// at what gets into them.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

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

/** The modules of workers: each is bundled by itself. */
export const workers = {
  ...common,
  entryPoints: readdirSync(join(here, "src"), { recursive: true })
    .filter((name) => name.endsWith(".worker.ts"))
    .map((name) => join("src", name)),
  outdir: join(here, "lib"),
  minify: true,
  write: false,
};

/** Makes `import source from "./layout.worker.ts?text"` the text of that module, bundled. */
const workerText = {
  name: "worker-text",
  setup(view) {
    view.onResolve({ filter: /\.worker\.ts\?text$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace("?text", "")),
      namespace: "worker-text",
    }));
    view.onLoad({ filter: /.*/, namespace: "worker-text" }, async ({ path }) => {
      const built = await build({ ...workers, entryPoints: [path], metafile: true });
      const watchFiles = Object.keys(built.metafile.inputs).map((name) => join(here, name));
      return { contents: built.outputFiles[0].text, loader: "text", watchFiles };
    });
  },
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
  plugins: [workerText],
  // `define.amd` of the classic notebook would make UMD modules register themselves.
  define: { "define.amd": "false", "process.env.NODE_ENV": '"production"' },
};
