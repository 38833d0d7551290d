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

test('a reload comes back to the instant and the panels, whether or not something was changed', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.pause();
  const flow = bench.panels.getByRole('tab', { name: 'Flow' });
  for (const [instantMs, changed] of [
    [7000, false],
    [4000, true],
  ] as const) {
    await bench.goTo(instantMs);
    if (changed) {
      await bench.node('Consumer shipping by key').click();
      await page.keyboard.press('Delete');
      await expect(page.getByText('Saved', { exact: true })).toBeVisible();
      await bench.goTo(instantMs + 1000);
    }
    const before = await flow.getAttribute('aria-selected');
    const facts = await bench.facts();
    await flow.click();
    await page.reload();
    await expect.poll(() => bench.facts()).toEqual(facts);
    await expect(flow).toHaveAttribute('aria-selected', before === 'true' ? 'false' : 'true');
  }
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
