// Cards in groups: by the text of the tag before its first "/".

export interface TagGroup {
  key: string;
  name: string;
  tags: string[];
  /** Tags that are each a group by themselves: they need no heading, and have their full names. */
  alone: boolean;
  pinned: boolean;
}

/**
 * In the order of the tags; pinned ones first, once more in a group of their own. Neighbours
 * that are each a group by themselves share one, so that they stand side by side.
 */
export function groupTags(tags: readonly string[], pinned: readonly string[]): TagGroup[] {
  const members = new Map<string, string[]>();
  for (const tag of tags) {
    const name = groupName(tag);
    const known = members.get(name);
    if (known) known.push(tag);
    else members.set(name, [tag]);
  }
  const groups: TagGroup[] = [];
  if (pinned.length) {
    groups.push({ key: "pinned", name: "pinned", tags: [...pinned], alone: false, pinned: true });
  }
  for (const [name, inside] of members) {
    const alone = inside.length === 1;
    const before = groups[groups.length - 1];
    if (alone && before?.alone) before.tags.push(inside[0]!);
    else groups.push({ key: `group ${name}`, name, tags: inside, alone, pinned: false });
  }
  return groups;
}

function groupName(tag: string): string {
  const slash = tag.indexOf("/");
  return slash < 0 ? tag : tag.slice(0, slash);
}
