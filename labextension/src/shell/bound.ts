// Ties a control to a signal: it shows the signal's value, and what a person does sets it.
import type { Signal } from "@preact/signals";

/** For lists: `<Select label="X scale" options={SCALES} {...chosen(state.xScale)} />`. */
export function chosen<T>(signal: Signal<T>) {
  return { value: signal.value, onChange: setter(signal) };
}

/** For boxes and sliders. */
export function typed<T>(signal: Signal<T>) {
  return { value: signal.value, onInput: setter(signal) };
}

/** For check boxes; of a signal with words, those that it has when checked and when not. */
export function checked(signal: Signal<boolean>): Checked;
export function checked<T>(signal: Signal<T>, on: T, off: T): Checked;
export function checked(signal: Signal<unknown>, on: unknown = true, off: unknown = false) {
  const set = setter(signal);
  return { checked: signal.value === on, onChange: (now: boolean) => set(now ? on : off) };
}

interface Checked {
  checked: boolean;
  onChange(now: boolean): void;
}

function setter<T>(signal: Signal<T>): (value: T) => void {
  return (value) => {
    signal.value = value;
  };
}
