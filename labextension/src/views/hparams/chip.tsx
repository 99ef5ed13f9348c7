// A condition as an editable chip: two ends, or the values it holds.
import { shorten } from "../../shell/names.ts";
import { Icon } from "../../shell/icons.tsx";
import { type Condition, interval, parseBound, parseRegex } from "./condition.ts";
import { editText, tickText } from "../../table/cells.ts";

interface Props {
  /** Name of the column; the boxes are called "lr from" and "lr to". */
  label: string;
  condition: Condition;
  /** Show the name before the values. */
  named?: boolean;
  onChange(next: Condition | null): void;
  /** Opens what can edit a set of values. */
  onOpen?(at: HTMLElement): void;
}

export function Chip({ label, condition, named, onChange, onOpen }: Props) {
  const missing = condition.missing ?? false;
  return (
    <fieldset class="nbb-hp-chip" aria-label={`${label} condition`}>
      {named && <span class="nbb-hp-chip-name">{shorten(label, 24)}</span>}
      {"low" in condition ? (
        <>
          <Bound
            label={`${label} from`}
            value={condition.low}
            onChange={(low) => onChange(interval(low, condition.high, missing))}
          />
          <span aria-hidden="true">–</span>
          <Bound
            label={`${label} to`}
            value={condition.high}
            onChange={(high) => onChange(interval(condition.low, high, missing))}
          />
        </>
      ) : "regex" in condition ? (
        <input
          class="nbb-hp-bound nbb-hp-pattern"
          type="text"
          aria-label={`${label} pattern`}
          value={condition.regex}
          aria-invalid={parseRegex(condition.regex) === null ? true : undefined}
          onChange={(event) =>
            onChange(
              event.currentTarget.value ? { ...condition, regex: event.currentTarget.value } : null,
            )
          }
          onKeyDown={(event) => event.stopPropagation()}
        />
      ) : (
        <Values label={label} condition={condition} onOpen={onOpen} />
      )}
      <button
        type="button"
        class="nbb-hp-chip-close"
        aria-label={`Clear ${label}`}
        title={`Clear ${label}`}
        onClick={() => onChange(null)}
      >
        <Icon name="close" />
      </button>
    </fieldset>
  );
}

interface ValuesProps {
  label: string;
  condition: Extract<Condition, { values: unknown }>;
  onOpen: Props["onOpen"];
}

function Values({ label, condition, onOpen }: ValuesProps) {
  const names = condition.values.map((value) => tickText(value, "hparam"));
  if (condition.missing) {
    // What has no number is one thing on an axis.
    const at = names.indexOf("None");
    if (names.length === 1 && at === 0) names.splice(0, 1);
    names.push("missing");
  }
  const text = names.join(", ") || "nothing";
  if (!onOpen) return <span title={text}>{shorten(text, 14)}</span>;
  return (
    <button
      type="button"
      class="nbb-hp-chip-values"
      aria-label={`${label} values`}
      title={text}
      onClick={(event) => onOpen(event.currentTarget)}
    >
      {shorten(text, 28)}
    </button>
  );
}

interface BoundProps {
  label: string;
  value: number | null;
  onChange(value: number | null): void;
}

/** One end of an interval: empty is open; Enter or leaving the box takes it over. */
export function Bound({ label, value, onChange }: BoundProps) {
  const text = editText(value);
  const commit = (box: HTMLInputElement): void => {
    const typed = parseBound(box.value);
    if (typed === undefined) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    if (typed !== undefined && box.value !== text) onChange(typed);
  };
  return (
    <input
      class="nbb-hp-bound"
      type="text"
      inputMode="decimal"
      aria-label={label}
      title={label}
      placeholder="any"
      size={Math.max(3, Math.min(8, text.length))}
      value={text}
      onChange={(event) => commit(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.value = text;
        else event.stopPropagation();
        if (event.key === "Enter") commit(event.currentTarget);
      }}
    />
  );
}
