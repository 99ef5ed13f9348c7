// Below a mesh: how much it is, what its colours mean, and what is wrong with it.
import { formatNumber } from "../../draw/format.ts";
import { rampGradient } from "../../draw/ramp.ts";
import type { CellProps } from "../../stepped/kind.ts";
import { useColors, useFinest } from "./hooks.ts";
import { boundsOf, countsOf, notesOf, type Shape } from "./shape.ts";
import type { MeshState } from "./state.ts";

export function MeshFacts(props: CellProps<Shape, MeshState>) {
  const { state } = props;
  const shape = useFinest(props);
  const { scale } = useColors(props, shape);
  const notes = notesOf(shape);
  const missing = missingColors(shape, state.coloring.value, scale !== null);
  return (
    <>
      <span title={[boundsOf(shape), precision(shape)].filter(Boolean).join("; ")}>
        {countsOf(shape)}
      </span>
      {scale && (
        <span class="nbb-scale">
          {scale.name} {formatNumber(scale.low, 3)}
          <span class="nbb-ramp" style={{ background: rampGradient() }} />
          {formatNumber(scale.high, 3)}
        </span>
      )}
      {missing && <span>{missing}</span>}
      {notes.length > 0 && (
        <span class="nbb-mesh-note" title={notes.join("\n")}>
          {notes[0]}
          {notes.length > 1 && ` (+${notes.length - 1})`}
        </span>
      )}
    </>
  );
}

/** Why it does not have the colours that were asked for. */
function missingColors(shape: Shape, coloring: string, scaled: boolean): string | null {
  if (coloring === "logged" && !shape.colors) return null;
  if (coloring === "normal" && !shape.faces) return "no faces, so no normals";
  if (coloring === "distance" && !scaled) return "no distances: too many points, or none pinned";
  return null;
}

function precision(shape: Shape): string {
  return shape.grid ? "drawn to 1/65,536 of its box; a download is exact" : "";
}
