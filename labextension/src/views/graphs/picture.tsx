// The drawing of a graph: boxes and lines as SVG, with colours of their own so that it can be
// saved as it is.
import type { Theme } from "../../shell/theme.ts";
import type { Painter } from "./colors.ts";
import { mixed } from "./colors.ts";
import { HEAD } from "./layout.ts";
import type { Piece } from "./level.ts";
import { type Box, BOX_HEIGHT, type Line, type Scene } from "./scene.ts";
import { aboutPiece, labelOf, noteOf, titleOf, widthOf } from "./words.ts";

export const MARGIN = 12;
const ROUND = 6;

interface PictureProps {
  scene: Scene;
  painter: Painter;
  theme: Theme;
  scale: number;
  /** The box that was picked, and the one that the keyboard is on. */
  picked: string | null;
  current: string | null;
  /** What was found, and what lies on the path: rows with all around them. */
  found: ReadonlySet<number> | null;
  onPath: ReadonlySet<number> | null;
  labels: boolean;
  onPick(piece: Piece, extend: boolean): void;
  onToggle(piece: Piece, open: boolean): void;
}

export function Picture(props: PictureProps) {
  const { scene, scale, theme } = props;
  const [width, height] = [scene.width + 2 * MARGIN, scene.height + 2 * MARGIN];
  return (
    <svg
      class="nbb-graph-picture"
      xmlns="http://www.w3.org/2000/svg"
      width={width * scale}
      height={height * scale}
      viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}
      font-family={theme.font}
      aria-hidden="true"
    >
      <defs>
        {[theme.faint, theme.accent].map((color, index) => (
          <marker
            key={index}
            id={`nbb-arrow-${index}`}
            viewBox="0 0 6 6"
            refX="5.5"
            refY="3"
            markerWidth="6"
            markerHeight="6"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L6 3L0 6Z" fill={color} />
          </marker>
        ))}
      </defs>
      {/* Open boxes are the ground on which lines and other boxes stand. */}
      {scene.boxes.map((box, index) =>
        box.open ? <OpenBox key={`o${index}`} {...props} box={box} /> : null,
      )}
      {scene.lines.map((line, index) => (
        <Way key={`l${index}`} {...props} line={line} />
      ))}
      {scene.boxes.map((box, index) =>
        box.open ? null : <ClosedBox key={`b${index}`} {...props} box={box} />,
      )}
    </svg>
  );
}

type BoxProps = PictureProps & { box: Box };

function has(rows: ReadonlySet<number> | null, piece: Piece): boolean {
  return rows !== null && piece.rows.some((row) => rows.has(row));
}

function edgeOf({ picked, current, found, onPath, theme }: PictureProps, { piece }: Box): string {
  if (piece.key === picked || piece.key === current || has(onPath, piece)) return theme.accent;
  return has(found, piece) ? "#e8a000" : mixed(theme.background, theme.faint, 0.55);
}

function OpenBox(props: BoxProps) {
  const { box, theme, onToggle, onPick } = props;
  const { piece, left, top, width, height } = box;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move between boxes, see keys.ts
    <g
      data-key={piece.key}
      onClick={(event) => {
        event.stopPropagation();
        onPick(piece, event.shiftKey);
      }}
      onDblClick={() => onToggle(piece, false)}
    >
      <rect
        x={left}
        y={top}
        width={width}
        height={height}
        rx={ROUND}
        fill={mixed(theme.background, theme.faint, box.depth % 2 ? 0.1 : 0.05)}
        stroke={edgeOf(props, box)}
        stroke-width={piece.key === props.picked ? 2 : 1}
      />
      <Sign {...props} x={left + 6} y={top + HEAD / 2} open />
      <text x={left + 20} y={top + HEAD / 2} dy="0.35em" font-size="12" fill={theme.text}>
        {shortTo(titleOf(piece), width - 28)}
      </text>
      <title>{aboutPiece(props.scene.graph, piece)}</title>
    </g>
  );
}

