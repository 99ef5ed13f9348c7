// What a picture can be saved as.
import type { RefObject } from "preact";
import { Menu, MenuItem } from "../../shell/controls.tsx";
import type { Theme } from "../../shell/theme.ts";
import { download } from "../../shell/files.ts";
import type { At } from "../../stepped/state.ts";
import { fileName } from "../../stepped/words.ts";
import { dotText, pngOf, svgText } from "./export.ts";
import { MARGIN } from "./picture.tsx";
import type { Scene } from "./scene.ts";

interface FilesProps {
  at: At;
  scene: Scene | null;
  view: RefObject<HTMLDivElement>;
  theme: Theme;
}

export function Files({ at: { series, position }, scene, view, theme }: FilesProps) {
  const save = (ending: string, content: BlobPart, type: string): void => {
    const name = fileName(series.run, series.tag, series.step[position] ?? null, 0, ending);
    download(name, content, type);
  };
  const svg = (): string =>
    svgText(view.current!.querySelector("svg.nbb-graph-picture")!, theme.background);
  return (
    <Menu label="Save the picture" icon="download">
      <MenuItem text="SVG" onClick={() => scene && save("svg", svg(), "image/svg+xml")} />
      <MenuItem
        text="PNG"
        onClick={() => {
          if (!scene) return;
          const size = [scene.width + 2 * MARGIN, scene.height + 2 * MARGIN] as const;
          void pngOf(svg(), ...size).then((blob) => save("png", blob, "image/png"));
        }}
      />
      <MenuItem
        text="DOT, for Graphviz"
        onClick={() => scene && save("dot", dotText(scene), "text/vnd.graphviz")}
      />
      <div class="nbb-note nbb-keys">PDF: view.figure().savefig("graph.pdf") in Python.</div>
    </Menu>
  );
}
