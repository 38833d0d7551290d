// Finds a Chromium for the end-to-end tests, or provides one. It needs only playwright-core and says every step it
// tries. The order is by cost: what is there already, then a package from npm (no root, no download site), then
// Playwright's own download, then the system's package manager.
//
//   node scripts/browser.mjs                     prints what it found as JSON
//   BROWSER_STEPS=npm node scripts/browser.mjs   tries only these steps (to test one)
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {{ path: string, env?: Record<string, string | undefined> }} Browser where it is, and what it needs set
 * @typedef {Browser & { how: string }} FoundBrowser with the step that found it
 */

const root = resolve(import.meta.dirname, '..');
const cache = join(root, '.cache', 'browser');
const packageDirectory = join(root, 'tools', 'browser');
const requireHere = createRequire(join(root, 'package.json'));

/** For every launch: containers and root have no sandbox, and nothing may be fetched in the background. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const SYSTEM_NAMES = [
  'chromium',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
  'chromium-browser',
];
const SYSTEM_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  join(process.env['PROGRAMFILES'] ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
  join(process.env['PROGRAMFILES(X86)'] ?? '', 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
];

const startMs = performance.now();

/** @param {string} message */
function log(message) {
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  process.stderr.write(`[browser +${seconds}s] ${message}\n`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    timeout: 180_000,
    shell: process.platform === 'win32',
    ...options,
    encoding: 'utf8',
  });
  return { ok: result.status === 0, stdout: result.stdout ?? '', stderr: result.stderr ?? String(result.error ?? '') };
}

/**
 * The first directory of PATH that holds the name.
 * @param {string} name
 * @returns {string | undefined}
 */
function which(name) {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether Playwright can really drive a page in it. Nothing less is enough: Ubuntu's chromium-browser is a stub for a
 * snap, a binary may lack libraries, and `--dump-dom` hangs on stripped builds.
 * @param {string | undefined} path
 * @param {Record<string, string | undefined>} [env]
 * @returns {Promise<boolean>}
 */
async function works(path, env = {}) {
  if (!path || !isExecutable(path)) return false;
  const { chromium } = requireHere('playwright-core');
  let browser;
  try {
    browser = await chromium.launch({
      executablePath: path,
      args: CHROMIUM_ARGS,
      timeout: 20_000,
      env: { ...process.env, ...env },
    });
    const page = await browser.newPage();
    await page.setContent('<p id="probe"></p>');
    return (await page.locator('#probe').count()) === 1;
  } catch (error) {
    const lines = String(error instanceof Error ? error.message : error).split('\n');
    const reason = lines.find((line) => /error while loading|rror|closed/.test(line)) ?? lines[0] ?? '';
    log(`${path}: ${reason.trim().slice(0, 160)}`);
    return false;
  } finally {
    await browser?.close();
  }
}

/** @returns {Promise<Browser | undefined>} the browser named by the environment; a broken one is an error, not a hint */
async function fromEnvironment() {
  const path = process.env['PLAYWRIGHT_CHROMIUM_PATH'];
  if (!path) return undefined;
  if (await works(path)) return { path };
  throw new Error(`PLAYWRIGHT_CHROMIUM_PATH is ${path}, and that browser does not start.`);
}

/** @returns {Promise<Browser | undefined>} */
async function fromSystem() {
  for (const path of [...SYSTEM_NAMES.map(which), ...SYSTEM_PATHS]) {
    if (path && (await works(path))) return { path };
  }
  return undefined;
}

/** @returns {Promise<Browser | undefined>} what `playwright install` left on this machine */
async function fromPlaywrightCache() {
  let path;
  try {
    path = requireHere('playwright-core').chromium.executablePath();
  } catch {
    return undefined; // Playwright has no build for this platform.
  }
  return (await works(path)) ? { path } : undefined;
}

/** @returns {Promise<Browser | undefined>} a Chromium that comes as an npm package: linux x64 only, headless only */
async function fromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  if (!existsSync(join(packageDirectory, 'node_modules', '@sparticuz', 'chromium', 'package.json'))) {
    log('npm ci in tools/browser');
    const { ok, stderr } = run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: packageDirectory });
    if (!ok) {
      log(stderr.slice(-400));
      return undefined;
    }
  }
  const unpacked = unpackNpmChromium();
  if (!unpacked) return undefined;
  if (await works(unpacked.path)) return { path: unpacked.path };
  // A bare Debian has no libnss3 and no libexpat: use the ones that came with the package.
  const env = { LD_LIBRARY_PATH: unpacked.libraries, FONTCONFIG_PATH: unpacked.fonts };
  return (await works(unpacked.path, env)) ? { path: unpacked.path, env } : undefined;
}

