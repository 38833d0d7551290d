import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

const root = join(import.meta.dirname, '..');

/** The digest that the command line prints for a link, in Node. */
function digestInNode(link: string, untilMs: number): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/cli.mjs', 'sim', '-', '--until', `${untilMs}ms`, '--json'],
    {
      cwd: root,
      input: link,
      encoding: 'utf8',
    },
  );
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { digest: string }).digest;
}

test('the same scenario and seed has the same digest in Node and in Chromium', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  for (const instantMs of [500, 7250, 20_000]) {
    await bench.goTo(instantMs);
    const { digest } = await bench.facts();
    expect(digest).toBe(digestInNode(await bench.shareLink(), instantMs));
  }
});

test('going back and forward again comes to the same digest', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await bench.goTo(9000);
  const there = await bench.facts();
  await bench.goTo(2500);
  expect((await bench.facts()).digest).not.toBe(there.digest);
  await bench.goTo(9000);
  expect(await bench.facts()).toEqual(there);
});
