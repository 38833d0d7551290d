import { test } from '@playwright/test';
import { expectAxeClean } from './pages/axe.ts';
import { Workbench } from './pages/workbench.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing to object to, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const bench = new Workbench(page);
    await bench.open();
    await bench.showPalette();
    await bench.showInspector();
    await bench.runTo(1);
    await bench.pause();
    await expectAxeClean(page);
  });
}
