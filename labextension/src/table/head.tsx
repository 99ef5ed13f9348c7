// The head of a column: a click sorts, dragging or Alt with an arrow moves it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Name } from "../shell/controls.tsx";
import { drag } from "./gestures.ts";
import type { Place } from "./move.ts";
import { parseSort, type SortKey, toggleSort } from "./order.ts";

interface Props {
  /** The column's key. */
  name: string;
  label: string;
  /** More about it, for the tooltip. */
  title: string;
  numeric: boolean;
  /** Whether it is the column of names, which stays where it is. */
  names: boolean;
  /** Whether rows are judged by it. */
  judge?: boolean;
  sort: readonly SortKey[];
  onSort(sort: SortKey[]): void;
  onStep(by: -1 | 1): void;
  onDrop(place: Place): void;
  /** What else stands in the head. */
  children?: ComponentChildren;
}

export function HeadCell({ name, label, sort, ...props }: Props) {
  const cell = useRef<HTMLTableCellElement>(null);
  const [shift, setShift] = useState(0);
  const place = sort.findIndex((entry) => parseSort(entry).key === name);
  const descending = place >= 0 && parseSort(sort[place]!).descending;
  useEffect(() => {
    if (cell.current) cell.current.style.transform = shift ? `translateX(${shift}px)` : "";
  }, [shift]);
  return (
    <th
      ref={cell}
      scope="col"
      aria-sort={place < 0 ? "none" : descending ? "descending" : "ascending"}
      data-key={name}
      data-numeric={props.numeric ? "" : undefined}
      data-name={props.names ? "" : undefined}
      data-judge={props.judge ? "" : undefined}
      data-moving={shift ? "" : undefined}
    >
      <span class="nbb-listing-head">
        <button
          type="button"
          class="nbb-listing-sort"
          aria-label={`Sort by ${label}`}
          title={`${props.title || label}\nClick to sort, with Shift to sort by it too; drag to move`}
          onPointerDown={(event) =>
            drag(event, {
              move: (dx) => setShift(dx),
              end: (moved, up, cancelled) => {
                setShift(0);
                if (cancelled) return;
                if (moved) props.onDrop(placeAt(cell.current!, up.clientX));
                else props.onSort(toggleSort(sort, name, up.shiftKey));
              },
            })
          }
          onKeyDown={(event) => {
            if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
              props.onStep(event.key === "ArrowLeft" ? -1 : 1);
            } else if (event.key === "Enter" || event.key === " ") {
              props.onSort(toggleSort(sort, name, event.shiftKey));
            } else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <Name text={label} tail={8} />
          {place >= 0 && (
            <span class="nbb-listing-arrow" aria-hidden="true">
              {descending ? "▼" : "▲"}
              {sort.length > 1 && <sub>{place + 1}</sub>}
            </span>
          )}
        </button>
        {props.children}
      </span>
    </th>
  );
}

/** Before the column under the pointer, or behind it in that one's second half. */
function placeAt(cell: HTMLElement, x: number): Place {
  const heads = [...cell.parentElement!.querySelectorAll<HTMLElement>("th[data-key]")];
  const others = heads.filter((head) => head !== cell);
  const next = others.find((head) => {
    const { left, width } = head.getBoundingClientRect();
    return x < left + width / 2;
  });
  return {
    before: next?.dataset.key ?? null,
    behind: others[others.length - 1]?.dataset.key ?? null,
  };
}
