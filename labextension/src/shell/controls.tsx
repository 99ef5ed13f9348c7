// The controls that views share. Each has a plain accessible name.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";
import { oneLine, shorten } from "./names.ts";

interface ButtonProps {
  label: string;
  icon?: IconName;
  text?: string;
  pressed?: boolean;
  disabled?: boolean;
  class?: string;
  onClick(event: MouseEvent): void;
}

export function Button({ label, icon, text, pressed, disabled, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      class={`nbb-button ${rest.class ?? ""}`}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {text}
    </button>
  );
}

/** The notebook's own shortcuts must not see what is typed; Escape still closes menus. */
export function keepKeys(event: KeyboardEvent): void {
  if (event.key !== "Escape") event.stopPropagation();
}

interface SearchProps {
  label: string;
  value: string;
  error?: string | null;
  /** Words to be found as they are, not a regular expression. */
  plain?: boolean;
  onInput(value: string): void;
}

/** A filter box; "/" goes to the first of a view. */
export function SearchBox({ label, value, error, plain, onInput }: SearchProps) {
  const what = plain ? "Words, anywhere in the text" : "Regular expression, anywhere in the name";
  return (
    <span class="nbb-search">
      <Icon name="search" />
      <input
        class="nbb-input"
        type="text"
        spellcheck={false}
        autocomplete="off"
        aria-label={label}
        placeholder={label}
        value={value}
        title={error ?? `${what}, upper or lower case`}
        aria-invalid={error ? true : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          // The notebook's own shortcuts must not see what is typed here.
          event.stopPropagation();
          if (event.key === "Escape" && value) onInput("");
        }}
      />
    </span>
  );
}

interface SelectProps<T extends string> {
  label: string;
  /** Shown before the box; the label is read aloud in any case. */
  text?: string;
  value: T;
  options: readonly (readonly [value: T, text: string])[];
  onChange(value: T): void;
}

export function Select<T extends string>({
  label,
  text,
  value,
  options,
  onChange,
}: SelectProps<T>) {
  return (
    <span class="nbb-field">
      {text && <span aria-hidden="true">{text}</span>}
      <select
        class="nbb-select"
        aria-label={label}
        title={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value as T)}
      >
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {shorten(name, 80)}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A list in a menu: a row with its name before it. */
export function MenuSelect<T extends string>(props: SelectProps<T>) {
  return (
    <div class="nbb-menu-row">
      {props.label}
      <Select {...props} />
    </div>
  );
}

interface RangeProps {
  label: string;
  text?: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** Also show a box to type the number into. */
  box?: boolean;
  onInput(value: number): void;
}

export function Range({ label, text, value, min, max, step, box, onInput }: RangeProps) {
  const fill = `${(100 * (value - min)) / (max - min || 1)}%`;
  return (
    <span class="nbb-field">
      {text && <span aria-hidden="true">{text}</span>}
      <input
        class="nbb-range"
        type="range"
        aria-label={label}
        title={label}
        style={{ "--nbb-fill": fill }}
        min={min}
        max={max}
        step={step}
        value={value}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
        onKeyDown={keepKeys}
      />
      {box && (
        <NumberBox
          label={`${label} value`}
          value={value}
          min={min}
          max={max}
          step={step}
          onInput={onInput}
        />
      )}
    </span>
  );
}

interface NumberProps {
  label: string;
  value: number;
  min?: number;
  max?: number;
  step?: number;
  onInput(value: number): void;
}

export function NumberBox({ label, value, min, max, step, onInput }: NumberProps) {
  return (
    <input
      class="nbb-input nbb-number"
      type="number"
      aria-label={label}
      min={min}
      max={max}
      step={step}
      value={value}
      onChange={(event) => {
        const typed = event.currentTarget.valueAsNumber;
        if (Number.isFinite(typed)) {
          onInput(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, typed)));
        }
      }}
      onKeyDown={keepKeys}
    />
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
}

export function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label class="nbb-toggle">
      <input
        class="nbb-check"
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}

interface MenuProps {
  label: string;
  icon?: IconName;
  text?: string;
  children: ComponentChildren;
}

/** A button that opens a small panel; Escape or a click outside closes it. */
export function Menu({ label, icon, text, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (open) placeBelow(panel.current!, anchor.current!);
  });
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      // The path, not the target: inside a shadow root that would be the host.
      if (!event.composedPath().includes(anchor.current!)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside, true);
    // It does not move with the page.
    document.addEventListener("scroll", outside, true);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("scroll", outside, true);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only listens to keys of what is in it
    <span
      class="nbb-menu-anchor"
      ref={anchor}
      onKeyDown={(event) => {
        if (event.key === "Escape" && open) {
          event.stopPropagation();
          setOpen(false);
          anchor.current?.querySelector("button")?.focus();
        }
      }}
    >
      <button
        type="button"
        class="nbb-button"
        aria-label={label}
        aria-haspopup="true"
        aria-expanded={open}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {icon && <Icon name={icon} />}
        {text}
      </button>
      {open && (
        <section ref={panel} class="nbb-menu" popover="manual" aria-label={label}>
          {children}
        </section>
      )}
    </span>
  );
}

/** In the top layer, where no scrolling box of the host cuts it off. */
function placeBelow(panel: HTMLElement, anchor: HTMLElement): void {
  panel.showPopover?.();
  const from = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const left = Math.max(4, Math.min(from.right - width, innerWidth - width - 4));
  const below = from.bottom + 4;
  const top = below + height < innerHeight ? below : Math.max(4, from.top - height - 4);
  panel.style.left = `${left}px`;
  panel.style.top = `${top}px`;
}

interface MenuItemProps {
  text: string;
  onClick(): void;
}

export function MenuItem({ text, onClick }: MenuItemProps) {
  return (
    <button type="button" class="nbb-menu-item" onClick={onClick}>
      {text}
    </button>
  );
}

interface NameProps {
  text: string;
  /** What hovering tells, where that is not the text itself. */
  full?: string;
  tail?: number;
}

/** A name whose middle gives way when there is no room; whole on hover. Only ever text. */
export function Name({ text, full = text, tail = 12 }: NameProps) {
  const shown = oneLine(text);
  // A name that is cut in two is read aloud as two words, so only long ones are.
  if (shown.length <= 20) {
    return (
      <span class="nbb-name" title={full}>
        <span class="nbb-name-head">{shown}</span>
      </span>
    );
  }
  const characters = Array.from(shown);
  const cut = Math.max(1, characters.length - Math.min(tail, characters.length >> 1));
  return (
    <span class="nbb-name" title={full}>
      <span class="nbb-name-head">{characters.slice(0, cut).join("")}</span>
      <span class="nbb-name-tail">{characters.slice(cut).join("")}</span>
    </span>
  );
}
