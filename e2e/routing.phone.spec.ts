import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

test('at phone width one asks an exchange where a key would go', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
  const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
  await gallery.getByRole('button', { name: /patterns of words/i }).click();
  await expect(gallery).toBeHidden();
  await bench.pause();

  await bench.node('Exchange events').getByText('events', { exact: true }).tap();
  await page.getByRole('button', { name: 'Inspector', exact: true }).tap();
  const tester = page.getByRole('region', { name: 'Where does it go?' });
  await tester.getByRole('button', { name: 'order.any.created' }).tap();
  await expect(tester.getByRole('status')).toHaveText('Goes to new orders and audit.');
  await expect(page.locator('[data-traced="true"] .react-flow__edge-path')).toHaveCount(2);
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(spill).toBe(0);
});