/**
 * Unpacks the package's binary (196 MB) into .cache. In a process of its own, because the package reads and writes
 * environment variables: it unpacks its libraries only where it believes itself on AWS Lambda, and it takes its
 * directory from TMPDIR.
 * @returns {{ path: string, libraries?: string, fonts?: string } | undefined}
 */
function unpackNpmChromium() {
  mkdirSync(cache, { recursive: true });
  const entry = createRequire(join(packageDirectory, 'package.json')).resolve('@sparticuz/chromium');
  const program = `
    const { default: chromium } = await import(${JSON.stringify(pathToFileURL(entry).href)});
    const path = await chromium.executablePath();
    const { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: fonts } = process.env;
    process.stdout.write(JSON.stringify({ path, libraries, fonts }));
  `;
  const { ok, stdout, stderr } = run(process.execPath, ['--input-type=module', '-e', program], {
    env: {
      ...process.env,
      TMPDIR: cache,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      LD_LIBRARY_PATH: undefined,
    },
  });
  if (ok) return JSON.parse(stdout);
  log(stderr.slice(-400));
  return undefined;
}

/** @returns {Promise<Browser | undefined>} */
async function fromPlaywrightDownload() {
  const playwright = join(root, 'node_modules', 'playwright', 'cli.js');
  const { ok, stderr } = run(process.execPath, [playwright, 'install', 'chromium-headless-shell'], { shell: false });
  if (ok) return fromPlaywrightCache();
  log(/Error: .*/.exec(stderr)?.[0] ?? 'playwright install failed');
  return undefined;
}

/** @returns {Promise<Browser | undefined>} Debian's own package, where this process may install it */
async function fromApt() {
  if (!which('apt-get') || !/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))) return undefined;
  const prefix = rootPrefix();
  if (!prefix) return undefined;
  /** @param {string[]} args */
  const apt = (...args) => {
    const [command = 'apt-get', ...rest] = [...prefix, 'apt-get', ...args];
    return run(command, rest, { timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  apt('update', '-qq');
  const { ok, stderr } = apt('install', '-y', '--no-install-recommends', 'chromium');
  if (ok) return fromSystem();
  log(stderr.slice(-400));
  return undefined;
}

/** @returns {string[] | undefined} what to put before a command that needs root; undefined when there is no way */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return run('sudo', ['-n', 'true']).ok ? ['sudo', '-n'] : undefined;
}

/** @type {Record<string, () => Promise<Browser | undefined>>} */
const STEPS = {
  env: fromEnvironment,
  system: fromSystem,
  playwright: fromPlaywrightCache,
  npm: fromNpm,
  download: fromPlaywrightDownload,
  apt: fromApt,
};

/**
 * A browser that has been seen working.
 * @returns {Promise<FoundBrowser>}
 */
export async function findBrowser() {
  const only = process.env['BROWSER_STEPS']?.split(',');
  for (const [how, step] of Object.entries(STEPS)) {
    if (only && !only.includes(how)) continue;
    log(`trying: ${how}`);
    const browser = await step();
    if (browser) {
      log(`using ${browser.path} (${how})`);
      return { ...browser, how };
    }
  }
  throw new Error(
    'No Chromium was found and none could be installed. Install one (Debian: apt-get install chromium) or set ' +
      'PLAYWRIGHT_CHROMIUM_PATH. The end-to-end tests are not skipped.',
  );
}

if (process.argv[1] === import.meta.filename) {
  try {
    console.log(JSON.stringify(await findBrowser()));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
