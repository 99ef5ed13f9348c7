// The scalars view: cards in groups, by the text of the tag before its first "/".
import { useComputed } from "@preact/signals";
import { Name } from "../shell/controls.tsx";
import { Empty, NoTag } from "../shell/empty.tsx";
import { Icon } from "../shell/icons.tsx";
import { Frame } from "../shell/frame.tsx";
import type { PanelProps } from "../shell/mount.tsx";
import { Card } from "./card.tsx";
import { groupTags, type TagGroup } from "./tag-groups.ts";
import type { ScalarStore } from "./store.ts";
import { Toolbar } from "./toolbar.tsx";

export function ScalarsPanel({ ctx, store }: PanelProps<ScalarStore>) {
  const { state } = store;
  const groups = useComputed(() => {
    const filter = state.filter.value;
    return groupTags(
      store.tags.value.filter((tag) => filter.test(tag)),
      state.pinned.value,
    );
  });
  const total = store.tags.value.length;
  const most = Math.max(2, ...groups.value.map((group) => group.tags.length));
  return (
    <Frame ctx={ctx} bar={<Toolbar ctx={ctx} store={store} />} height={state.height.value}>
      {total === 0 && <Empty ctx={ctx} what="scalars" />}
      {total > 0 && groups.value.length === 0 && (
        <NoTag filter={state.tagFilter.value} total={total} />
      )}
      <div style={{ "--nbb-most": most }}>
        {groups.value.map((group) => (
          <GroupSection key={group.key} group={group} ctx={ctx} store={store} />
        ))}
      </div>
    </Frame>
  );
}

function GroupSection({ group, ctx, store }: PanelProps<ScalarStore> & { group: TagGroup }) {
  const { state } = store;
  const { name, tags, alone, pinned } = group;
  const folded = state.foldedGroups.value.includes(name);
  return (
    <section
      class="nbb-group"
      aria-label={alone ? undefined : `Group ${name}`}
      data-size={state.cardSize.value}
    >
      {!alone && (
        <h3 class="nbb-group-head">
          <button
            type="button"
            class="nbb-group-button"
            aria-expanded={!folded}
            onClick={() => {
              const others = state.foldedGroups.value.filter((other) => other !== name);
              state.foldedGroups.value = folded ? others : [...others, name];
            }}
          >
            <Icon name="chevron" />
            <Name text={name} tail={16} />
            {tags.length > 1 && <span class="nbb-note">{tags.length}</span>}
          </button>
        </h3>
      )}
      {!folded && (
        <div class="nbb-cards">
          {tags.map((tag) => (
            <Card
              key={tag}
              ctx={ctx}
              store={store}
              tag={tag}
              title={pinned || alone || !tag.includes("/") ? tag : tag.slice(name.length + 1)}
            />
          ))}
        </div>
      )}
    </section>
  );
}
