/** Headers and arguments as rows that can be edited. What is written in the document stays `name = value`, one a line. */
import { headersOf } from '../../../../workers/scenario/amqp/header-text.ts';

export interface HeaderRow {
  readonly name: string;
  /** As it is written; empty for a header that only has to be there. */
  readonly value: string;
}

/** Lines without a name say nothing and have no row. */
export function headerRowsOf(lines: string): readonly HeaderRow[] {
  return lines.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    const name = (at < 0 ? line : line.slice(0, at)).trim();
    if (name === '') return [];
    const value = at < 0 ? '' : line.slice(at + 1).trim();
    return [{ name, value: value === 'null' ? '' : at >= 0 && value === '' ? '""' : value }];
  });
}

export function headerLinesOf(rows: readonly HeaderRow[]): string {
  return rows
    .map(({ name, value }) => ({ name: name.trim(), value: value.trim() }))
    .filter(({ name }) => name !== '')
    .map(({ name, value }) => (value === '' ? name : `${name} = ${value}`))
    .join('\n');
}

/** How a broker understands what is typed; null for text, which needs no remark. */
export function kindOfValue(value: string): string | null {
  const header = headersOf(`h = ${value}`)[0]?.[1];
  if (value.trim() === '' || header === null) return null;
  return typeof header === 'string' ? null : typeof header === 'boolean' ? 'yes or no' : 'number';
}

/** What is wrong with a name beside the others; null for nothing. */
export function complaintAboutName(rows: readonly HeaderRow[], place: number): string | null {
  const { name, value } = rows[place]!;
  if (name.trim() === '') return value.trim() === '' ? null : 'Needs a name.';
  if (name.includes('=')) return 'A name has no equals sign.';
  const later = rows.slice(place + 1).some((other) => other.name.trim() === name.trim());
  return later ? 'Named again below: the last one counts.' : null;
}