/** The title of an open box has the width of what is in it. */
function shortTo(text: string, width: number): string {
  const most = Math.max(3, Math.floor(width / 6.6));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function ClosedBox(props: BoxProps) {
  const { box, theme, painter, scene, onPick, onToggle } = props;
  const { piece, left, top, width, height } = box;
  const { graph } = scene;
  const mark = painter.mark(piece);
  const stroke = edgeOf(props, box);
  const fill = painter.fill(piece);
  const several = piece.kind !== "op" && piece.kind !== "scope";
  const wide = piece.key === props.picked || has(props.onPath, piece) || has(props.found, piece);
  const middle = left + width / 2 + (mark ? 2 : 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move between boxes, see keys.ts
    <g
      data-key={piece.key}
      data-kind={piece.kind}
      onClick={(event) => {
        event.stopPropagation();
        onPick(piece, event.shiftKey);
      }}
      onDblClick={() => onToggle(piece, true)}
    >
      {several && (
        <rect
          x={left + 4}
          y={top - 4}
          width={width}
          height={height}
          rx={ROUND}
          fill={fill}
          stroke={stroke}
        />
      )}
      <rect
        x={left}
        y={top}
        width={width}
        height={height}
        rx={piece.kind === "op" ? height / 2 : ROUND}
        fill={fill}
        stroke={stroke}
        stroke-width={wide ? 2 : 1}
      />
      {mark && piece.kind !== "op" && (
        <rect x={left} y={top + 4} width={3} height={height - 8} fill={mark} />
      )}
      {box.entered && <circle cx={left} cy={top + height / 2} r={2.5} fill={theme.faint} />}
      {box.given && <circle cx={left + width} cy={top + height / 2} r={2.5} fill={theme.faint} />}
      {piece.kind !== "op" && <Sign {...props} x={left + 6} y={top + 13} open={false} />}
      <text
        x={piece.kind === "op" ? middle : middle + 5}
        y={top + 14}
        dy="0.35em"
        text-anchor="middle"
        font-size="12"
        fill={theme.text}
      >
        {titleOf(piece)}
      </text>
      <text
        x={middle}
        y={top + BOX_HEIGHT - 11}
        dy="0.35em"
        text-anchor="middle"
        font-size="11"
        fill={theme.faint}
      >
        {noteOf(graph, piece)}
      </text>
      <title>{aboutPiece(graph, piece)}</title>
    </g>
  );
}

/** The triangle that opens and closes a box. */
function Sign({
  box,
  x,
  y,
  open,
  theme,
  onToggle,
}: BoxProps & { x: number; y: number; open: boolean }) {
  const shape = open ? `M${x} ${y - 2}h8l-4 5z` : `M${x + 1} ${y - 4}v8l5 -4z`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move between boxes, see keys.ts
    <g
      class="nbb-graph-sign"
      onClick={(event) => {
        event.stopPropagation();
        onToggle(box.piece, !open);
      }}
    >
      <rect x={x - 6} y={y - 10} width={20} height={20} fill="transparent" />
      <path d={shape} fill={theme.faint} />
    </g>
  );
}

function Way(props: PictureProps & { line: Line }) {
  const { line, scene, theme, picked, onPath, labels } = props;
  const { from, to } = line;
  const strong =
    from.piece.key === picked ||
    to.piece.key === picked ||
    (has(onPath, from.piece) && has(onPath, to.piece));
  const label = labelOf(scene.graph, line);
  const shape = smooth(line.points);
  const at = 2 * Math.floor(line.points.length / 4);
  return (
    <g class="nbb-graph-line">
      <path d={shape} fill="none" stroke="transparent" stroke-width={9} />
      <path
        d={shape}
        fill="none"
        stroke={strong ? theme.accent : mixed(theme.background, theme.faint, 0.75)}
        stroke-width={strong ? Math.max(2, widthOf(scene.graph, line)) : widthOf(scene.graph, line)}
        stroke-dasharray={line.control ? "2 3" : undefined}
        marker-end={`url(#nbb-arrow-${strong ? 1 : 0})`}
      />
      {(labels || (strong && roomFor(line, label))) && !line.control && (
        <text
          x={line.points[at]}
          y={(line.points[at + 1] ?? 0) - 4}
          text-anchor="middle"
          font-size="11"
          fill={theme.faint}
          stroke={theme.background}
          stroke-width={3}
          paint-order="stroke"
        >
          {label}
        </text>
      )}
      <title>{`${from.piece.key} → ${to.piece.key}: ${label}`}</title>
    </g>
  );
}

/** Whether a text fits between the two boxes. */
function roomFor({ points }: Line, text: string): boolean {
  return Math.abs(points[points.length - 2]! - points[0]!) > 6.5 * text.length;
}

/** A way through points, its corners rounded. */
export function smooth(points: readonly number[]): string {
  const count = points.length / 2;
  if (count < 2) return "";
  const at = (index: number): [number, number] => [points[2 * index]!, points[2 * index + 1]!];
  const [x, y] = at(0);
  let path = `M${round(x)} ${round(y)}`;
  for (let index = 1; index < count - 1; index++) {
    const [before, here, next] = [at(index - 1), at(index), at(index + 1)];
    const [a, b] = [towards(here, before), towards(here, next)];
    path += `L${a}Q${round(here[0])} ${round(here[1])} ${b}`;
  }
  const [endX, endY] = at(count - 1);
  return `${path}L${round(endX)} ${round(endY)}`;
}

const CORNER = 8;

function towards([x, y]: [number, number], [toX, toY]: [number, number]): string {
  const length = Math.hypot(toX - x, toY - y) || 1;
  const share = Math.min(CORNER, length / 2) / length;
  return `${round(x + (toX - x) * share)} ${round(y + (toY - y) * share)}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
