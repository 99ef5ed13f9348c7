// How wide a column of a table is: what its values and its head need, within reason.

const LETTER = 7.2;
const LEAST = 54;

/**
 * Pixels for a column of values.
 *
 * @param letters What the widest value needs.
 * @param room Of arrow and menu, which stand beside the label in the head.
 */
export function widthFor(letters: number, label: string, room: number, most: number): number {
  const head = Math.min(label.length, 14) * 6.8 + room;
  return Math.round(Math.min(most, Math.max(LEAST, head, letters * LETTER + 16)));
}
