// Characters as they were logged, in lines, of which a long text shows the first.
import { useState } from "preact/hooks";
import { shownLine } from "./characters.ts";

const AT_ONCE = 1_000;

export function Raw({ text }: { text: string }) {
  const lines = text.split("\n");
  const [most, more] = useMore(lines.length, AT_ONCE);
  return (
    <>
      <pre class="nbb-raw">{lines.slice(0, most).map(shownLine).join("\n")}</pre>
      {more}
    </>
  );
}

/** How many of a list are shown, and the button that shows more of them. */
export function useMore(count: number, atOnce: number) {
  const [most, setMost] = useState(atOnce);
  const rest = count - most;
  const button =
    rest > 0 ? (
      <button type="button" class="nbb-button" onClick={() => setMost(most + 10 * atOnce)}>
        {`${rest.toLocaleString("en")} more lines`}
      </button>
    ) : null;
  return [most, button] as const;
}
