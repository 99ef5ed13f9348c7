// What a chart is drawn on: a canvas on screen, or an SVG file.

/** The part of CanvasRenderingContext2D that charts use, so that an SVG can stand in. */
export type Surface = Pick<
  CanvasRenderingContext2D,
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "stroke"
  | "fill"
  | "fillText"
  | "fillRect"
  | "rect"
  | "clip"
  | "save"
  | "restore"
  | "setLineDash"
  | "strokeStyle"
  | "fillStyle"
  | "lineWidth"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "textBaseline"
  | "lineJoin"
>;

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

export function escapeXml(text: string): string {
  const clean = Array.from(text, (c) => (isXmlCharacter(c.codePointAt(0)!) ? c : "\ufffd"));
  return clean.join("").replace(/[&<>"']/g, (c) => ESCAPES[c]!);
}

/** There are characters that no XML file may have, whatever was logged. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

const round = (n: number): string => String(Math.round(n * 100) / 100);

interface State {
  strokeStyle: string;
  fillStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  lineJoin: CanvasLineJoin;
  dash: number[];
  clipped: string;
}

/** Writes the calls of a chart as SVG elements. */
export class SvgSurface implements Surface {
  strokeStyle: string = "#000";
  fillStyle: string = "#000";
  lineWidth = 1;
  globalAlpha = 1;
  font = "11px sans-serif";
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";
  lineJoin: CanvasLineJoin = "round";
  private dash: number[] = [];
  private clipped = "";
  private path = "";
  private box = "";
  private readonly elements: string[] = [];
  private readonly states: State[] = [];
  private clips = 0;

  beginPath(): void {
    this.path = "";
    this.box = "";
  }
  moveTo(x: number, y: number): void {
    this.path += `M${round(x)} ${round(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.path += `${this.path ? "L" : "M"}${round(x)} ${round(y)}`;
  }
  closePath(): void {
    this.path += "Z";
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.box = `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>`;
  }
  clip(): void {
    const id = `clip${++this.clips}`;
    this.elements.push(`<clipPath id="${id}">${this.box}</clipPath>`);
    this.clipped = ` clip-path="url(#${id})"`;
  }
  stroke(): void {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.put(
      `<path d="${this.path}" fill="none" stroke="${escapeXml(this.strokeStyle)}" stroke-width="${round(this.lineWidth)}" stroke-linejoin="round"${dash}`,
    );
  }
  fill(): void {
    this.put(`<path d="${this.path}" fill="${escapeXml(this.fillStyle)}"`);
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.put(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${escapeXml(this.fillStyle)}"`,
    );
  }
  fillText(text: string, x: number, y: number): void {
    const anchor = { center: "middle", right: "end", end: "end", left: "start", start: "start" };
    const shift = { middle: "0.35em", top: "0.8em", hanging: "0.8em" } as Record<string, string>;
    const size = /(\d+(?:\.\d+)?)px/.exec(this.font)?.[1] ?? "11";
    const weight = /\b(bold|[5-9]00)\b/.exec(this.font)?.[1] ?? "400";
    this.elements.push(
      `<text x="${round(x)}" y="${round(y)}" dy="${shift[this.textBaseline] ?? 0}" text-anchor="${anchor[this.textAlign]}" font-size="${size}" font-weight="${weight}" fill="${escapeXml(this.fillStyle)}"${this.clipped}>${escapeXml(text)}</text>`,
    );
  }
  setLineDash(dash: number[]): void {
    this.dash = dash;
  }
  save(): void {
    const { strokeStyle, fillStyle, lineWidth, globalAlpha, font, textAlign } = this;
    const { textBaseline, lineJoin, dash, clipped } = this;
    this.states.push({
      strokeStyle,
      fillStyle,
      lineWidth,
      globalAlpha,
      font,
      textAlign,
      textBaseline,
      lineJoin,
      dash,
      clipped,
    });
  }
  restore(): void {
    Object.assign(this, this.states.pop());
  }
  private put(open: string): void {
    const alpha = this.globalAlpha < 1 ? ` opacity="${round(this.globalAlpha)}"` : "";
    this.elements.push(`${open}${alpha}${this.clipped}/>`);
  }

  /** The whole file. */
  toString(width: number, height: number): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif">${this.elements.join("\n")}</svg>\n`;
  }
}
