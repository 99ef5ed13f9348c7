// Small line icons, drawn here: 16 x 16, in the colour of the text.
import type { JSX } from "preact";

const PATHS = {
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.4 10.4 14 14",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  pin: "M6 2h4l-.6 4L12 8.5H4L6.6 6zM8 8.5V14",
  expand: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5 9 7M2.5 13.5 7 9",
  shrink: "M13.5 6.5h-4v-4M2.5 9.5h4v4M9.5 6.5l4-4M6.5 9.5l-4 4",
  download: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
  reset: "M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3",
  runs: "M2.5 4h2M2.5 8h2M2.5 12h2M7 4h6.5M7 8h6.5M7 12h6.5",
  settings:
    "M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6M10.2 3.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M5.8 9.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6",
  close: "M4 4l8 8M12 4l-8 8",
  chevron: "M4 6l4 4 4-4",
  play: "M5 3l8 5-8 5z",
  pause: "M5.5 3v10M10.5 3v10",
  previous: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  check: "M3 8.5 6.5 12 13 4.5",
  box: "M2.5 3.5h2M7 3.5h2M11.5 3.5h2v2M13.5 8v1.5M13.5 11.5v1h-2M9 12.5H7M4.5 12.5h-2v-1M2.5 9V7.5M2.5 5V3.5",
  lasso:
    "M5.5 11.3C3.6 10.5 2.5 9.2 2.5 7.5c0-2.800 2.6-4.5 5.5-4.5s5.5 1.7 5.5 4.3S10.900 11.5 8 11.5c-1 0-1.7-.2-2.5-.5M6.5 11.3a1.3 1.3 0 1 0-1.2 1.7c.8 0 1.2.6.7 1.5",
  log: "M2.5 13.5c6 0 7-4 7-11M2.5 2.5v11h11",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, ...rest }: { name: IconName } & JSX.SVGAttributes<SVGSVGElement>) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" {...rest}>
      <path d={PATHS[name]} />
    </svg>
  );
}
