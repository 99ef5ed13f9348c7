// What is known of the box that was picked: sums, inputs, outputs, and attributes in full.
import { useEffect, useState } from "preact/hooks";
import { formatDuration } from "../../draw/format.ts";
import { Button } from "../../shell/controls.tsx";
import { oneLine, shorten, shownText } from "../../shell/names.ts";
import { pointName } from "../../stepped/store.ts";
import type { CellProps } from "../../stepped/kind.ts";
import { ADDED, CHANGED, type Graph, REMOVED } from "./graph.ts";
import type { Piece } from "./level.ts";
import type { GraphsState } from "./state.ts";
import { formatBytes, totalOf } from "./words.ts";

/** Of more neighbours the first are listed. */
const MOST = 40;
/** Characters of an attribute that are shown at first. */
const MOST_TEXT = 1024;

interface DetailProps extends CellProps<Graph, GraphsState> {
  /** What is drawn; and of a comparison the two graphs. */
  graph: Graph;
  after: Graph;
  before: Graph | null;
  piece: Piece;
  open: boolean;
  onToggle(piece: Piece, open: boolean): void;
  onGo(name: string): void;
}

export function Detail(props: DetailProps) {
  const { graph, piece, open, onToggle, state, at } = props;
  const leaf = piece.kind === "op" ? graph.leaf[piece.rows[0]!]! : -1;
  const status = leaf >= 0 ? graph.status?.[leaf] : undefined;
  const word = { [ADDED]: "added", [REMOVED]: "removed", [CHANGED]: "changed" }[status ?? 0];
  return (
    <section class="nbb-graph-detail" aria-label="About the picked box">
      <header>
        <strong title={piece.key}>{oneLine(piece.key)}</strong>
        <Button label="Close" icon="close" onClick={() => state.choose(at, null)} />
      </header>
      {word && <p data-status={word}>{word}</p>}
      <dl>
        {facts(graph, piece, leaf).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {leaf < 0 ? (
        <Button
          label={open ? "Close the box" : "Open the box"}
          text={open ? "close" : "open"}
          onClick={() => onToggle(piece, !open)}
        />
      ) : (
        <>
          <Neighbours {...props} leaf={leaf} />
          <AttributeTable {...props} leaf={leaf} />
        </>
      )}
    </section>
  );
}

function facts(graph: Graph, piece: Piece, leaf: number): [string, string][] {
  const found: [string, string][] = [];
  if (leaf >= 0) {
    found.push(["op", oneLine(graph.ops[graph.op[leaf]!]!)]);
    const label = graph.labels[graph.output[leaf]!]!;
    if (label) found.push(["output", label]);
    const device = graph.devices[graph.device[leaf]!]!;
    if (device) found.push(["device", oneLine(device)]);
  } else found.push(["nodes", totalOf(graph, piece, "nodes").toLocaleString("en")]);
  const parameters = totalOf(graph, piece, "parameters");
  if (parameters) {
    const bytes = totalOf(graph, piece, "bytes");
    const size = bytes ? `, ${formatBytes(bytes)}` : "";
    found.push(["parameters", `${parameters.toLocaleString("en")}${size}`]);
  }
  if (graph.time) found.push(["time", formatDuration(totalOf(graph, piece, "time"))]);
  if (graph.memory) found.push(["memory", formatBytes(totalOf(graph, piece, "memory"))]);
  return found;
}

/** What feeds a node, and what it feeds; each leads there. */
function Neighbours({ graph, leaf, onGo }: DetailProps & { leaf: number }) {
  const inputs: Neighbour[] = [];
  let dangling = 0;
  for (let edge = graph.starts[leaf]!; edge < graph.starts[leaf + 1]!; edge++) {
    const source = graph.source[edge]!;
    if (source < 0) dangling++;
    else
      inputs.push({
        name: graph.name(graph.row[source]!),
        label: graph.control[edge] ? "order only" : graph.labels[graph.label[edge]!]!,
      });
  }
  const { starts, target } = graph.consumers;
  const outputs = [...target.subarray(starts[leaf], starts[leaf + 1])].map((to) => ({
    name: graph.name(graph.row[to]!),
    label: "",
  }));
  return (
    <>
      <List title="inputs" items={inputs} onGo={onGo} dangling={dangling} />
      <List title="outputs" items={outputs} onGo={onGo} />
    </>
  );
}

interface Neighbour {
  name: string;
  label: string;
}

interface ListProps {
  title: string;
  items: readonly Neighbour[];
  /** Inputs that no node of the graph gives. */
  dangling?: number;
  onGo(name: string): void;
}

function List({ title, items, dangling = 0, onGo }: ListProps) {
  if (!items.length && !dangling) return null;
  return (
    <details open={items.length <= 8}>
      <summary>{`${title} ${(items.length + dangling).toLocaleString("en")}`}</summary>
      <ul>
        {items.slice(0, MOST).map(({ name, label }, index) => (
          <li key={index}>
            <button type="button" title={name} onClick={() => onGo(name)}>
              {shorten(name, 60)}
            </button>
            {label && <span class="nbb-note"> {label}</span>}
          </li>
        ))}
        {items.length > MOST && (
          <li class="nbb-note">{`and ${(items.length - MOST).toLocaleString("en")} more`}</li>
        )}
        {dangling > 0 && (
          <li class="nbb-note">{`${dangling.toLocaleString("en")} from nodes that were not logged`}</li>
        )}
      </ul>
    </details>
  );
}

type Pairs = readonly (readonly [name: string, text: string])[];

/** The attributes of a node, before and after where they are compared. */
function AttributeTable(props: DetailProps & { leaf: number }) {
  const { graph, leaf, after, before, at, now, state } = props;
  const name = graph.name(graph.row[leaf]!);
  const partner = before ? state.partner(at) : null;
  const latest = useAttributes(props, after, name, at.series, now.position);
  const earlier = useAttributes(props, before, name, partner?.series, partner?.position ?? -1);
  if (typeof latest === "string") return <p class="nbb-note">{latest}</p>;
  const known = new Map((typeof earlier === "string" ? null : earlier) ?? []);
  const shown = latest ?? earlier;
  if (!shown || typeof shown === "string" || !shown.length) return null;
  const names = [...new Set([...shown.map(([key]) => key), ...known.keys()])];
  const texts = new Map(latest ?? []);
  return (
    <table>
      <caption>attributes</caption>
      <tbody>
        {names.map((key) => {
          const [was, is] = [known.get(key), texts.get(key)];
          const differs = before !== null && latest !== null && was !== is;
          return (
            <tr key={key} data-differs={differs ? "" : undefined}>
              <th scope="row">{oneLine(key)}</th>
              <td>
                {differs && was !== undefined && (
                  <del>
                    <Long text={was} />
                  </del>
                )}
                {(is ?? (differs ? undefined : was)) !== undefined && (
                  <Long text={is ?? was ?? ""} />
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Long({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const rest = text.length - MOST_TEXT;
  if (rest <= 0 || all) return <span class="nbb-graph-text">{all ? text : shownText(text)}</span>;
  return (
    <span class="nbb-graph-text">
      {text.slice(0, MOST_TEXT)}
      <button type="button" onClick={() => setAll(true)}>
        {`… ${rest.toLocaleString("en")} more characters`}
      </button>
    </span>
  );
}

/** What came along at once, and in full what the kernel answers; a text says why there is none. */
function useAttributes(
  { ctx, now }: DetailProps,
  graph: Graph | null,
  name: string,
  series: DetailProps["at"]["series"] | undefined,
  position: number,
): Pairs | string | null {
  const row = graph ? graph.find(name) : -1;
  const leaf = row < 0 ? -1 : graph!.leaf[row]!;
  const [answer, setAnswer] = useState<{ of: string; pairs: Pairs | string } | null>(null);
  const here = leaf < 0 ? null : graph!.attributesOf(leaf);
  const cut = here?.some(([, text]) => text.length > MOST_TEXT) ?? true;
  const of = series ? `${pointName(series, position)} ${now.index} ${leaf}` : "";
  useEffect(() => {
    if (leaf < 0 || !cut || !series || ctx.model.get("saved")) return;
    let wanted = true;
    const params = { id: series.id, place: series.place[position], index: now.index, leaf };
    ctx.request("attributes", params).then(
      ({ attributes }) => {
        if (wanted) setAnswer({ of, pairs: Object.entries(attributes ?? {}) as never });
      },
      (error: Error) => {
        if (wanted) setAnswer({ of, pairs: `The attributes are not here. ${error.message}` });
      },
    );
    return () => {
      wanted = false;
    };
  }, [of, cut]);
  if (leaf < 0) return null;
  if (answer?.of === of && !(here && typeof answer.pairs === "string")) return answer.pairs;
  if (here) return here;
  return ctx.model.get("saved")
    ? "The attributes are not in this file."
    : "Loading the attributes…";
}
