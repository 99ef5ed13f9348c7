// A graph on its card: the picture, what was found in it, and what is known of the picked box.
import { formatStep } from "../../draw/format.ts";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Button } from "../../shell/controls.tsx";
import { oneLine } from "../../shell/names.ts";
import type { CellProps } from "../../stepped/kind.ts";
import { showing } from "../../stepped/showing.ts";
import { painterOf } from "./colors.ts";
import { compared } from "./compare.ts";
import { Detail } from "./detail.tsx";
import { Files } from "./files.tsx";
import type { Graph } from "./graph.ts";
import { boxTowards, type Move } from "./keys.ts";
import { LayerTable } from "./layers.tsx";
import type { Piece } from "./level.ts";
import { Minimap } from "./minimap.tsx";
import { Outline } from "./outline.tsx";
import { pathBetween } from "./path.ts";
import { Picture } from "./picture.tsx";
import { type Scene, wayTo } from "./scene.ts";
import type { GraphsState } from "./state.ts";
import { Strip } from "./strip.tsx";
import { timed } from "./timed.ts";
import { useScene } from "./use-scene.ts";
import { useSearch } from "./use-search.ts";
import { useViewport } from "./use-viewport.ts";

type Props = CellProps<Graph, GraphsState>;

export function GraphCell(props: Props) {
  const { state, item, box, at } = props;
  const partner = state.diff.value === "off" || props.now.early ? null : state.partner(at);
  if (state.diff.value !== "off" && !partner)
    return <Said {...props} words="There is nothing that this could be compared with." />;
  const before = partner ? showing(props.store, partner, props.now.index) : null;
  if (before && (!before.item || before.early)) return <Said {...props} words="Loading…" />;
  if (before?.item?.refusal)
    return <Said {...props} words={`Not compared: ${before.item.refusal}`} />;
  if (item.length === 0) return <Said {...props} words={emptyWords(item)} />;
  const note = partner
    ? `compared with ${partner.series.run}, step ${formatStep(partner.series.step[partner.position]!)}`
    : "";
  return (
    <div class="nbb-cell nbb-graph" style={{ height: `${box.height}px` }}>
      <Whole {...props} before={before?.item ?? null} note={note} />
    </div>
  );
}

function emptyWords(graph: Graph): string {
  if (graph.form !== "run_metadata") return "An empty graph: no node was logged.";
  return graph.bytes
    ? "Run metadata without a graph, times or memory."
    : "Empty run metadata: 0 bytes were logged.";
}

function Said({ box, words }: Props & { words: string }) {
  return (
    <div class="nbb-cell nbb-graph nbb-graph-said" style={{ height: `${box.height}px` }}>
      <span>{words}</span>
    </div>
  );
}

/** How much of a card the table of layers takes. */
const TABLE = 0.38;
/** What stands above the picture and below it. */
const STRIP = 26;
/** Narrower cards have what is known of a box below the picture, not beside it. */
const NARROW = 560;
const LEGEND = 22;
/** How much larger a press of + makes it. */
const STEP = 1.25;

