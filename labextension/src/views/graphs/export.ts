// The picture as a file: SVG, PNG, and the graph that is shown in the language of Graphviz.
import type { Scene } from "./scene.ts";
import { labelOf, noteOf } from "./words.ts";

/** The file of a picture as it is on the page, on its background. */
export function svgText(picture: SVGSVGElement, background: string): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const [x, y, width, height] = copy.getAttribute("viewBox")!.split(" ");
  copy.setAttribute("width", width!);
  copy.setAttribute("height", height!);
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ x, y, width, height, fill: background }))
    ground.setAttribute(name, value!);
  copy.insertBefore(ground, copy.firstChild);
  return new XMLSerializer().serializeToString(copy);
}

/** Of larger pictures than this browsers make no pixels. */
const MOST_PIXELS = 16_000;

/** The same as pixels, two for each of CSS where there is room. */
export async function pngOf(svg: string, width: number, height: number): Promise<Blob> {
  const scale = Math.min(2, MOST_PIXELS / Math.max(width, height));
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** What is shown, for Graphviz: open boxes as clusters. */
export function dotText(scene: Scene): string {
  const { boxes, lines, graph } = scene;
  const names = new Map(boxes.map((box, index) => [box, `n${index}`]));
  const text = ["digraph {", "  rankdir=LR;", "  node [shape=box];", "  compound=true;"];
  const open: (typeof boxes)[number][] = [];
  const nested = [...boxes].sort((a, b) => a.top - b.top || a.left - b.left);
  const inside = (inner: (typeof boxes)[number], outer: (typeof boxes)[number]): boolean =>
    inner.depth > outer.depth &&
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.left + inner.width <= outer.left + outer.width &&
    inner.top + inner.height <= outer.top + outer.height;
  const write = (box: (typeof boxes)[number]): void => {
    const pad = "  ".repeat(open.length + 1);
    const title = quoted(box.piece.title);
    if (!box.open) {
      text.push(
        `${pad}${names.get(box)} [label=${quoted(`${box.piece.title}\n${noteOf(graph, box.piece)}`)}];`,
      );
      return;
    }
    text.push(`${pad}subgraph cluster_${names.get(box)} {`, `${pad}  label=${title};`);
    // An edge to a cluster needs a node in it.
    text.push(`${pad}  ${names.get(box)} [style=invis, shape=point];`);
    open.push(box);
    for (const each of nested) if (each.depth === box.depth + 1 && inside(each, box)) write(each);
    open.pop();
    text.push(`${pad}}`);
  };
  for (const box of nested) if (box.depth === 0) write(box);
  for (const line of lines) {
    const label = line.control ? "style=dotted" : `label=${quoted(labelOf(graph, line))}`;
    text.push(`  ${names.get(line.from)} -> ${names.get(line.to)} [${label}];`);
  }
  return [...text, "}", ""].join("\n");
}

function quoted(text: string): string {
  return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;
}
