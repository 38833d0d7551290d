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
  // Behind the count are the messages, and why.
  await guarantees.getByRole('button', { name: /^[1-9]\d* duplicate effects/ }).click();
  const evidence = guarantees.getByRole('region', { name: 'Duplicate effects' });
  await expect(evidence.getByRole('listitem').first()).toContainText('not deleted before its visibility timeout ended');

  await expectAxeClean(page);
});

test('a filter policy is edited in rows, and a message that is tried says who gets it', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
  const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
  await gallery.getByRole('button', { name: /one topic, three queues/i }).click();
  await expect(gallery).toBeHidden();
  await bench.pause();

  await bench.edges().and(page.locator('[data-id="eu-route"]')).focus();
  await page.keyboard.press('Enter');
  await bench.showInspector();
  const tester = bench.inspector.getByRole('region', { name: 'Who gets it?' });
  await tester.getByRole('textbox', { name: 'Key' }).fill('us-east');
  await expect(tester.getByRole('status')).toHaveText('Goes to audit queue and overseas queue.');
  const refused = tester.getByRole('button', { name: /Does not match:.*EU queue/ });
  await expect(refused).toContainText('key is us-east; asked for: beginning with eu-');
  await expect(page.locator('[data-traced="true"] .react-flow__edge-path')).toHaveCount(2);

  // Another value of the same attribute, and a condition on another one.
  const policy = bench.inspector.getByRole('group', { name: 'Filter policy' });
  await policy.getByRole('button', { name: 'or', exact: true }).click();
  await page.keyboard.type('us-east');
  await page.keyboard.press('Enter');
  await expect(tester.getByRole('status')).toHaveText('Goes to audit queue, EU queue and overseas queue.');
  await policy.getByRole('button', { name: 'and bytes' }).click();
  await page.keyboard.type('> 1000');
  await page.keyboard.press('Enter');
  await expect(refused).toContainText('bytes is 200; asked for: > 1000');

  // What cannot be read is said, and the document keeps what it had.
  await bench.inspector.getByRole('button', { name: 'Edit as JSON' }).click();
  const json = bench.inspector.getByRole('textbox', { name: 'Filter policy' });
  await expect(json).toHaveValue(
    '{ "key": [ { "prefix": "eu-" }, "us-east" ], "bytes": [ { "numeric": [ ">", 1000 ] } ] }',
  );
  await json.fill('{"key": [');
  await expect(bench.inspector.getByText('Not JSON:')).toBeVisible();
  await json.press('Escape');
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
