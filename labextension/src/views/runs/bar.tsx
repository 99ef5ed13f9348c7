// The slim bar: search, what differs, groups, columns, and how many runs that leaves.
import { formatShare } from "../../draw/format.ts";
import { checked, typed } from "../../shell/bound.ts";
import {
  Button,
  Check,
  keepKeys,
  Menu,
  MenuItem,
  SearchBox,
  Select,
} from "../../shell/controls.tsx";
import { shorten } from "../../shell/names.ts";
import type { RunColumn } from "./column.ts";
import type { RunsStore } from "./store.ts";

interface Props {
  store: RunsStore;
}

const PARTS: readonly (readonly [RunColumn["group"], string])[] = [
  ["hparam", "Parameters"],
  ["metric", "Metrics, last value"],
  ["best", "Metrics, best value"],
  ["mean", "Metrics, mean"],
  ["circumstance", "How it came about"],
  ["run", "Run"],
];
/** So many columns of a part are listed; the others are named by an option. */
const MOST = 60;

export function Bar({ store }: Props) {
  return (
    <>
      <Where store={store} />
      <SearchBox label="Search runs, as: adam lr<0.1" plain {...typed(store.search)} />
      <Button
        label="Only the parameters in which runs differ"
        text="only what differs"
        pressed={store.differ.value && store.chosen.value === null}
        onClick={() => {
          store.differ.value = store.chosen.value !== null || !store.differ.value;
          store.chosen.value = null;
        }}
      />
      <Groups store={store} />
      <Columns store={store} />
    </>
  );
}

/** Where there are more runs than the page holds: which of them are in the table at all. */
function Where({ store }: Props) {
  const { rows, fitting } = store.frame.value;
  const error = store.whereError.value;
  if (rows.length === fitting && !store.where.value && !error) return null;
  return (
    <span class="nbb-runs-where">
      <input
        class="nbb-input"
        type="text"
        spellcheck={false}
        autocomplete="off"
        aria-label="Which runs the table has"
        placeholder="of all runs: hp.lr < 0.1 and run contains 'adam'"
        title={error || "A condition on columns, for all runs; Enter applies it"}
        aria-invalid={error ? true : undefined}
        value={store.where.value}
        onKeyDown={keepKeys}
        onChange={(event) => store.setWhere(event.currentTarget.value)}
      />
      {error && <span role="alert">{error}</span>}
    </span>
  );
}

function Groups({ store }: Props) {
  const { columns } = store.frame.value;
  const groups = [...columns.values()].filter(
    (one) => (one.group === "hparam" && one.differs) || ["writer", "kinds"].includes(one.key),
  );
  const current = columns.get(store.group.value);
  if (current && !groups.includes(current)) groups.push(current);
  if (!groups.length) return null;
  return (
    <Select
      label="Group by"
      value={store.group.value}
      options={[
        ["", "no groups"],
        ...groups.slice(0, MOST).map((one) => [one.key, `by ${shorten(one.label, 30)}`] as const),
      ]}
      onChange={(key) => {
        store.group.value = key;
        store.folded.value = [];
      }}
    />
  );
}

function Columns({ store }: Props) {
  const columns = [...store.frame.value.columns.values()];
  const visible = store.visible.value;
  const toggle = (key: string, on: boolean): void => {
    store.chosen.value = on ? [...visible, key] : visible.filter((other) => other !== key);
  };
  return (
    <Menu label="Columns" icon="settings" text="columns">
      <Check label="Only what differs" {...checked(store.differ)} />
      <div class="nbb-runs-columns">
        {PARTS.map(([group, title]) => {
          const all = columns.filter((one) => one.group === group);
          const some = all.slice(0, MOST);
          return (
            all.length > 0 && (
              <fieldset key={group} aria-label={title}>
                <div class="nbb-note">{title}</div>
                {some.map((one) => (
                  <Check
                    key={one.key}
                    label={shorten(one.label, 40)}
                    checked={visible.includes(one.key)}
                    onChange={(on) => toggle(one.key, on)}
                  />
                ))}
                {all.length > some.length && (
                  <div class="nbb-note">and {all.length - some.length} more</div>
                )}
              </fieldset>
            )
          );
        })}
      </div>
      {store.chosen.value !== null && (
        <MenuItem
          text="Columns as at first"
          onClick={() => {
            store.chosen.value = null;
          }}
        />
      )}
    </Menu>
  );
}

/** How many runs there are, and how many are picked out: always true, small. */
export function Legend({ store }: Props) {
  const { rows, fitting, total } = store.frame.value;
  const listed = store.rows.value.length;
  const picked = store.picked.value.length;
  const count = (number: number): string => number.toLocaleString("en");
  const fit = fitting < total ? `${count(fitting)} fulfil the condition` : "";
  const first = rows.length < fitting ? `the table holds the first ${count(rows.length)}` : "";
  const held = [fit, first].filter(Boolean).join("; ");
  return (
    <div class="nbb-runs-legend nbb-note">
      <output>
        {formatShare(listed, total, "run")}
        {held && ` (${held})`}
      </output>
      {picked > 0 ? (
        <>
          <span>
            {picked.toLocaleString("en")} picked out; the other views show{" "}
            {picked === 1 ? "it" : "them"} alone
          </span>
          <Button
            label="Let go of the picked runs"
            text="clear"
            onClick={() => store.setPicked([])}
          />
        </>
      ) : (
        <span>Click a run to pick it out, with Ctrl several.</span>
      )}
    </div>
  );
}
