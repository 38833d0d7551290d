import { expect, test } from '@playwright/test';
import { expectAxeClean } from './pages/axe.ts';
import { Workbench } from './pages/workbench.ts';

test('a routing key that is typed lights up its way, and every binding says why', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
  const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
  await gallery.getByRole('button', { name: /patterns of words/i }).click();
  await expect(gallery).toBeHidden();

  await bench.node('Exchange events').getByText('events', { exact: true }).click();
  await bench.showInspector();
  const tester = bench.inspector.getByRole('region', { name: 'Where does it go?' });
  await tester.getByRole('textbox', { name: 'Routing key' }).fill('order.us.de.created');
  await expect(tester.getByRole('status')).toHaveText('Goes to audit.');
  await expect(tester.getByRole('button', { name: /Matches:.*# .*to.*audit/ })).toBeVisible();
  const warehouse = tester.getByRole('button', { name: /Does not match:.*order\.\*\.created/ });
  await expect(warehouse).toContainText('the key has 4 words, the pattern takes 3 words');
  await expect(page.locator('[data-traced="true"] .react-flow__edge-path')).toHaveCount(1);

  // The binding is edited, and the answer follows.
  await warehouse.click();
  const keys = bench.inspector.getByRole('textbox', { name: 'Binding keys' });
  await keys.fill('order.#.created');
  await keys.press('Control+Enter');
  await expect(tester.getByRole('status')).toHaveText('Goes to new orders and audit.');
  await expect(page.locator('[data-traced="true"] .react-flow__edge-path')).toHaveCount(2);

  await tester.getByRole('textbox', { name: 'Routing key' }).press('Escape');
  await expect(page.locator('[data-traced="true"]')).toHaveCount(0);
});

test('bindings count what goes through them, and a queue shows who holds what', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
  const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
  await gallery.getByRole('button', { name: /a copy for everybody/i }).click();
  await expect(gallery).toBeHidden();
  await bench.pause();
  await bench.goTo(5000);

  const bindings = bench.node('Exchange orders').getByRole('list', { name: 'Bindings' });
  await expect(bindings.getByRole('listitem')).toHaveCount(3);
  await expect(bindings.getByRole('listitem').first()).toHaveText(/bills\s*39$/);
  const facts = bench.node('Queue facts');
  await expect(facts.getByRole('listitem', { name: 'Instance 0 holds 10 of 10' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing to object to in faces and tester, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const bench = new Workbench(page);
    await bench.open();
    await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
    const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
    await gallery.getByRole('button', { name: /dropped, returned, or caught/i }).click();
    await expect(gallery).toBeHidden();
    await bench.runTo(2);
    await bench.pause();
    await bench.node('Exchange unrouted').getByText('unrouted', { exact: true }).click();
    await bench.showInspector();
    await bench.inspector.getByRole('textbox', { name: 'Routing key' }).fill('asia');
    await expect(bench.inspector.getByText('Goes to lost and found.')).toBeVisible();
    await expectAxeClean(page);
  });
}
