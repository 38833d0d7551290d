// Tables, and the pages in docs/ that hold figures which a verb renews.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/**
 * A Markdown table with its columns aligned.
 * @param {readonly (readonly string[])[]} rows the first one is the head
 */
export function table(rows) {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n');
}

/**
 * Renews what stands between `<!-- NAME -->` and `<!-- end of NAME -->`.
 * @param {string} path relative to the repository
 * @param {string} name
 * @param {string} text
 */
export function renew(path, name, text) {
  const file = join(root, path);
  const page = readFileSync(file, 'utf8');
  const [open, close] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [start, end] = [page.indexOf(open), page.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${path} has no place for ${name}.`);
  writeFileSync(file, `${page.slice(0, start + open.length)}\n\n${text}\n\n${page.slice(end)}`);
}
