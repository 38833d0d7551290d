import { expect, test, type Locator } from '@playwright/test';
import { expectAxeClean } from './pages/axe.ts';
import { Workbench } from './pages/workbench.ts';

/** Selects a node by the name on its face, and shows its settings. */
async function inspect(bench: Workbench, kind: string): Promise<void> {
  await bench.node(kind).getByText(kind, { exact: true }).last().click();
  await bench.showInspector();
}

async function setField(bench: Workbench, label: string, value: string): Promise<void> {
  const field = bench.inspector.getByRole('textbox', { name: label, exact: true });
  await field.fill(value);
  await field.press('Enter');
}

/** A figure of the face of a queue. */
function figure(bench: Workbench, kind: string, label: string): Locator {
  return bench.node(kind).locator('dl > div', { hasText: label }).getByRole('definition');
}

test('a visibility timeout shorter than the work: messages in flight come back and are done twice', async ({
  page,
}) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.drawLine('SQS queue');

  await inspect(bench, 'Consumer');
  await setField(bench, 'Instances', '4');
  await setField(bench, 'Mean', '800 ms');
  await inspect(bench, 'SQS queue');
  await setField(bench, 'Visibility timeout', '600 ms');
  await bench.play();
  // Both while it runs: what is hidden changes all the time.
  await expect(figure(bench, 'SQS queue', 'in flight')).toHaveText(/^[1-9]\d*$/);
  const guarantees = await bench.panel('Guarantees');
  await expect(guarantees.getByRole('button', { name: /^[1-9]\d* duplicate effects/ })).toBeVisible();
  await bench.pause();
  await expect(guarantees.getByText('At least once')).toBeVisible();

  await expectAxeClean(page);
});

test('several pollers of a table do the same work without locks, and each its own with SKIP LOCKED', async ({
  page,
}) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.drawLine('Database table');
  await inspect(bench, 'Consumer');
  await setField(bench, 'Instances', '4');

  const edge = bench.edges().last();
  await edge.focus();
  await page.keyboard.press('Enter');
  const locks = bench.inspector.getByRole('combobox', { name: 'Locks' });
  await locks.selectOption('None');
  await bench.play();
  const guarantees = await bench.panel('Guarantees');
  const duplicates = guarantees.getByRole('button', { name: /^[1-9]\d* duplicate effects/ });
  await expect(duplicates).toBeVisible();

  // From the start, with locks that pass over what others have.
  await bench.pause();
  await locks.selectOption('FOR UPDATE SKIP LOCKED');
  await page.getByRole('button', { name: 'Restart the run' }).click();
  await bench.goTo(4000);
  await expect(guarantees.getByText('Exactly-once effect')).toBeVisible();
  await expect(duplicates).toHaveCount(0);
  // What is cut off by the edge of the inspector would be judged as too small.
  await page.getByRole('button', { name: 'Inspector', exact: true }).click();
  await expect(bench.inspector).toBeHidden();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAxeClean(page);
});
