// Lines of a log by what they belong to: a line that is indented belongs to the one above it.

export interface LogLine {
  text: string;
  below: LogLine[];
}

export function nestLines(lines: readonly string[]): LogLine[] {
  const top: LogLine[] = [];
  const stack: { indent: number; line: LogLine }[] = [];
  for (const text of lines) {
    const line: LogLine = { text, below: [] };
    const indent = text.trim() === "" ? Number.POSITIVE_INFINITY : text.search(/\S/);
    while (stack.length && stack[stack.length - 1]!.indent >= indent) stack.pop();
    const above = stack[stack.length - 1];
    (above ? above.line.below : top).push(line);
    // A blank line belongs to what is above it, and nothing to it.
    if (Number.isFinite(indent)) stack.push({ indent, line });
  }
  return top;
}
