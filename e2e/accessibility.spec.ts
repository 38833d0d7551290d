import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
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
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    // Sizes of targets on the canvas follow its zoom, and each of them has a full-sized twin in the outline and the
    // inspector (WCAG 2.5.8, exception for equivalents); so they are judged everywhere but there.
    const everywhere = await new AxeBuilder({ page }).withTags(rules).disableRules(['target-size']).analyze();
    const sizes = await new AxeBuilder({ page }).withRules(['target-size']).exclude('.react-flow__viewport').analyze();
    const found = [...everywhere.violations, ...sizes.violations];
    expect(found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
  });
}
