// What is drawn as a list of lists, for screen readers.
import { useMemo } from "preact/hooks";
import type { Scene } from "./scene.ts";
import { aboutPiece, labelOf } from "./words.ts";

/** More than anybody would listen to only takes time. */
const MOST = 120;

export function Outline({ scene, onGo }: { scene: Scene; onGo(key: string): void }) {
  const rows = useMemo(() => {
    const fed = new Map<string, string[]>();
    for (const line of scene.lines) {
      const known = fed.get(line.to.piece.key) ?? [];
      if (known.length < 8) known.push(`${line.from.piece.title} (${labelOf(scene.graph, line)})`);
      fed.set(line.to.piece.key, known);
    }
    return scene.boxes.slice(0, MOST).map((box) => ({ box, fed: fed.get(box.piece.key) }));
  }, [scene]);
  return (
    <div class="nbb-visually-hidden">
      <div role="tree" aria-label="What is drawn">
        {rows.map(({ box: { piece, open, depth }, fed }, index) => (
          <div
            key={index}
            role="treeitem"
            aria-level={depth + 1}
            aria-expanded={piece.kind === "op" ? undefined : open}
            tabIndex={-1}
            onFocus={() => onGo(piece.key)}
          >
            {aboutPiece(scene.graph, piece)}
            {fed ? `; fed by ${fed.join(", ")}` : ""}
          </div>
        ))}
      </div>
    </div>
  );
}
