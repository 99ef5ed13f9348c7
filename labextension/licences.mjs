// What of other people's code is in the built modules, and under which licence.
//
//   node licences.mjs          writes ../NOTICE
//   node licences.mjs --check  fails where ../NOTICE is not what would be written
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { here, widgets, workers } from "./options.mjs";

/** Licences that ask for no more than that their text comes along. */
const FINE = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);

/** The packages that esbuild puts into the views' modules, those of their workers included. */
async function inViews() {
  const names = new Set();
  const both = [widgets, workers].map((options) =>
    build({ ...options, write: false, metafile: true }),
  );
  const outputs = (await Promise.all(both)).flatMap(({ metafile }) =>
    Object.values(metafile.outputs),
  );
  for (const output of outputs) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (name && bytesInOutput > 0) names.add(name);
    }
  }
  return names;
}

/** The packages that the JupyterLab extension brings along, as its builder lists them. */
function inExtension() {
  const list = join(here, "../nbboard/labextension/static/third-party-licenses.json");
  if (!existsSync(list)) throw new Error(`${list} is missing: run npm run build first`);
  return JSON.parse(readFileSync(list, "utf8")).packages.map(({ name }) => name);
}

function licenceOf(name) {
  const folder = join(here, "node_modules", name);
  const { license, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder);
  const file = files.find((one) => /^(licen[cs]e|copying)/i.test(one));
  // Of "(A OR B)" one may choose.
  if (
    !license
      .replace(/[()]/g, "")
      .split(" OR ")
      .some((one) => FINE.has(one))
  )
    throw new Error(`${name} ${version} is under ${license}: may it be bundled?`);
  const read = (one) => readFileSync(join(folder, one), "utf8").replace(/\r/g, "");
  // Some have it at the end of their README.
  const readme = files.find((one) => /^readme/i.test(one));
  const text = file ? read(file) : readme && /^#+ licen[cs]e$([\s\S]*)/im.exec(read(readme))?.[1];
  if (!text?.includes("opyright")) throw new Error(`${name} ${version} has no licence in it`);
  return { name, license, text: text.trim() };
}

const own = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).name;
const names = [...new Set([...(await inViews()), ...inExtension()])].filter((name) => name !== own);
const parts = names.sort().map(licenceOf);
const notice = [
  "nbboard's modules for the browser contain parts of these packages. Their licences follow.",
  "This file is written by labextension/licences.mjs.",
  "",
  ...parts.map(({ name, license }) => `  ${name}: ${license}`),
  ...parts.flatMap(({ name, text }) => ["", "-".repeat(80), name, "", text]),
  "",
].join("\n");

const target = join(here, "../NOTICE");
if (!process.argv.includes("--check")) {
  writeFileSync(target, notice);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== notice) {
  console.error("NOTICE is not what is bundled: run node licences.mjs in labextension/");
  process.exit(1);
}
console.log(`NOTICE: ${parts.map(({ name }) => name).join(", ") || "nothing"}`);
