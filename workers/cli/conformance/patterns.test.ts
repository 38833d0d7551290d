import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runConformance } from './run.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/patterns', import.meta.url));
const RULES: Readonly<Record<string, string>> = {
  'autoscale_keda_kafka.json': '[AS2] [AS3] [AS4] [AS5]',
  'backoff_jitter.json': '[HD8]',
};

test.each(
  readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [RULES[name], name] as const),
)('%s every case of %s passes', (rules, name) => {
  expect(rules).toBeDefined();
  const lines: string[] = [];
  const totals = runConformance([join(FIXTURES, name)], FIXTURES, (line) => lines.push(line));
  const { cases } = JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as { cases: unknown[] };
  expect(lines.filter((line) => !line.startsWith('pass') && !line.includes('passed'))).toEqual([]);
  expect(totals).toEqual({ passed: cases.length, failed: 0, notCovered: 0, unreadable: 0 });
});
