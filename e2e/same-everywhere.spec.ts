import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import type { Scenario } from '../workers/scenario/document.ts';
import { encodeShare } from '../workers/scenario/share.ts';
import { scenarioArbitrary } from '../workers/scenario/testing/arbitrary.ts';
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

/** Whether handlers publish, so that messages may go round for ever and their number has no bound. */
function publishesOnward({ nodes, edges, journal }: Scenario): boolean {
  const producers = new Set(nodes.filter(({ kind }) => kind === 'producer').map(({ id }) => id));
  const added = journal
    .flatMap((entry) => ('edit' in entry ? entry.edit : []))
    .flatMap((change) => (change.op === 'add' && change.in === 'edges' ? [change.item] : []));
  return [...edges, ...added].some(({ kind, from }) => kind === 'publish' && !producers.has(from));
}

test('random scenarios, with their faults and edits, have the same digest in Node and in Chromium', async ({
  page,
}) => {
  const bench = new Workbench(page);
  const endMs = 6000;
  const scenarios = scenarioArbitrary({ connected: true }).filter((scenario) => !publishesOnward(scenario));
  for (const scenario of fc.sample(scenarios, { seed: 7, numRuns: 3 })) {
    const link = await encodeShare({ ...scenario, view: { playing: false } });
    // A fresh page each time: a link opened beside a run is a new document, and asks what to do with the old one.
    await page.goto('about:blank');
    await bench.open(link);
    await bench.goTo(endMs);
    expect((await bench.facts()).digest).toBe(digestInNode(link, endMs));
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
