import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

test('a broker is killed and started again by a click on its column, and the replicas follow', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await page.getByRole('button', { name: 'Sluice: open the gallery' }).click();
  const gallery = page.getByRole('dialog', { name: 'What do you want to understand?' });
  await gallery.getByRole('button', { name: /acks 1 against acks all/i }).click();
  await expect(gallery).toBeHidden();
  await bench.runTo(2);
  const cluster = bench.node('Cluster brokers');
  await expect(cluster.getByText('6 partitions: all in sync')).toBeVisible();

  await cluster.getByRole('button', { name: /^Broker 2, up.*Crash it$/ }).click();
  await expect(cluster.getByRole('button', { name: /^Broker 2, down/ })).toBeVisible();
  await bench.runTo(4);
  await expect(cluster.getByText(/6 under-replicated/)).toBeVisible();

  await cluster.getByRole('button', { name: /^Broker 2, down.*Restart it$/ }).click();
  await expect(cluster.getByRole('button', { name: /^Broker 2, up/ })).toBeVisible();
});
