/** Headers and arguments as a person writes them: `name = value`, one a line. */
import { tableOf, type HeaderTable, type HeaderValue } from './headers.ts';

/**
 * Numbers, `true`, `false`, `null` and quoted texts are what JSON makes of them; any other value is text as it stands. A line
 * without `=` is a name with the value null. The last one of a name counts; empty lines count for nothing.
 */
export function headersOf(lines: string): HeaderTable {
  const fields = new Map<string, HeaderValue>();
  for (const line of lines.split('\n')) {
    const at = line.indexOf('=');
    const name = (at < 0 ? line : line.slice(0, at)).trim();
    if (name !== '') fields.set(name, at < 0 ? null : valueOf(line.slice(at + 1).trim()));
  }
  return tableOf(Object.fromEntries(fields));
}

function valueOf(written: string): HeaderValue {
  if (!/^(".*"|-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null)$/s.test(written)) return written;
  try {
    return JSON.parse(written) as HeaderValue;
  } catch {
    return written;
  }
}
