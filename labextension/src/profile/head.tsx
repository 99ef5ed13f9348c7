// What is slow, in one sentence, and where the time of a step goes.
import { useSignal } from "@preact/signals";
import type { Profile, Steps } from "./model.ts";
import { sharesOf } from "./shares.ts";
import { ROLE_COLORS, ROLE_NAMES } from "./roles.ts";
import type { ProfileStore } from "./store.ts";
import { formatPercent, formatTime } from "./units.ts";

interface Props {
  store: ProfileStore;
  profile: Profile;
}

/** The verdict, the bar of a mean step, and a bar for each step. */
export function Head({ store, profile }: Props) {
  return (
    <section class="nbb-pf-head" aria-label="Verdict">
      <Verdict profile={profile} />
      {profile.steps && <Stack store={store} steps={profile.steps} />}
    </section>
  );
}

function Verdict({ profile }: { profile: Profile }) {
  const { sentence, advice, findings } = profile.verdict;
  const use = profile.devices
    .filter(({ utilisation }) => Number.isFinite(utilisation))
    .map(({ device, utilisation }) =>
      profile.devices.length > 1 && device >= 0
        ? `device ${device} busy ${formatPercent(utilisation)}`
        : `device busy ${formatPercent(utilisation)}`,
    );
  return (
    <>
      <p class="nbb-pf-verdict">
        <strong>{sentence}</strong> {advice}
      </p>
      <p class="nbb-note nbb-pf-findings">
        {findings.slice(1).map((one) => (
          <span key={one.what} title={`${one.advice} (${one.source})`}>
            {one.sentence}
          </span>
        ))}
        {use.length > 0 && <span>{use.join(", ")}</span>}
        {profile.device && <span>{profile.device}</span>}
        {findings[0] && (
          <span title={`${findings[0].source}. ${profile.said.join(" ")}`}>
            threshold: {findings[0].source}
          </span>
        )}
      </p>
    </>
  );
}

function Stack({ store, steps }: { store: ProfileStore; steps: Steps }) {
  const shares = sharesOf(steps);
  const mean = steps.duration.reduce((sum, one) => sum + one, 0) / steps.names.length;
  const parts = steps.roles
    .map((role, i) => ({ role, share: shares[i]! }))
    .filter(({ share }) => share > 0.0005);
  const what = !steps.recorded
    ? "whole time line"
    : steps.names.length === 1
      ? "step"
      : `mean of ${steps.names.length.toLocaleString("en")} steps`;
  return (
    <div class="nbb-pf-stack">
      <div class="nbb-pf-mean">
        {what} <b>{formatTime(mean)}</b>
      </div>
      <div class="nbb-pf-bar" role="img" aria-label={parts.map(partText).join(", ")}>
        {parts.map(({ role, share }) => (
          <i
            key={role}
            style={{ width: `${share * 100}%`, background: ROLE_COLORS[role] }}
            title={partText({ role, share })}
          />
        ))}
      </div>
      <ul class="nbb-pf-legend">
        {parts.map((part) => (
          <li key={part.role}>
            <i style={{ background: ROLE_COLORS[part.role] }} />
            {partText(part)}
          </li>
        ))}
      </ul>
      {steps.names.length > 1 && <EachStep store={store} steps={steps} />}
    </div>
  );
}

const partText = ({ role, share }: { role: string; share: number }): string =>
  `${ROLE_NAMES[role] ?? role} ${formatPercent(share)}`;

/** More bars than this are narrower than can be clicked. */
const MOST_BARS = 160;

/** A bar for each step, as high as it was long; a click shows it in the trace. */
function EachStep({ store, steps }: { store: ProfileStore; steps: Steps }) {
  const focus = useSignal(0);
  const longest = steps.duration.reduce((most, one) => Math.max(most, one), 0);
  const shown = steps.names.slice(0, MOST_BARS);
  const show = (at: number): void => {
    if (!steps.start) return;
    const length = steps.duration[at]!;
    store.fine.value = null;
    store.show({
      begin: steps.start[at]! - length * 0.03,
      end: steps.start[at]! + length * 1.03,
    });
  };
  return (
    <div
      class="nbb-pf-steps"
      role="toolbar"
      aria-label="Steps"
      style={{ width: `${Math.min(shown.length * 15, 320)}px` }}
    >
      {shown.map((name, at) => (
        <button
          key={`${name} ${at}`}
          type="button"
          tabIndex={at === focus.value ? 0 : -1}
          aria-label={`Step ${name}, ${formatTime(steps.duration[at]!)}`}
          title={`Step ${name}: ${formatTime(steps.duration[at]!)}\n${rolesOf(steps, at)}`}
          onClick={() => show(at)}
          onKeyDown={(event) => {
            const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
            if (!by) return;
            event.preventDefault();
            event.stopPropagation();
            focus.value = Math.min(Math.max(at + by, 0), shown.length - 1);
            const box = event.currentTarget.parentElement!;
            requestAnimationFrame(() => (box.children[focus.value] as HTMLElement)?.focus());
          }}
        >
          <span style={{ height: `${(100 * steps.duration[at]!) / (longest || 1)}%` }}>
            {steps.roles.map((role, i) => {
              const time = steps.byRole[at * steps.roles.length + i]!;
              return time > 0 ? (
                <i key={role} style={{ flexGrow: time, background: ROLE_COLORS[role] }} />
              ) : null;
            })}
          </span>
        </button>
      ))}
      {steps.names.length > MOST_BARS && (
        <span class="nbb-note">
          {MOST_BARS} of {steps.names.length.toLocaleString("en")}
        </span>
      )}
    </div>
  );
}

function rolesOf(steps: Steps, at: number): string {
  return steps.roles
    .map((role, i) => ({ role, time: steps.byRole[at * steps.roles.length + i]! }))
    .filter(({ time }) => time > 0)
    .sort((a, b) => b.time - a.time)
    .map(({ role, time }) => `${ROLE_NAMES[role] ?? role} ${formatTime(time)}`)
    .join("\n");
}
