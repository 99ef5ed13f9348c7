// The bar: which embedding, how it is placed, what is looked for; the rest in a menu.
import {
  Button,
  Check,
  Menu,
  MenuItem,
  MenuSelect,
  NumberBox,
  SearchBox,
  Select,
} from "../../shell/controls.tsx";
import { checked, chosen, typed } from "../../shell/bound.ts";
import { formatCount } from "../../draw/format.ts";
import { shorten } from "../../shell/names.ts";
import { saveCsv } from "./save.ts";
import type { ProjectorStore } from "./store.ts";

const METHODS = [
  ["pca", "PCA"],
  ["tsne", "t-SNE"],
  ["umap", "UMAP"],
] as const;
const MARKS = [
  ["points", "dots"],
  ["labels", "names"],
  ["pictures", "pictures"],
] as const;

/** No column at all, which no name of one can be. */
const NO_COLUMN = "\u0000none";

export function Bar({ store }: { store: ProjectorStore }) {
  const facts = store.first.facts.value;
  return (
    <>
      <Which store={store} />
      <Select label="Method" options={METHODS} {...chosen(store.method)} />
      {store.method.value !== "pca" && <Run store={store} />}
      <Select
        label="Dimensions"
        value={String(store.dimensions.value)}
        options={[
          ["2", "2-D"],
          ["3", "3-D"],
        ]}
        onChange={(value) => {
          store.dimensions.value = value === "3" ? 3 : 2;
        }}
      />
      {facts && facts.columns.length > 0 && <ColorSelect store={store} />}
      <SearchBox
        label="Find points"
        error={store.finder.error.value || null}
        {...typed(store.search)}
      />
      <Found store={store} />
      <Tools store={store} />
      <MoreMenu store={store} />
    </>
  );
}

function Which({ store }: { store: ProjectorStore }) {
  const all = store.embeddings.value;
  const shown = store.first.embedding.value;
  if (all.length < 2 || !shown) return null;
  const options = all.map(
    ({ run, tag }, at) => [String(at), `${store.ctx.runs.label(run)} · ${tag}`] as const,
  );
  return (
    <Select
      label="Embedding"
      value={String(all.indexOf(shown))}
      options={options}
      onChange={(value) => {
        const one = all[Number(value)]!;
        store.clear();
        store.run.value = one.run;
        store.tag.value = one.tag;
      }}
    />
  );
}

function Run({ store }: { store: ProjectorStore }) {
  const { reducer } = store;
  const layout = store.first.layout.value;
  const name = METHODS.find(([method]) => method === store.method.value)![1];
  const mine = layout?.method === store.method.value ? layout : null;
  if (reducer.running.value) {
    const said = mine
      ? `${mine.iteration.toLocaleString("en")} of ${mine.total.toLocaleString("en")}`
      : "…";
    return (
      <span class="nbb-pj-run">
        <Button label={`Stop ${name}`} icon="pause" text="Stop" onClick={() => reducer.stop()} />
        <output class="nbb-note">{said}</output>
      </span>
    );
  }
  return (
    <span class="nbb-pj-run">
      <Button
        label={`Run ${name}`}
        icon="play"
        text={mine ? "Again" : "Run"}
        onClick={() => {
          for (const pane of store.panes.value) void reducer.start(pane);
        }}
      />
      {reducer.failure.value && (
        <span class="nbb-note" data-warn="" title={reducer.failure.value}>
          {shorten(reducer.failure.value, 48)}
        </span>
      )}
    </span>
  );
}

function ColorSelect({ store }: { store: ProjectorStore }) {
  const columns = store.first.facts.value?.columns ?? [];
  const color = store.color.value;
  return (
    <Select
      label="Colour"
      value={color === null ? NO_COLUMN : color}
      options={[
        ["", "colour: auto"],
        ...columns.map(({ name }) => [name, `colour: ${shorten(name, 24)}`] as const),
        [NO_COLUMN, "colour: none"],
      ]}
      onChange={(value) => {
        store.color.value = value === NO_COLUMN ? null : value;
      }}
    />
  );
}

