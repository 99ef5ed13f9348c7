// Beside the picture: what colours mean, and of a point that was picked its neighbours.
import { formatCount, formatNumber } from "../../draw/format.ts";
import { rampGradient } from "../../draw/ramp.ts";
import { Button } from "../../shell/controls.tsx";
import { shorten } from "../../shell/names.ts";
import type { Legend } from "./colors.ts";
import type { Pane } from "./pane.ts";
import { useSheet } from "./sheet.ts";
import type { ProjectorStore } from "./store.ts";
import { Known, Thumb } from "./tip.tsx";

export function Side({ store, pane }: { store: ProjectorStore; pane: Pane }) {
  const picked = pane.picked.value;
  const selected = pane.selected.value;
  return (
    <aside class="nbb-pj-side" aria-label="Legend and neighbours">
      {picked >= 0 ? (
        <Picked store={store} pane={pane} row={picked} />
      ) : (
        <>
          {selected && (
            <output class="nbb-pj-selected">
              {formatCount(selected.length, "point")} selected
              <Button label="Clear the selection" icon="close" onClick={() => store.clear()} />
            </output>
          )}
          <LegendList store={store} pane={pane} />
        </>
      )}
    </aside>
  );
}

function LegendList({ store, pane }: { store: ProjectorStore; pane: Pane }) {
  const legend: Legend = pane.coloring.value?.legend ?? { kind: "none" };
  if (legend.kind === "none") return null;
  if (legend.kind === "scale") {
    return (
      <div class="nbb-pj-scale">
        <h4>{shorten(legend.name, 40)}</h4>
        <i style={{ background: rampGradient() }} />
        <span>{formatNumber(legend.low)}</span>
        <span>{formatNumber(legend.high)}</span>
        {legend.missing > 0 && (
          <small>{formatCount(legend.missing, "point")} without a number, grey</small>
        )}
      </div>
    );
  }
  const choose = (slot: number): void => {
    const slots = pane.coloring.peek()?.slots;
    if (!slots) return;
    const rows: number[] = [];
    slots.forEach((own, row) => {
      if (own === slot) rows.push(row);
    });
    store.select(pane, Uint32Array.from(rows));
  };
  return (
    <div class="nbb-pj-legend">
      <h4>{shorten(legend.name, 40)}</h4>
      <ul>
        {legend.categories.map(({ text, color, count }, slot) => (
          <li key={text}>
            <button
              type="button"
              aria-label={`Select ${text || "(blank)"}`}
              onClick={() => choose(slot)}
            >
              <i style={{ background: color }} />
              <span title={text}>{shorten(text || "(blank)", 40)}</span>
              <small>{count.toLocaleString("en")}</small>
            </button>
          </li>
        ))}
        {legend.others > 0 && (
          <li>
            <button
              type="button"
              aria-label="Select all others"
              onClick={() => choose(legend.categories.length)}
            >
              <i class="nbb-pj-other" />
              <span>{legend.others.toLocaleString("en")} others</span>
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}

function Picked({ store, pane, row }: { store: ProjectorStore; pane: Pane; row: number }) {
  const sheet = useSheet(pane).value;
  const near = pane.near.value;
  const metric = store.metric.value;
  return (
    <div class="nbb-pj-picked">
      <h4>
        <span>{shorten(pane.nameOf(row), 60)}</span>
        <Button label="Clear the selection" icon="close" onClick={() => store.clear()} />
      </h4>
      {sheet && <Thumb sheet={sheet} row={row} />}
      <Known pane={pane} row={row} most={12} />
      <h5>
        nearest in all {pane.facts.value?.dimensions.toLocaleString("en")} dimensions
        <small>{metric === "cosine" ? "1 − cosine" : "distance"}</small>
      </h5>
      {near ? (
        <ol class="nbb-pj-near">
          {near.rows.map((other, i) => (
            <li key={other}>
              <button type="button" onClick={() => store.pick(pane, other)}>
                <span>{shorten(pane.nameOf(other), 40)}</span>
                <small>{formatNumber(near.far[i]!, 3)}</small>
              </button>
            </li>
          ))}
        </ol>
      ) : (
        <p class="nbb-note">
          {store.isSaved ? "The kernel tells them; this is a saved file." : "asking the kernel"}
        </p>
      )}
    </div>
  );
}
