// The board: tabs for the kinds that a log has, one run list for all of them.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Frame, Problems } from "../shell/frame.tsx";
import type { PanelProps } from "../shell/mount.tsx";
import { type BoardStore, kindName } from "./store.ts";
import { onOpenTab } from "./tabs.ts";

type Props = PanelProps<BoardStore>;

export function BoardPanel({ ctx, store }: Props) {
  const opened = useRef(new Set<string>());
  const kinds = Object.keys(store.counts.value);
  const current = store.current;
  if (current) opened.current.add(current);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The tabs may take several rows; pages that give the board all their height subtract them.
    const bar = root.current!.querySelector<HTMLElement>(".nbb-bar")!;
    const observer = new ResizeObserver(() => {
      root.current!.style.setProperty("--nbb-board-bar", `${bar.offsetHeight}px`);
    });
    observer.observe(bar);
    return () => observer.disconnect();
  }, []);
  useEffect(() => onOpenTab(root.current!, (wish) => store.fulfil(wish)), []);
  return (
    <div
      ref={root}
      style={{ "--nbb-board-height": `${ctx.option("height", 560).value || 100_000}px` }}
      class="nbb-board-root"
    >
      <Frame ctx={ctx} bar={<Tabs ctx={ctx} store={store} />} height={0} code={!current}>
        {kinds.length === 0 && <EmptyBoard ctx={ctx} store={store} />}
        {[...opened.current]
          .filter((kind) => kinds.includes(kind))
          .map((kind) => (
            <TabPanel key={kind} kind={kind} store={store} hidden={kind !== current} />
          ))}
      </Frame>
    </div>
  );
}

function Tabs({ store }: Props) {
  const counts = Object.entries(store.counts.value);
  const others = Object.entries(store.others.value);
  const current = store.current;
  const list = useRef<HTMLDivElement>(null);
  const move = (by: number): void => {
    const at = counts.findIndex(([kind]) => kind === current) + by;
    const next = counts[(at + counts.length) % counts.length];
    if (!next) return;
    store.tab.value = next[0];
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    });
  };
  return (
    <>
      <div ref={list} class="nbb-tabs" role="tablist" aria-label="Kinds">
        {counts.map(([kind, count]) => (
          <button
            key={kind}
            type="button"
            role="tab"
            class="nbb-tab"
            data-kind={kind}
            aria-selected={kind === current}
            tabIndex={kind === current ? 0 : -1}
            onClick={() => {
              store.tab.value = kind;
            }}
            onKeyDown={(event) => {
              if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
              event.preventDefault();
              event.stopPropagation();
              move(event.key === "ArrowRight" ? 1 : -1);
            }}
          >
            {kindName(kind)}{" "}
            {count !== null && <span class="nbb-tab-count">{count.toLocaleString("en")}</span>}
          </button>
        ))}
      </div>
      {others.length > 0 && (
        <span
          class="nbb-note nbb-others"
          title={`Logged too, without a view: read them with log.${others[0]![0]} and so on.\n${others.map(([kind, count]) => `${kindName(kind)}: ${count} series`).join("\n")}`}
        >
          also {others.map(([kind, count]) => `${kindName(kind)} ${count}`).join(", ")}
        </span>
      )}
    </>
  );
}

interface TabPanelProps {
  kind: string;
  store: BoardStore;
  hidden: boolean;
}

/** A tab that was opened stays drawn, so that it comes back as it was left. */
function TabPanel({ kind, store, hidden }: TabPanelProps) {
  const host = useRef<HTMLDivElement>(null);
  const failure = useSignal("");
  const reference = store.views.value[kind];
  // Before the next paint: a click should show its tab at once.
  useLayoutEffect(() => {
    if (!reference) {
      store.open(kind);
      return;
    }
    let remove: (() => void) | undefined;
    let gone = false;
    store.show(kind, host.current!).then(
      (how) => {
        if (gone) how();
        else remove = how;
      },
      (error: Error) => {
        failure.value = error.message;
      },
    );
    return () => {
      gone = true;
      remove?.();
    };
  }, [reference]);
  return (
    <div role="tabpanel" aria-label={kindName(kind)} hidden={hidden}>
      <div ref={host}>
        {!reference && <div class="nbb-board-wait nbb-skeleton" aria-busy="true" />}
      </div>
      {failure.value && <div class="nbb-empty">{failure.value}</div>}
    </div>
  );
}

function EmptyBoard({ ctx, store }: Props) {
  const { paths } = ctx.status.value;
  const others = Object.keys(store.others.value);
  return (
    <div class="nbb-empty">
      <strong>{others.length ? "Nothing with a view yet" : "No event files yet"}</strong>
      <span>
        {others.length
          ? `Logged so far: ${others.map(kindName).join(", ")}.`
          : `Looked for files named *tfevents* under ${paths.join(", ")}.`}
      </span>
      <Problems ctx={ctx} />
      <span>What is logged from now on appears here by itself.</span>
    </div>
  );
}