function Found({ store }: { store: ProjectorStore }) {
  const rows = store.first.found.value;
  if (!rows) return null;
  return (
    <>
      <output class="nbb-note">{formatCount(rows.length, "point")}</output>
      {rows.length > 0 && (
        <Button
          label="Select what was found"
          icon="check"
          onClick={() => store.select(store.first, rows)}
        />
      )}
    </>
  );
}

function Tools({ store }: { store: ProjectorStore }) {
  const tool = store.tool.value;
  const toggle = (name: "box" | "lasso") => () => {
    store.tool.value = tool === name ? "move" : name;
  };
  return (
    <span class="nbb-pj-tools">
      <Button label="Select by a box" icon="box" pressed={tool === "box"} onClick={toggle("box")} />
      <Button
        label="Select by a lasso"
        icon="lasso"
        pressed={tool === "lasso"}
        onClick={toggle("lasso")}
      />
      <Button
        label="Show all points"
        icon="reset"
        onClick={() => {
          for (const pane of store.panes.value) pane.camera.value = null;
        }}
      />
      <Button
        label="Table of points"
        icon="table"
        pressed={store.table.value}
        onClick={() => {
          store.table.value = !store.table.value;
        }}
      />
    </span>
  );
}

function MoreMenu({ store }: { store: ProjectorStore }) {
  const facts = store.first.facts.value;
  const columns = facts?.columns ?? [];
  const marks = facts?.sprite ? MARKS : MARKS.slice(0, 2);
  const all = store.embeddings.value;
  const besides = all
    .map((one, at) => [String(at), `${store.ctx.runs.label(one.run)} · ${one.tag}`] as const)
    .filter(([at]) => all[Number(at)] !== store.first.embedding.value);
  const beside = store.second.embedding.value;
  return (
    <Menu label="Settings" icon="settings">
      <MenuSelect label="Points as" options={marks} {...chosen(store.marks)} />
      <MenuSelect
        label="Name"
        value={store.label.value === null ? NO_COLUMN : store.label.value}
        options={[
          ["", "auto"],
          ...columns.map(({ name }) => [name, name] as const),
          [NO_COLUMN, "none"],
        ]}
        onChange={(value) => {
          store.label.value = value === NO_COLUMN ? null : value;
        }}
      />
      <MenuSelect
        label="Numbers as"
        options={[
          ["auto", "auto"],
          ["categories", "categories"],
          ["scale", "a scale"],
        ]}
        {...chosen(store.scale)}
      />
      <Check label="Contours of density" {...checked(store.contours)} />
      <hr />
      <Check label="Sphereize, as TensorBoard" {...checked(store.sphereize)} />
      <Check label="Turn each step onto the one before" {...checked(store.align)} />
      <MenuSelect
        label="Neighbours by"
        options={[
          ["cosine", "cosine"],
          ["euclidean", "distance"],
        ]}
        {...chosen(store.metric)}
      />
      <div class="nbb-menu-row">
        Neighbours listed
        <NumberBox
          label="Neighbours listed"
          min={1}
          max={100}
          value={store.neighbors.value}
          onInput={(value) => {
            store.neighbors.value = Math.round(value);
          }}
        />
      </div>
      {besides.length > 0 && (
        <>
          <hr />
          <MenuSelect
            label="Beside it"
            value={beside ? String(all.indexOf(beside)) : ""}
            options={[["", "nothing"], ...besides]}
            onChange={(value) => {
              const one = value === "" ? undefined : all[Number(value)];
              store.beside.value = one ? [one.run, one.tag] : [];
            }}
          />
        </>
      )}
      <hr />
      <MenuItem text="Save coordinates as CSV" onClick={() => saveCsv(store.first)} />
    </Menu>
  );
}
