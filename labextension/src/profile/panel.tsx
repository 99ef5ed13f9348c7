// The profile view: verdict, steps, trace, tables.
import { useEffect, useRef } from "preact/hooks";
import { Empty } from "../shell/empty.tsx";
import { Frame } from "../shell/frame.tsx";
import type { PanelProps } from "../shell/mount.tsx";
import { Bar } from "./bar.tsx";
import { Detail } from "./detail.tsx";
import { Head } from "./head.tsx";
import type { ProfileStore } from "./store.ts";
import { Tables } from "./tables.tsx";
import { TraceView } from "./trace.tsx";
import { formatBytes, formatPercent } from "./units.ts";

export function ProfilePanel({ ctx, store }: PanelProps<ProfileStore>) {
  const profile = store.profile.value;
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Tests measure from the arrival of the data to the first picture.
    if (profile && root.current) root.current.dataset.ready = "";
  }, [profile]);
  return (
    // Notebooks take single keys for commands: not those meant for the trace.
    <div ref={root} data-lm-suppress-shortcuts="true">
      <Frame ctx={ctx} bar={<Bar store={store} />} height={ctx.option<number>("height").value}>
        {profile ? (
          <>
            <Head store={store} profile={profile} />
            {profile.trace && (
              <>
                <TraceView key={keyOf(store)} store={store} trace={profile.trace} />
                <Detail store={store} trace={profile.trace} />
              </>
            )}
            {!profile.trace && (
              <p class="nbb-note nbb-pf-none">
                This dump has numbers only: no time line was kept beside them.
              </p>
            )}
            <Tables ctx={ctx} store={store} profile={profile} />
          </>
        ) : (
          <Waiting ctx={ctx} store={store} />
        )}
      </Frame>
    </div>
  );
}

const keyOf = (store: ProfileStore): string => `${store.chosen.value?.join()} ${store.host.value}`;

/** Nothing to show yet: it is read, cannot be, or there is none. */
function Waiting({ ctx, store }: PanelProps<ProfileStore>) {
  const reading = store.reading.value;
  if (reading) {
    const { done, total } = reading;
    return (
      <div class="nbb-pf-waiting">
        <div class="nbb-skeleton nbb-pf-blank" />
        <p class="nbb-note">
          {total > 0
            ? `reading the profile: ${formatBytes(done)} of ${formatBytes(total)} (${formatPercent(done / total)})`
            : "reading the profile"}
          {total > 0 && (
            <button type="button" class="nbb-button" onClick={() => store.stopReading()}>
              Stop
            </button>
          )}
        </p>
        <progress max={total || 1} value={done} aria-label="Reading the profile" />
      </div>
    );
  }
  if (store.failure.value) {
    return (
      <div class="nbb-empty">
        <strong>This profile cannot be shown</strong>
        <span>{store.failure.value}</span>
      </div>
    );
  }
  return (
    <Empty
      ctx={ctx}
      what="profiles"
      from="Torch writes them with tensorboard_trace_handler, Keras with profile_batch, JAX with jax.profiler.trace."
    />
  );
}
