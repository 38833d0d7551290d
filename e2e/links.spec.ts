import { deflateRawSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

test('the address is the scenario: a reload shows the same design', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.newScenario();
  await bench.showPalette();
  await bench.dragFromPalette('Producer', { x: 160, y: 140 });
  const link = await bench.addressWith(1);
  await page.goto('about:blank');
  await page.goto(link);
  await expect(bench.nodes()).toHaveCount(1);
});

test('a link that does not open says so and loses nothing of one’s own', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.newScenario();
  await bench.showPalette();
  await bench.dragFromPalette('Producer', { x: 160, y: 140 });
  const own = new URL(await bench.addressWith(1)).hash.slice(1);
  const prefix = /^[^.~:]*[.~:]/.exec(own)?.[0] ?? '';
  const bomb = prefix + deflateRawSync(Buffer.alloc(50_000_000, 0x20)).toString('base64url');
  for (const fragment of [own.slice(0, -12), bomb, 'section-3']) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, fragment);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole('button').first()).toBeVisible();
    await dialog.getByRole('button', { name: /keep|stay/i }).click();
    await expect(dialog).toBeHidden();
    await expect(bench.nodes()).toHaveCount(1);
  }
});