function Whole(props: Props & { before: Graph | null; note: string }) {
  const { ctx, state, store, item, box, at, before, note, spoken } = props;
  const theme = ctx.theme.value;
  const statistics = state.statistics(at);
  const measured = statistics ? showing(store, statistics, 0).item : undefined;
  const graph = useMemo(() => {
    if (before) return compared(before, item);
    return measured && !measured.refusal ? timed(item, measured) : item;
  }, [item, before, measured]);
  const { scene, failure } = useScene(state, graph, box.width, theme.font);
  const painter = useMemo(
    () => painterOf(graph, state.color.value, theme),
    [graph, state.color.value, theme],
  );
  const found = useSearch(state, graph);
  const [hit, setHit] = useState(0);
  const [current, setCurrent] = useState<string | null>(null);
  const node = state.node.value;
  const picked = node?.series === at.series.key ? node.key : null;
  const table = state.layerTable.value && item.layers.layer.length > 0;
  const tableHeight = table ? Math.round(box.height * TABLE) : 0;
  const height = box.height - STRIP - LEGEND - tableHeight;
  const viewport = useViewport(scene, box.width - 2);
  const { view, scale, zoom, setWish } = viewport;

  const marked = useMemo(() => (found ? around(graph, found.rows) : null), [graph, found?.rows]);
  const path = useMemo(() => pathOf(graph, state.path.value), [graph, state.path.value]);
  const onPath = useMemo(
    () =>
      path
        ? around(
            graph,
            Uint32Array.from(path, (leaf) => graph.row[leaf]!),
          )
        : null,
    [graph, path],
  );

  const reveal = (row: number): void => {
    const way = wayTo(graph, row, state.foldRepeats.peek());
    const last = way.pop();
    if (!last) return;
    state.openAll(way.map(({ key }) => key));
    state.choose(at, last.key);
    setCurrent(last.key);
    setWish(last.key);
  };
  const goTo = (number: number): void => {
    const count = found?.rows.length ?? 0;
    if (!count) return;
    const next = (number + count) % count;
    setHit(next);
    reveal(found!.rows[next]!);
  };
  const jump = state.jump.value;
  useEffect(() => {
    // The first card is meant.
    if (!jump || state.cards()[0]?.at.series.key !== at.series.key) return;
    state.jump.value = null;
    goTo(jump === "previous" ? hit - 1 : picked === null ? 0 : hit + 1);
  }, [jump]);
  useEffect(() => setHit(0), [found?.rows]);

  const pick = (piece: Piece, extend: boolean): void => {
    view.current?.focus();
    setCurrent(piece.key);
    if (extend && picked !== null && picked !== piece.key) {
      state.path.value = [nameOf(graph, scene!, picked), nameOf(graph, scene!, piece.key)];
    } else {
      state.choose(at, picked === piece.key ? null : piece.key);
      setWish(piece.key);
    }
  };
  const toggle = (piece: Piece, open: boolean): void => {
    state.toggle(piece.key, open);
    setWish(piece.key);
    setCurrent(piece.key);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !scene) return;
    const action = keyAction(event.key);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const keyAction = (key: string): (() => void) | null => {
    const here = scene!.boxes.find(({ piece }) => piece.key === current);
    if (/^Arrow/.test(key))
      return () => {
        const next = boxTowards(scene!, current, key as Move);
        if (!next) return;
        setCurrent(next.piece.key);
        viewport.center(next.piece.key);
      };
    if (key === "Enter" && here)
      return () => {
        if (here.piece.kind === "op") pick(here.piece, false);
        else toggle(here.piece, !here.open);
      };
    if (key === " " && here) return () => pick(here.piece, false);
    if (key === "+" || key === "=") return () => zoom(STEP);
    if (key === "-") return () => zoom(1 / STEP);
    if (key === "0") return () => zoom(null);
    if (key === "n") return () => goTo(hit + 1);
    if (key === "p" || key === "N") return () => goTo(hit - 1);
    return null;
  };
  const pickedBox = scene?.boxes.find(({ piece }) => piece.key === picked);
  return (
    <>
      <Strip
        graph={graph}
        note={note}
        found={found}
        hit={hit}
        goTo={goTo}
        path={path}
        onForget={() => {
          state.path.value = [];
        }}
      >
        <Button label="Smaller (−)" text="−" onClick={() => zoom(1 / STEP)} />
        <Button label="Fit all" icon="shrink" onClick={viewport.fitAll} />
        <Button label="Fit the width (0)" icon="reset" onClick={() => zoom(null)} />
        <Button label="Larger (+)" text="+" onClick={() => zoom(STEP)} />
        <Files at={at} scene={scene} view={view} theme={theme} />
      </Strip>
      <div
        class="nbb-graph-middle"
        data-narrow={box.width < NARROW ? "" : undefined}
        style={{ height: `${height}px` }}
      >
        <div
          ref={view}
          class="nbb-graph-view"
          role="application"
          aria-label={`Graph, ${spoken}`}
          aria-roledescription="graph"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move in it
          tabIndex={0}
          onKeyDown={onKey}
          onClick={() => state.choose(at, null)}
          onWheel={(event) => {
            // Pinching, or the wheel with Ctrl; the wheel alone is the page's.
            if (!event.ctrlKey) return;
            event.preventDefault();
            zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
          }}
        >
          {scene ? (
            <Picture
              scene={scene}
              painter={painter}
              theme={theme}
              scale={scale}
              picked={picked}
              current={current}
              found={marked}
              onPath={onPath}
              labels={state.edgeLabels.value}
              onPick={pick}
              onToggle={toggle}
            />
          ) : (
            <span class="nbb-graph-waiting">{failure ?? ""}</span>
          )}
        </div>
        {scene && (
          <Minimap scene={scene} view={view} scale={scale} painter={painter} theme={theme} />
        )}
        {pickedBox && (
          <Detail
            {...props}
            graph={graph}
            after={item}
            before={before}
            piece={pickedBox.piece}
            open={pickedBox.open}
            onToggle={toggle}
            onGo={(name) => {
              const row = graph.find(name);
              if (row >= 0) reveal(row);
            }}
          />
        )}
      </div>
      <div class="nbb-graph-legend">
        {painter.legend.map(({ color, text }) => (
          <span key={text}>
            <span class="nbb-graph-swatch" style={{ background: color }} />
            {oneLine(text)}
          </span>
        ))}
      </div>
      {table && (
        <LayerTable
          run={at.series.run}
          graph={item}
          height={tableHeight}
          onGo={(row) => {
            // Rows of the graph as it was logged; a comparison begins with the same ones.
            reveal(row);
          }}
        />
      )}
      {scene && <Outline scene={scene} onGo={(key) => setCurrent(key)} />}
    </>
  );
}

/** Rows and all scopes around them. */
function around(graph: Graph, rows: Uint32Array): Set<number> {
  const found = new Set<number>();
  for (const row of rows)
    for (let at = row; at >= 0 && !found.has(at); at = graph.parent[at]!) found.add(at);
  return found;
}

/** The operations between the two ends; null where no path is asked for. */
function pathOf(graph: Graph, ends: readonly string[]): number[] | null {
  if (ends.length !== 2) return null;
  return pathBetween(graph, graph.find(ends[0]!), graph.find(ends[1]!));
}

/** The name of what a box stands for; of several the first. */
function nameOf(graph: Graph, scene: Scene, key: string): string {
  const box = scene.boxes.find(({ piece }) => piece.key === key);
  return box ? graph.name(box.piece.rows[0]!) : key;
}
