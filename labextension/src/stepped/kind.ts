// What a kind supplies to the stepped views: how an item arrives, and how a cell shows it.
import type { ComponentType } from "preact";
import type { ViewContext } from "../shell/context.ts";
import type { Content } from "../shell/wire.ts";
import type { Size } from "./layout.ts";
import type { Series } from "./series.ts";
import type { Showing } from "./showing.ts";
import type { At, Side, SteppedState } from "./state.ts";
import type { SteppedStore } from "./store.ts";

/** What all kinds' items extend. */
export interface Item {
  /**
   * Why the item is not shown; none or null if it is. Where `SteppedView.encode` wrote it, the
   * item is nothing else, and no function of the kind but `box` ever sees it.
   */
  refusal?: string | null;
  /** What it takes where its kind has large items, those that are not here wholly included. */
  bytes?: number;
}

/** What every part of a view is given. */
export interface Shared<T extends Item = Item, S extends SteppedState<T> = SteppedState<T>> {
  ctx: ViewContext;
  store: SteppedStore<T>;
  state: S;
  kind: SteppedKind<T, S>;
}

/** One item of one series at a step, on a card. */
export interface CellProps<T extends Item, S extends SteppedState<T> = SteppedState<T>>
  extends Shared<T, S> {
  at: At;
  /** Which item of which step is shown, and whether it stands in for another. */
  now: Showing<T>;
  item: T;
  /** The room for it, in CSS pixels: of one size while items come and go. */
  box: Size;
  side: Side;
  /** How the card is called aloud: run, tag, step. */
  spoken: string;
  /** The card is shown alone, in full size. */
  large: boolean;
  /** Pick the card, or let it go: `view.selection` in Python. */
  onPick(): void;
  /** Say that the item cannot be shown after all. */
  onBroken(why: string): void;
}

/** All series of one tag, or of one run, in one piece: laid over each other, or compared. */
export interface GroupProps<T extends Item, S extends SteppedState<T> = SteppedState<T>>
  extends Shared<T, S> {
  /** What the piece is of: one of the two, by `state.groupedBy()`. */
  tag?: string;
  run?: string;
  series: readonly Series[];
  box: Size;
}

/** A file to download: a URL that is there anyway, the content, or what makes it in a while. */
export interface ItemFile {
  /** The end of its name, without the dot. */
  ending: string;
  href?: string;
  content?: Blob;
  make?(): Promise<Blob>;
}

/** Which item of which card a file is of. */
export interface Filed<T extends Item> {
  ctx: ViewContext;
  at: At;
  now: Showing<T>;
}

export interface SteppedKind<T extends Item, S extends SteppedState<T> = SteppedState<T>> {
  /** The kind's name: that of the Python module, and of the CSS class `nbb-NAME`. */
  kind: string;
  /** What its items are called: one, and several. */
  noun: readonly [one: string, several: string];
  /** What writes them, in a sentence, for a log that has none. */
  from: string;
  /** Its own style sheet; class names begin with "nbb-", selectors with `.nbb-NAME`. */
  css?: string;
  /** Makes an item of what `SteppedView.encode` returned; whatever it throws is a refusal. */
  decode(encoded: Content): T;
  /** How many bytes it takes in the browser; 200 if not said. */
  weight?(item: T): number;
  /**
   * Whether all of an item is here: `SteppedView.heavy` names what may be missing. It is asked
   * for where a card is in sight, and for the steps beside that.
   */
  whole?(item: T): boolean;
  /** Called when the browser forgets it: to revoke URLs. */
  drop?(item: T): void;
  /** The state of its own options; `SteppedState` if it has none. */
  State?: new (
    ctx: ViewContext,
    store: SteppedStore<T>,
  ) => S;
  /** It is logged once by nearly everybody: there is no slider until there is a second step. */
  mostlyOne?: boolean;
  /** Shows an item. */
  Cell: ComponentType<CellProps<T, S>>;
  /** Shows all series of a tag, or of a run, in one piece, while `state.grouped()`; cards are not drawn then. */
  Group?: ComponentType<GroupProps<T, S>>;
  /** How wide `Group` wants each of so many columns to be: 1 for the whole row. */
  columns?(state: S): number;
  /** Its part of the bar. */
  Bar?: ComponentType<Shared<T, S>>;
  /** What stands above the cards. */
  Head?: ComponentType<Shared<T, S>>;
  /** Its part of the menu. */
  Menu?: ComponentType<Shared<T, S>>;
  /** What it says below a cell, beside the step. */
  Facts?: ComponentType<CellProps<T, S>>;
  /** Its own buttons at the head of a card. */
  Tools?: ComponentType<CellProps<T, S>>;
  /** The room for the items of these series on cards of a width; 3 to 4 if not said. */
  box?(shared: Shared<T, S>, series: readonly Series[], width: number, large: boolean): Size;
  /** What a download of an item has. */
  file?(item: T, of: Filed<T>): ItemFile | null;
  /** An item in a few words, for screen readers. */
  describe?(item: T): string;
  /** What a key does, before the view's own keys are asked; null for nothing. */
  onKey?(key: string, shift: boolean, shared: Shared<T, S>): (() => void) | null;
  /** The keys that `onKey` knows, in a sentence. */
  keys?: string;
  /** What a click on a card does; "pick" if not said. */
  click?: string;
}
