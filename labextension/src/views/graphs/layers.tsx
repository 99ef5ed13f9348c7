// The layers as model.summary() lists them.
import { useState } from "preact/hooks";
import { openTab, tabsAround } from "../../board/tabs.ts";
import { oneLine } from "../../shell/names.ts";
import type { Graph } from "./graph.ts";
import { formatBytes } from "./words.ts";

/** Rows that are drawn at once. */
const AT_ONCE = 200;

interface LayersProps {
  run: string;
  graph: Graph;
  height: number;
  onGo(row: number): void;
}

export function LayerTable({ run, graph, height, onGo }: LayersProps) {
  const [alone, setAlone] = useState("");
  const { layers } = graph;
  const [most, setMost] = useState(AT_ONCE);
  const known = [...layers.parameters].filter((count) => !Number.isNaN(count));
  const total = known.reduce((sum, count) => sum + count, 0);
  const missing = layers.parameters.length - known.length;
  return (
    <div class="nbb-graph-layers" style={{ height: `${height}px` }}>
      <table>
        <caption>
          {`${layers.layer.length.toLocaleString("en")} layers · ${total.toLocaleString("en")} parameters`}
          {missing > 0
            ? ` · ${missing.toLocaleString("en")} layers whose parameters were not logged`
            : ""}
        </caption>
        <thead>
          <tr>
            {["layer", "", "type", "output", "parameters", "bytes"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.layer.slice(0, most).map((layer, index) => (
            <tr key={index}>
              <th scope="row">
                <button type="button" title={layer} onClick={() => onGo(layers.row[index]!)}>
                  {oneLine(layer)}
                </button>
              </th>
              <td>
                <button
                  type="button"
                  title={`Histograms of ${layer}`}
                  onClick={({ currentTarget }) => {
                    if (!tabsAround(currentTarget).includes("histograms")) setAlone(layer);
                    else openTab(currentTarget, "histograms", { tag_filter: plainPattern(layer) });
                  }}
                >
                  histograms
                </button>
              </td>
              <td>{oneLine(layers.type[index]!)}</td>
              <td>{layers.output[index]}</td>
              <td class="nbb-number">{countOf(layers.parameters[index]!)}</td>
              <td class="nbb-number">
                {layers.bytes[index]! > 0 ? formatBytes(layers.bytes[index]!) : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {alone && (
        <output class="nbb-note nbb-graph-alone">
          No board around this shows them:
          <code>{`log.histograms.select(tags=${JSON.stringify(plainPattern(alone))}, runs=[${JSON.stringify(run)}])`}</code>
        </output>
      )}
      {layers.layer.length > most && (
        <button type="button" class="nbb-button" onClick={() => setMost(most + 5 * AT_ONCE)}>
          {`${(layers.layer.length - most).toLocaleString("en")} more layers`}
        </button>
      )}
    </div>
  );
}

/** A name as a regular expression that finds it. */
function plainPattern(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function countOf(value: number): string {
  return Number.isNaN(value) ? "?" : value.toLocaleString("en");
}
