/** A table of text: the first column and those named `left` flush left, numbers flush right, two spaces between. */
export interface Column {
  readonly head: string;
  readonly left?: boolean;
}

/** Lines of the table, the heads first. Rows have as many cells as there are columns. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ head }, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (columns[i]!.left === true ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)];
}

/** 1234567 as `1,234,567`, whatever the machine's locale. */
export function count(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Milliseconds with the decimals that still mean something. */
export function milliseconds(value: number): string {
  if (value >= 1000) return count(Math.round(value));
  return value.toFixed(value >= 100 ? 1 : value >= 10 ? 2 : 3);
}

/** A name from a document, safe for a terminal: no control characters, not endless. */
export function plainName(name: string): string {
  const clean = name.replaceAll(/\p{C}+/gu, ' ').trim();
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean;
}
