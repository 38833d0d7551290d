import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_ARGS } from './scripts/browser.mjs';

// `npm run e2e` finds a free port and a browser and says so here; the fallbacks serve `npx playwright test`.
const port = Number(process.env['SLUICE_E2E_PORT'] ?? 4179);
const executablePath = process.env['PLAYWRIGHT_CHROMIUM_PATH'];
const reportFile = process.env['SLUICE_E2E_REPORT'];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  workers: 2,
  retries: 0,
  // A software-rendered browser on two busy cores is slow, not wrong: limits only say when to give up.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  globalTimeout: 9 * 60_000,
  reporter: reportFile ? [['list'], ['json', { outputFile: reportFile }]] : 'list',
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { args: CHROMIUM_ARGS, ...(executablePath ? { executablePath } : {}) },
  },
  projects: [
    {
      name: 'desktop',
      testMatch: '**/*.spec.ts',
      testIgnore: '**/*.phone.spec.ts',
      use: { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } },
    },
    {
      name: 'phone',
      testMatch: '**/*.phone.spec.ts',
      use: {
        ...devices['Desktop Chrome'],
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
      },
    },
  ],
  webServer: {
    // Node and not npm: a signal to npm does not reach the server it started.
    command: `node scripts/start.mjs --serve-only --port ${port}`,
    url: `http://127.0.0.1:${port}`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
