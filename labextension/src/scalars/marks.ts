// The small signs on a card's picture: single points, values that are not finite, lost members.
import type { Scale } from "../draw/scale.ts";
import type { Surface } from "../draw/surface.ts";
import type { Line } from "./lines.ts";
import type { Layout } from "./plot.ts";

/** A single point is no line. */
export function paintDot(s: Surface, line: Line, { x }: Layout, ys: Scale): void {
  const i = line.smooth.findIndex((value) => Number.isFinite(value));
  s.fillStyle = line.color;
  diamond(s, x(line.x[i]!), ys(line.smooth[i]!), 3.5);
}

function diamond(s: Surface, x: number, y: number, size: number): void {
  s.beginPath();
  s.moveTo(x, y - size);
  s.lineTo(x + size, y);
  s.lineTo(x, y + size);
  s.lineTo(x - size, y);
  s.closePath();
  s.fill();
}

/** Where values cease to be finite: a triangle on the axis, on top for +infinity. */
export function paintMarks(s: Surface, line: Line, { box, x }: Layout): void {
  if (line.marks.length === 0 || line.faded) return;
  s.fillStyle = line.color;
  for (const mark of line.marks) {
    const at = x(mark.x);
    if (!(at >= box.left && at <= box.right)) continue;
    const base = mark.up ? box.top - 3 : box.bottom;
    const tip = mark.up ? base + 7 : base - 7;
    s.beginPath();
    s.moveTo(at - 4, base);
    s.lineTo(at + 4, base);
    s.lineTo(at, tip);
    s.closePath();
    s.fill();
  }
}

/** Where a group goes on with fewer members: a ring on its line. */
export function paintEnds(
  s: Surface,
  line: Line,
  { box, x }: Layout,
  ys: Scale,
  ground: string,
): void {
  const members = line.members!;
  s.save();
  s.strokeStyle = line.color;
  s.fillStyle = ground;
  s.lineWidth = 1.2;
  for (let i = 1; i < members.length; i++) {
    if (members[i]! >= members[i - 1]! || members[i] === 0) continue;
    const at = x(line.x[i - 1]!);
    const y = ys(line.smooth[i - 1]!);
    if (!(at >= box.left && at <= box.right && y >= box.top - 4 && y <= box.bottom)) continue;
    ring(s, at, y, 2.6);
  }
  s.restore();
}

/** A circle of straight pieces: a surface that writes SVG has no arcs. */
function ring(s: Surface, x: number, y: number, radius: number): void {
  s.beginPath();
  for (let k = 0; k < 12; k++) {
    const angle = (k * Math.PI) / 6;
    s.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  s.closePath();
  s.fill();
  s.stroke();
}
