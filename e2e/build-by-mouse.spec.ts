import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

test('a person draws a log by mouse, runs it, changes it while it runs, and a colleague sees the same run', async ({
  page,
  browser,
}) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.drawLine('Topic');
  await bench.dragFromPalette('Partition', bench.node('Topic'));
  await expect(bench.node('Topic').getByRole('button', { name: 'Partition 3' })).toBeVisible();

  await bench.play();
  await bench.runTo(2);
  const guarantees = await bench.panel('Guarantees');
  await expect(guarantees.getByText('Exactly-once effect')).toBeVisible();

  // While it runs: one more instance, then it crashes.
  await bench.dragFromPalette('Instance', bench.node('Consumer'));
  await expect(bench.node('Consumer').getByRole('button', { name: /^Instance 1/ })).toBeVisible();
  await bench.runTo(4);
  await bench
    .node('Consumer')
    .getByRole('button', { name: /^Instance 0/ })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Crash until restarted' }).click();
  await expect(bench.node('Consumer').getByRole('button', { name: /^Instance 0, down/ })).toBeVisible();
  await bench.runTo(6);
  await bench.pause();

  const before = await bench.facts();
  expect(before.digest).toMatch(/^[0-9a-f]{16}$/);
  const link = await bench.shareLink();

  const colleague = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const other = new Workbench(await colleague.newPage());
  await other.page.goto(link);
  await expect(other.node('Topic').getByRole('button', { name: 'Partition 3' })).toBeVisible();
  await expect.poll(async () => (await other.facts()).instant).toBe(before.instant);
  expect(await other.facts()).toEqual(before);
  await expect(other.node('Consumer').getByRole('button', { name: /^Instance 0, down/ })).toBeVisible();
  await colleague.close();
});

test('an edit and its undo both act on the running simulation', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.newScenario();
  await bench.showPalette();
  await bench.dragFromPalette('Producer', { x: 160, y: 140 });
  await bench.dragFromPalette('Topic', { x: 480, y: 140 });
  await bench.connect('Producer', 'Topic');
  await bench.play();
  await bench.runTo(1);
  await bench.dragFromPalette('Consumer', { x: 900, y: 140 });
  await bench.connect('Topic', 'Consumer');
  await expect(bench.node('Consumer').getByText(/[1-9]\d* ?applied/)).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(bench.edges()).toHaveCount(1);
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(bench.edges()).toHaveCount(2);
  const at = await bench.seconds();
  await bench.runTo(at + 1);
});
