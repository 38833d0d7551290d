import { expect, test, type Page } from '@playwright/test';
import type { Scenario } from '../workers/scenario/document.ts';
import { encodeShare } from '../workers/scenario/share.ts';
import { Workbench } from './pages/workbench.ts';

/** A shop whose only consumer commits before its work: what it has in hand when it crashes is lost. */
const SHOP: Scenario = {
  format: 'sluice/1',
  title: 'Shop',
  notes: '',
  seed: 3,
  nodes: [
    {
      id: 'p',
      kind: 'producer',
      name: 'Orders',
      position: { x: 0, y: 0 },
      arrivals: { type: 'poisson', ratePerSecond: 50 },
    },
    { id: 't', kind: 'topic', name: 'Log', position: { x: 420, y: 0 }, partitions: 2 },
    {
      id: 'c',
      kind: 'consumer',
      name: 'Billing',
      position: { x: 860, y: 0 },
      instances: 2,
      workMs: { type: 'exponential', mean: 35 },
    },
  ],
  edges: [
    { id: 'w', kind: 'publish', from: 'p', to: 't', lingerMs: 5 },
    {
      id: 'r',
      kind: 'subscribe',
      from: 't',
      to: 'c',
      commit: 'before',
      autoOffsetReset: 'earliest',
      initialRebalanceDelayMs: 0,
      sessionTimeoutMs: 2000,
      heartbeatIntervalMs: 500,
    },
  ],
  faults: [{ id: 'x', do: 'crash', target: 'c', atMs: 4000, forMs: 1000 }],
  checks: [{ id: 'k', claim: 'lagBelow', of: 'c', messages: 150 }],
  journal: [],
  view: {},
};

async function openShop(page: Page): Promise<Workbench> {
  const bench = new Workbench(page);
  await bench.open(await encodeShare(SHOP));
  return bench;
}

test('going back and changing something begins a branch; both are there to go to, to compare and to share', async ({
  page,
  browser,
}) => {
  const bench = await openShop(page);
  await bench.goTo(8000);
  const main = await bench.facts();
  await expect(bench.branchButton()).toHaveCount(0);

  await bench.goTo(3000);
  await bench.node('Consumer Billing').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Crash until restarted' }).click();
  await expect(bench.branchButton()).toHaveAccessibleName('Branch: Crash Billing, one of 2');
  await bench.goTo(8000);
  const crashed = await bench.facts();
  expect(crashed.digest).not.toBe(main.digest);

  await bench.showBranch('Main');
  expect(await bench.facts()).toEqual(main);
  await bench.showBranch('Crash Billing');
  expect(await bench.facts()).toEqual(crashed);

  await page.keyboard.press('Shift+B');
  const dialog = page.getByRole('dialog', { name: 'Compare branches' });
  await expect(dialog.getByRole('row', { name: /^Applied .* worse$/ })).toBeVisible();
  await expect(dialog.getByRole('region', { name: 'What was done differently' })).toHaveText(
    /Only in Main\s*Nothing was done\.\s*Only in Crash Billing\s*0:03\.000 Crash Billing$/,
  );
  await expect(dialog.getByRole('row', { name: /Lag, Billing Holds Broken at 0:0/ })).toBeVisible();
  await expect(dialog.getByRole('row', { name: /^Attempted/ })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  const link = await bench.shareLink();
  const elsewhere = await browser.newContext();
  const other = new Workbench(await elsewhere.newPage());
  await other.page.goto(link);
  await expect(other.branchButton()).toHaveAccessibleName('Branch: Crash Billing, one of 2');
  await expect.poll(() => other.seconds()).toBe(8);
  expect(await other.facts()).toEqual(crashed);
  await other.showBranch('Main');
  expect(await other.facts()).toEqual(main);
  await elsewhere.close();
});

test('a branch is renamed and deleted by keyboard, and the notice leads back to what was', async ({ page }) => {
  const bench = await openShop(page);
  await bench.goTo(6000);
  await bench.goTo(2000);
  await bench.node('Consumer Billing').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Crash until restarted' }).click();
  await page.getByRole('button', { name: 'Back to Main' }).click();
  await expect(bench.branchButton()).toHaveAccessibleName('Branch: Main, one of 2');

  await bench.branchButton().focus();
  await page.keyboard.press('Enter');
  const list = page.getByRole('list', { name: 'Branches' });
  await list.getByRole('button', { name: 'Rename Crash Billing' }).press('Enter');
  await page.getByRole('textbox', { name: 'Name of the branch' }).fill('Outage');
  await page.keyboard.press('Enter');
  await expect(list.getByRole('button', { name: /^Outage left Main at 0:02\.000 · 1 change/ })).toBeVisible();
  await list.getByRole('button', { name: 'Delete Outage' }).press('Enter');
  await page.getByRole('group', { name: 'Delete Outage' }).getByRole('button', { name: 'Delete' }).press('Enter');
  await expect(bench.branchButton()).toHaveCount(0);
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await expect(bench.branchButton()).toHaveAccessibleName('Branch: Main, one of 2');
});

test('a change of the past that is undone at once leaves no branch', async ({ page }) => {
  const bench = await openShop(page);
  await bench.goTo(6000);
  const main = await bench.facts();
  await bench.goTo(2000);
  await bench.node('Consumer Billing').click();
  await page.keyboard.press('Delete');
  await expect(bench.branchButton()).toHaveAccessibleName(/one of 2$/);
  await page.keyboard.press('Control+z');
  await expect(bench.branchButton()).toHaveCount(0);
  await expect(bench.node('Consumer Billing')).toBeVisible();
  await bench.goTo(6000);
  expect(await bench.facts()).toEqual(main);
});

test('a step back undoes one event, and anomalies are jumped to, forward and back', async ({ page }) => {
  const bench = await openShop(page);
  await bench.goTo(7000);
  await bench.playback.getByRole('button', { name: 'Step one event' }).click();
  const stepped = await bench.facts();
  await expect(bench.playback.getByRole('status')).toHaveText(/^[A-Z].*(Orders|Log|Billing|Checks)/);
  await bench.playback.getByRole('button', { name: 'Step back one event' }).click();
  await expect.poll(async () => (await bench.facts()).digest).not.toBe(stepped.digest);
  await bench.playback.getByRole('button', { name: 'Step one event' }).click();
  await expect.poll(() => bench.facts()).toEqual(stepped);

  await bench.playback.getByRole('button', { name: 'Previous anomaly' }).click();
  await expect.poll(() => bench.seconds()).toBeLessThan(7);
  const anomaly = await bench.seconds();
  expect(anomaly).toBeGreaterThanOrEqual(4);
  await bench.goTo(1000);
  await bench.playback.getByRole('button', { name: 'Next anomaly' }).click();
  await expect.poll(() => bench.seconds()).toBeGreaterThanOrEqual(4);
  expect(await bench.seconds()).toBeLessThanOrEqual(anomaly);
});
