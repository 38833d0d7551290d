import { expect, test } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';

test('a worker that hangs is replaced, and the run stands at its last snapshot', async ({ page }) => {
  const bench = new Workbench(page);
  await bench.open();
  await bench.runTo(7);
  const [worker] = page.workers();
  expect(worker).toBeDefined();
  // Never answers again; the watchdog has to notice by itself.
  void worker
    ?.evaluate(() => {
      for (;;);
    })
    .catch(() => undefined);
  await expect(page.getByText(/It was restarted and stands at [1-9]/)).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  const from = await bench.seconds();
  expect(from).toBeGreaterThan(0);
  await bench.play();
  await bench.runTo(from + 1);
});
