import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

test('a person draws an exchange, a queue and its dead letters, and sees who holds what', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.newScenario();
  await bench.showPalette();
  await bench.showInspector();
  await bench.dragFromPalette('Producer', { x: 110, y: 110 });
  await bench.dragFromPalette('Exchange', { x: 330, y: 110 });
  await bench.dragFromPalette('Queue', { x: 560, y: 110 });
  await bench.dragFromPalette('Consumer', { x: 800, y: 110 });
  await bench.connect('Producer', 'Exchange');
  await bench.connect('Exchange', 'Queue Queue, classic');

  // A new binding takes everything, so that something arrives.
  await expect(bench.inspector.getByRole('textbox', { name: 'Binding keys' })).toHaveValue('#');
  await bench.connect('Queue Queue, classic', 'Consumer');
  await bench.dragFromPalette('Queue', { x: 560, y: 330 });
  await bench.connect('Queue Queue, classic', 'Queue Queue 2');

  await bench.play();
  await bench.runTo(2);
  await expect(bench.node('Consumer').getByText(/[1-9]\d* ?applied/)).toBeVisible();
  await expect(bench.node('Consumer').getByText('Depth')).toBeVisible();
  const guarantees = await bench.panel('Guarantees');
  await expect(guarantees.getByRole('article', { name: 'Queue → Consumer' })).toBeVisible();
  await expect(guarantees.getByRole('article', { name: 'Queue 2 (nobody reads it)' })).toBeVisible();
  const depth = await bench.panel('Lag & depth');
  const held = depth.getByRole('figure', { name: 'What each queue holds, now' });
  await expect(held.getByRole('listitem')).toHaveText([
    /^Queue\d+ ready · \d+ unacked$/,
    /^Queue 20 ready · 0 unacked$/,
  ]);
});

test('the review names a message that comes for ever, and its edit sends it to the dead letters', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
  const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
  await gallery.getByRole('button', { name: 'A poison message' }).click();
  await expect(gallery).toBeHidden();
  await bench.showInspector();
  await expect(bench.inspector.getByText(/comes again, for ever/)).toBeVisible();
  await bench.inspector.getByRole('button', { name: 'Reject what fails' }).click();
  await expect(bench.inspector.getByText(/comes again, for ever/)).toBeHidden();
  // Nothing takes it now: the way to go on is named.
  await expect(bench.inspector.getByText(/nowhere to send dead letters/)).toBeVisible();
});
