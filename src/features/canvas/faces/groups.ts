/** Each group of consumers has a letter and a colour, the same on the topics it reads and on its consumers. */
import { tokenColor } from '../../../ui/colors.ts';

const COLORS = 6;

/** A, B, … Z, A2, B2, … An index below 0 has none. */
export function groupLetter(index: number): string {
  if (index < 0) return '';
  const round = Math.floor(index / 26);
  return `${String.fromCharCode(65 + (index % 26))}${round === 0 ? '' : round + 1}`;
}

export function groupVariable(index: number): string {
  return `var(--group-${Math.max(0, index) % COLORS})`;
}

/** The same for canvas drawing. */
export function groupColor(index: number): string {
  return tokenColor(`--group-${Math.max(0, index) % COLORS}`);
}
