// A text on its card: as Markdown, tree, table or characters, or what changed in it.
import { formatStep } from "../../draw/format.ts";
import { useMemo } from "preact/hooks";
import type { CellProps } from "../../stepped/kind.ts";
import { showing } from "../../stepped/showing.ts";
import { Changes } from "./changes.tsx";
import { Raw } from "./lines.tsx";
import { safeHtml } from "./markdown.ts";
import { type Passage, rawText } from "./passage.ts";
import type { TextState } from "./state.ts";
import { JsonTree, LogTree } from "./tree.tsx";

type Props = CellProps<Passage, TextState>;

export function TextCell(props: Props) {
  const { state, item, box } = props;
  const changes = state.diff.value !== "off" && !props.now.early;
  return (
    <div
      class="nbb-cell nbb-text"
      style={{ height: `${box.height}px` }}
      role="document"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
    >
      {changes ? <Compared {...props} /> : <Body passage={item} style={state.showAs.value} />}
      {item.cut > 0 && (
        <p class="nbb-note">
          {`${item.cut.toLocaleString("en")} more characters; log.text[run, tag] in Python has all.`}
        </p>
      )}
    </div>
  );
}

function Body({ passage, style }: { passage: Passage; style: string }) {
  if (style === "raw") return <Raw text={rawText(passage)} />;
  if (passage.style === "table") return <Table passage={passage} />;
  const text = passage.cells[0] ?? "";
  if (style === "auto" && passage.style === "json") return <JsonTree text={text} />;
  if (style === "auto" && passage.style === "log") return <LogTree text={text} />;
  return <Markdown text={text} />;
}

function Markdown({ text }: { text: string }) {
  const html = useMemo(() => safeHtml(text), [text]);
  return <div class="nbb-prose" dangerouslySetInnerHTML={{ __html: html }} />;
}

const MOST_ROWS = 200;

/** An array of texts, as TensorBoard lays it out: a row a row, Markdown in its cells. */
function Table({ passage: { cells, columns, shape } }: { passage: Passage }) {
  const rows = Math.ceil(cells.length / columns);
  const shown = Math.min(rows, MOST_ROWS);
  return (
    <>
      {shape.length > 2 && (
        <p class="nbb-note">
          {`The first slice of a text with ${shape.length} dimensions (${shape.join(" × ")}).`}
        </p>
      )}
      <table class="nbb-texts">
        <tbody>
          {Array.from({ length: shown }, (_, row) => (
            <tr key={row}>
              {cells.slice(row * columns, (row + 1) * columns).map((cell, column) => (
                <td key={column}>
                  <Markdown text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows > shown && <p class="nbb-note">{`${(rows - shown).toLocaleString("en")} more rows`}</p>}
    </>
  );
}

function Compared({ store, state, at, item, now }: Props) {
  const partner = state.partner(at);
  if (!partner) return <Body passage={item} style={state.showAs.value} />;
  if (partner.position < 0) {
    return (
      <>
        <p class="nbb-note">Nothing before it to compare with.</p>
        <Body passage={item} style={state.showAs.value} />
      </>
    );
  }
  const other = showing(store, partner, now.index);
  if (!other.item || other.early)
    return <p class="nbb-note">The text to compare with is loading…</p>;
  const step = formatStep(partner.series.step[partner.position]!);
  const whose = partner.series.run === at.series.run ? "" : `${partner.series.run}, `;
  return (
    <Changes before={rawText(other.item)} after={rawText(item)} name={`${whose}step ${step}`} />
  );
}

/** Below a text: its shape or its length. */
export function TextFacts({ item }: Props) {
  const { shape, columns, cells, cut } = item;
  if (columns > 0) return <span>{shape.join(" × ")} texts</span>;
  const length = (cells[0]?.length ?? 0) + cut;
  return <span>{`${length.toLocaleString("en")} character${length === 1 ? "" : "s"}`}</span>;
}
