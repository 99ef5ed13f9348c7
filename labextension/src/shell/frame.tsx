// The frame of a view: a slim bar on top, the run list at the side, the view itself.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { formatAge, formatCount } from "../draw/format.ts";
import { CopyCode } from "./copy-code.tsx";
import { Button } from "./controls.tsx";
import type { ViewContext } from "./context.ts";
import { shorten } from "./names.ts";
import { RunPanel } from "./run-panel.tsx";

interface FrameProps {
  ctx: ViewContext;
  /** What stands in the bar: filters and controls of this view. */
  bar: ComponentChildren;
  /** The view's height at most, in CSS pixels; it scrolls inside. 0 for no limit. */
  height?: number;
  /** What of it is kept while there is less to show, so that nothing below it jumps. */
  hold?: number;
  /** Whether the run list stands at the side; not where the view lists runs itself. */
  runs?: boolean;
  /** Whether the bar can copy the view's line of Python; not where views inside it do. */
  code?: boolean;
  children: ComponentChildren;
}

export function Frame({
  ctx,
  bar,
  height = 560,
  hold = 0,
  runs = true,
  code = true,
  children,
}: FrameProps) {
  const folded = useSignal(true);
  const frame = useRef<HTMLDivElement>(null);
  const embedded = ctx.embedded.value;
  const names = ctx.ownRuns.value;
  const listed = runs && !embedded && names.length > 1;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only listens to keys of what is in it
    <div
      ref={frame}
      class="nbb-frame"
      data-embedded={embedded ? "" : undefined}
      style={{
        "--nbb-height": height > 0 ? `${height}px` : undefined,
        "--nbb-hold": hold > 0 ? `${hold}px` : undefined,
      }}
      onKeyDown={(event) => {
        if (event.key !== "/" || event.ctrlKey || event.metaKey) return;
        if (isTyping(event.target)) return;
        event.preventDefault();
        event.stopPropagation();
        frame.current?.querySelector<HTMLInputElement>(".nbb-search input")?.focus();
      }}
    >
      <div class="nbb-bar" role="toolbar" aria-label="Tools">
        {listed && (
          <span class="nbb-runs-chip">
            <Button
              label="Runs"
              icon="runs"
              text={`${ctx.shownRuns.value.length.toLocaleString("en")} of ${formatCount(names.length, "run")}`}
              pressed={!folded.value}
              onClick={() => {
                folded.value = !folded.value;
              }}
            />
          </span>
        )}
        {bar}
        <span class="nbb-spring" />
        {code && <CopyCode ctx={ctx} />}
        {!embedded && <StatusLine ctx={ctx} />}
      </div>
      <div class="nbb-main" data-runs={listed ? "" : undefined}>
        {listed && <RunPanel ctx={ctx} names={names} folded={folded.value} />}
        <div class="nbb-body">{children}</div>
      </div>
    </div>
  );
}

export function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (element?.tagName === "INPUT") {
    return !["checkbox", "range", "color"].includes((element as HTMLInputElement).type);
  }
  return element?.tagName === "TEXTAREA";
}

/** What is wrong in few words: not all of it is damage, a folder may just not be there yet. */
function problemText(problems: number, damaged: number): string {
  const many = problems.toLocaleString("en");
  return damaged === problems ? `${many} damaged` : `${many} problem${problems === 1 ? "" : "s"}`;
}

/** The first few problems, where there is nothing else to see. */
export function Problems({ ctx }: { ctx: ViewContext }) {
  return (
    <>
      {ctx.status.value.problems.slice(0, 3).map((problem) => (
        <span key={problem}>{shorten(problem, 300)}</span>
      ))}
    </>
  );
}

/** "updated 4 s ago ● live", damage, and that the kernel is busy. */
export function StatusLine({ ctx }: { ctx: ViewContext }) {
  const now = useSignal(Date.now() / 1000);
  const seen = useRef({ time: 0, at: 0 });
  const status = ctx.status.value;
  // Ages are counted from when the news came, by this machine's clock alone.
  if (seen.current.time !== status.time) {
    seen.current = { time: status.time, at: Date.now() / 1000 };
    now.value = seen.current.at;
  }
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now() / 1000;
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const live = ctx.option("live", true);
  const problems = status.n_problems;
  return (
    <output class="nbb-status">
      {ctx.busy.value && !ctx.lost.value && (
        <span title="The kernel runs a cell. What is loaded works; more comes when the cell ends.">
          kernel busy: showing what is loaded
        </span>
      )}
      {problems > 0 && (
        <span class="nbb-note" data-warn="" title={status.problems.join("\n")}>
          {problemText(problems, status.n_damaged)}
        </span>
      )}
      {ctx.lost.value && (
        <span title="Its kernel was restarted, has ended, or is out of reach. What is loaded works; run the cell again for more.">
          kernel gone: showing what is loaded
        </span>
      )}
      {ctx.model.get("saved") || ctx.lost.value ? null : (
        <button
          type="button"
          class="nbb-button"
          aria-pressed={live.value}
          aria-label="Live"
          title={`New points appear by themselves: ${live.value ? "on" : "off"}. Last change seen ${formatAge(now.value - seen.current.at)} ago.`}
          onClick={() => {
            live.value = !live.value;
          }}
        >
          <span class="nbb-live" data-on={live.value ? "" : undefined}>
            {live.value ? "live" : "paused"}
          </span>
        </button>
      )}
    </output>
  );
}
