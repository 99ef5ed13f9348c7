// Which line is which tag, where a card has several.
import { tagLabel } from "./charts.ts";
import type { Line } from "./lines.ts";

export const LEGEND_HEIGHT = 18;
const MOST_TAGS = 12;

export function Legend({ lines }: { lines: readonly Line[] }) {
  const firsts = new Map<string, Line>();
  for (const line of lines) if (!firsts.has(line.tag)) firsts.set(line.tag, line);
  const tags = [...firsts.keys()];
  const more = tags.length - MOST_TAGS;
  const colored = lines.every(({ name }) => name === lines[0]!.name);
  return (
    <ul class="nbb-legend" style={{ height: `${LEGEND_HEIGHT}px` }} title={tags.join("\n")}>
      {tags.slice(0, MOST_TAGS).map((tag) => {
        const { color, dash = [], low } = firsts.get(tag)!;
        return (
          <li key={tag} style={colored ? { "--nbb-stroke": color } : undefined}>
            <svg width="22" height="10" aria-hidden="true">
              {low && <path class="nbb-legend-band" d="M0 5H22" />}
              <path d="M0 5H22" stroke-dasharray={dash.join(" ") || undefined} />
            </svg>
            <span>{tagLabel(tag, tags)}</span>
          </li>
        );
      })}
      {more > 0 && <li>{`${more} more`}</li>}
    </ul>
  );
}
