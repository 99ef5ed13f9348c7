// The bar: which profile, which host, compared with which, and what is looked for.
import { Button, SearchBox, Select } from "../shell/controls.tsx";
import { typed } from "../shell/bound.ts";
import { sessionNames } from "./sessions.ts";
import type { Key, ProfileStore } from "./store.ts";

const SEPARATOR = "\u0000";
const textOf = (key: Key): string => key.join(SEPARATOR);
const keyOf = (text: string): Key => text.split(SEPARATOR) as unknown as Key;

export function Bar({ store }: { store: ProfileStore }) {
  const sessions = store.sessions.value;
  const names = sessionNames(sessions);
  const options = sessions.map((key, i) => [textOf(key), names[i]!] as const);
  const chosen = store.chosen.value;
  const hosts = store.hosts.value;
  const compared = store.compare.value;
  return (
    <>
      {sessions.length > 1 && chosen && (
        <Select
          label="Profile"
          value={textOf(chosen)}
          options={options}
          onChange={(value) => store.open(keyOf(value))}
        />
      )}
      {hosts.length > 1 && chosen && (
        <Select
          label="Host"
          value={store.host.value}
          options={hosts.map((host) => [host, host] as const)}
          onChange={(host) => store.open(chosen, host)}
        />
      )}
      {sessions.length > 1 && chosen && (
        <Select
          label="Compare with"
          value={compared.length === 2 ? textOf(compared as unknown as Key) : ""}
          options={[
            ["", "compare with…"] as const,
            ...options.filter(([key]) => key !== textOf(chosen)),
          ]}
          onChange={(value) => {
            store.compare.value = value ? [...keyOf(value)] : [];
            if (value) store.tab.value = "changes";
          }}
        />
      )}
      <SearchBox
        label="Find operators, kernels, spans"
        error={store.filter.value.error}
        {...typed(store.search)}
      />
      {store.profile.value?.trace && (
        <Button label="Show the whole time line" icon="reset" onClick={() => store.showAll()} />
      )}
      <Notes store={store} />
    </>
  );
}

function Notes({ store }: { store: ProfileStore }) {
  const notes = store.profile.value?.notes ?? [];
  if (!notes.length) return null;
  return (
    <span class="nbb-note" title={notes.join("\n")}>
      {notes.length === 1 ? "1 note" : `${notes.length} notes`}
    </span>
  );
}
