import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

test('at phone width one can read, play and scrub, and nothing spills over the side', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.runTo(1);
  await bench.pause();
  const timeline = bench.playback.getByRole('slider', { name: 'Timeline' });
  await timeline.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => bench.seconds()).toBe(0);
  await bench.play();
  await bench.runTo(1);
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(spill).toBe(0);
});

test('at phone width one jumps between anomalies', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.pause();
  await bench.goTo(20_000);
  const previous = bench.playback.getByRole('button', { name: 'Previous anomaly' });
  await expect(previous).toBeEnabled();
  await previous.click();
  await expect.poll(() => bench.seconds()).toBeLessThan(20);
});
