import { expect, test, type Page } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

/** Moves the focus with Tab until it is on what `matches` names; fails after `limit` stops. */
async function tabTo(page: Page, matches: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab', limit = 80): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < limit; stop += 1) {
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (matches.test(name)) return;
    passed.push(name.slice(0, 40));
    await page.keyboard.press(key);
  }
  throw new Error(`Tab never reached ${matches}, only ${passed.join(' | ')}`);
}

test('a person builds, connects, runs and shares with the keyboard alone', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();

  // Everything through the command palette and Tab: no pointer touches this page.
  const command = async (words: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    // No waiting: what is typed before the palette has come is not lost.
    await page.keyboard.type(words);
    await expect(page.getByRole('dialog').locator('input')).toHaveValue(words);
    await expect(page.getByRole('dialog').locator('input')).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await command('New empty scenario');
  await expect(bench.nodes()).toHaveCount(0);
  await command('add producer');
  await expect(bench.node('Producer')).toBeFocused();
  await command('Add a topic');
  await expect(bench.node('Topic')).toBeFocused();
  await command('Add a consumer');
  await expect(bench.node('Consumer')).toBeFocused();

  // C starts a connection, Tab finds the other end, Enter makes it.
  await bench.node('Producer').focus();
  await page.keyboard.press('c');
  await expect(bench.canvas.getByRole('status')).toContainText('Connecting from');
  await tabTo(page, /^Topic Topic/);
  await page.keyboard.press('Enter');
  await expect(bench.edges()).toHaveCount(1);
  await bench.node('Topic').focus();
  await page.keyboard.press('c');
  await expect(bench.canvas.getByRole('status')).toContainText('Connecting from');
  await tabTo(page, /^Consumer Consumer/);
  await page.keyboard.press('Enter');
  await expect(bench.edges()).toHaveCount(2);

  // Arrows move the selected node.
  const before = await bench.node('Consumer').boundingBox();
  await bench.node('Consumer').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await bench.node('Consumer').boundingBox())?.x).toBeGreaterThan(before?.x ?? 0);

  await command('Play');
  await expect(bench.node('Consumer').getByText(/[1-9]\d* ?applied/)).toBeVisible();
  await bench.runTo(2);
  await command('Pause');
  await command('Share');
  await expect(page.getByRole('dialog', { name: 'Share' }).getByRole('textbox', { name: 'Link' })).toHaveValue(/#./);
});
