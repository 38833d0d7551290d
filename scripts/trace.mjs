// `npm run trace`: runs a scenario in the built app and tells what the page's thread did, and how fast the worker was.
//
//   --scenario nodes   100 nodes with 2,000 messages in flight (the default)
//   --scenario rate    the log path at a million messages a second: does the worker hold real time while the page animates?
//   --seconds N        for how long (10)
//   --out FILE         a trace for chrome://tracing
//
// A figure about one machine at one moment, for whoever works on the page; no test depends on it. The page runs in
// Chromium without a GPU, so painting counts as well.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS } from './browser.mjs';
import { buildIfStale } from './build.mjs';
import { bundleForNode } from './bundle.mjs';
import { testEnvironment } from './e2e.mjs';
import { requireInstalled, root } from './install.mjs';

const LONG_TASK_MS = 50;
const SETTLE_MS = 8000;

/** Modules that give the link, by name. @type {Record<string, string>} */
const SCENARIOS = { nodes: 'bench/hundred-nodes.ts', rate: 'bench/million-a-second.ts' };

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'nodes' },
    seconds: { type: 'string', default: '10' },
    out: { type: 'string' },
  },
});
const chosen = SCENARIOS[values.scenario];
if (chosen === undefined) {
  console.error(`There is no scenario "${values.scenario}"; there are ${Object.keys(SCENARIOS).join(' and ')}.`);
  process.exit(2);
}
requireInstalled();
await buildIfStale();
const { env } = await testEnvironment();
const port = env['SLUICE_E2E_PORT'] ?? '';
const server = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), '--serve-only', '--port', port], {
  cwd: root,
});
await once(server.stdout, 'data');
const browser = await chromium.launch({
  executablePath: env['PLAYWRIGHT_CHROMIUM_PATH'] ?? '',
  args: CHROMIUM_ARGS,
  env: { ...process.env, ...env },
});
try {
  const { link } = await import(pathToFileURL(await bundleForNode(chosen)).href);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`http://127.0.0.1:${port}/#${await link()}`);
  await page.waitForTimeout(SETTLE_MS);
  const clock = page.getByRole('timer', { name: 'Simulated time' });
  const before = await clock.innerText();
  const beganMs = performance.now();
  if (values.out)
    await browser.startTracing(page, {
      categories: ['devtools.timeline', 'toplevel', 'disabled-by-default-v8.cpu_profiler'],
    });
  const seen = await page.evaluate(watch, Number(values.seconds) * 1000);
  const tookMs = performance.now() - beganMs;
  const after = await clock.innerText();
  if (values.out) writeFileSync(values.out, await browser.stopTracing());
  const long = seen.tasks.filter((ms) => ms > LONG_TASK_MS).toSorted((a, b) => b - a);
  const frames = seen.frames.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ q) => frames[Math.floor(q * (frames.length - 1))]?.toFixed(1) ?? '-';
  const [cpu] = cpus();
  console.log(
    `machine        ${cpus().length} × ${cpu?.model.trim()}, no GPU, Chromium ${browser.version()}, Node ${process.version}`,
  );
  const speed = ((secondsOf(after) - secondsOf(before)) * 1000) / tookMs;
  console.log(
    `simulated      from ${before} to ${after} in ${(tookMs / 1000).toFixed(1)} s: ${speed.toFixed(2)} × real time`,
  );
  console.log(
    `frames         ${frames.length} (${(frames.length / Number(values.seconds)).toFixed(1)} a second), p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`,
  );
  console.log(
    `tasks > ${LONG_TASK_MS} ms  ${long.length}${
      long.length > 0
        ? `, longest ${long
            .slice(0, 8)
            .map((ms) => `${Math.round(ms)} ms`)
            .join(', ')}`
        : ''
    }`,
  );
} finally {
  await browser.close();
  server.kill();
}

/**
 * What the clock shows, in seconds.
 * @param {string} clock hours and minutes may be missing
 */
function secondsOf(clock) {
  return clock.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

/**
 * In the page: lengths of frames and of long tasks over a while.
 * @param {number} forMs
 * @returns {Promise<{ frames: number[], tasks: number[] }>}
 */
function watch(forMs) {
  // This function runs in the page, whose globals the types of Node do not know.
  const { requestAnimationFrame } = /** @type {{ requestAnimationFrame: (draw: (now: number) => void) => number }} */ (
    /** @type {unknown} */ (globalThis)
  );
  return new Promise((settle) => {
    /** @type {number[]} */
    const frames = [];
    /** @type {number[]} */
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
    observer.observe({ entryTypes: [/** @type {never} */ ('longtask')] });
    const start = performance.now();
    let last = start;
    const frame = (/** @type {number} */ now) => {
      frames.push(now - last);
      last = now;
      if (now - start < forMs) requestAnimationFrame(frame);
      else settle({ frames: frames.slice(1), tasks });
    };
    requestAnimationFrame(frame);
  });
}
