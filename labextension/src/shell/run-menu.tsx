// The menu of the run list: what runs are called, how they are coloured and grouped.
import type { PaletteName } from "../draw/palette.ts";
import { chosen } from "./bound.ts";
import { keepKeys, Menu, MenuSelect } from "./controls.tsx";
import { type LabelRule, type RunList, SEED_RULE } from "./runs.ts";

export function RunMenu({ runs }: { runs: RunList }) {
  return (
    <Menu label="Colours and groups" icon="settings">
      <Rule
        runs={runs}
        label="Group"
        first={[
          ["", "none"],
          [SEED_RULE, "everything but the seed"],
        ]}
        value={runs.groupBy.value}
        onChange={(value) => runs.setGroups(value)}
      />
      <Rule
        runs={runs}
        label="Colour"
        first={[["run", "run"]]}
        value={runs.colorBy.value}
        onChange={(value) => {
          runs.colorBy.value = value;
        }}
      />
      <MenuSelect<LabelRule>
        label="Names"
        options={[
          ["short", "without what all share"],
          ["hparams", "hyperparameters that differ"],
          ["full", "in full"],
        ]}
        {...chosen(runs.labelRule)}
      />
      <MenuSelect<PaletteName>
        label="Palette"
        options={[
          ["tensorboard", "TensorBoard"],
          ["colorblind", "colour-blind safe"],
        ]}
        {...chosen(runs.palette)}
      />
    </Menu>
  );
}

interface RuleProps {
  runs: RunList;
  label: string;
  /** What there is besides patterns and hyperparameters. */
  first: readonly (readonly [string, string])[];
  value: string;
  onChange(value: string): void;
}

/** By what runs are coloured or grouped: nothing, a pattern, a hyperparameter. */
function Rule({ runs, label, first, value, onChange }: RuleProps) {
  const byPattern = value.startsWith("regex:");
  const hparams = runs.hparamNames().map((name) => [`hparam:${name}`, name] as const);
  return (
    <>
      <MenuSelect
        label={`${label} by`}
        value={byPattern ? "regex:" : value}
        options={[...first, ["regex:", "pattern in name"], ...hparams]}
        onChange={onChange}
      />
      {byPattern && (
        <input
          class="nbb-input"
          type="text"
          aria-label={`${label} pattern`}
          placeholder="(seed|fold)=\d+ in brackets: what is the same"
          spellcheck={false}
          value={value.slice(6)}
          onInput={(event) => onChange(`regex:${event.currentTarget.value}`)}
          onKeyDown={keepKeys}
        />
      )}
    </>
  );
}
