import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * axe finds nothing to object to in the page as it is. Sizes of targets on the canvas follow its zoom, and each of them has a
 * full-sized twin in the outline and the inspector (WCAG 2.5.8, exception for equivalents); so they are judged everywhere but there.
 */
export async function expectAxeClean(page: Page): Promise<void> {
  const everywhere = await new AxeBuilder({ page }).withTags(RULES).disableRules(['target-size']).analyze();
  const sizes = await new AxeBuilder({ page }).withRules(['target-size']).exclude('.react-flow__viewport').analyze();
  const found = [...everywhere.violations, ...sizes.violations];
  expect(found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
}
