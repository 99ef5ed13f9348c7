// What changed in a text, word by word, in its place.
import { useMemo } from "preact/hooks";
import { shownLine } from "./characters.ts";
import { type Part, partsOf } from "./difference.ts";

interface ChangesProps {
  before: string;
  after: string;
  /** What it is compared with. */
  name: string;
}

export function Changes({ before, after, name }: ChangesProps) {
  const { parts, by } = useMemo(() => partsOf(before, after), [before, after]);
  const count = parts.filter(({ change }) => change !== "same").length;
  const words = count === 0 ? "The same as" : `Changes (${by}) from`;
  return (
    <>
      <p class="nbb-note">{`${words} ${name}`}</p>
      <pre class="nbb-raw">
        {parts.map((part, index) => (
          <Piece key={index} {...part} />
        ))}
      </pre>
    </>
  );
}

function Piece({ change, text }: Part) {
  const shown = text.split("\n").map(shownLine).join("\n");
  if (change === "added") return <ins>{shown}</ins>;
  if (change === "removed") return <del>{shown}</del>;
  return <>{shown}</>;
}
