/** Every benchmark does its work once, with sizes that take no time, so that none of them rots. No time is judged. */
import { readdirSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { Bench } from './bench.ts';

const names = readdirSync(import.meta.dirname).flatMap((file) => /^(.*)\.bench\.ts$/.exec(file)?.[1] ?? []);

describe('benchmarks', () => {
  test.each(names)('%s runs and finds something', async (name) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { bench } = (await import(`./${name}.bench.ts`)) as { readonly bench: Bench };
    const findings = await bench.run('smoke');
    expect(findings.length).toBeGreaterThan(0);
    for (const { what, figure } of findings) expect(`${what}: ${figure}`).not.toMatch(/NaN|Infinity|undefined/);
  });
});
