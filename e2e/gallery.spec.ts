import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

const scenarios = [
  'Keys and order over partitions',
  'More consumers than partitions',
  'A share group as a work queue',
  /at most once/i,
  /lag/i,
  /acknowledgement/i,
  /acks 1 against acks all/i,
  /unclean/i,
] as const;

test('something moves within moments of the first visit', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  await bench.runTo(1);
  await expect(bench.node('Consumer shipping by key').getByText(/[1-9]\d* ?applied/)).toBeVisible();
});

for (const title of scenarios) {
  test(`the gallery opens ${String(title)} running`, async ({ page }) => {
    const bench = new Workbench(page);
    await bench.open();
    await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
    const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
    await gallery.getByRole('button', { name: title }).first().click();
    await expect(gallery).toBeHidden();
    await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
    await bench.runTo(2);
    // A large drawing is seen from afar, where faces show their backlog and not what was applied.
    await expect(bench.canvas.getByText(/[1-9]\d* ?applied/).first()).toBeAttached();
  });
}
