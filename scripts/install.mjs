// Installs the packages when the checkout has none, or when the lock has changed since they were installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage
 */

/**
 * The packages a lock file lists, without the project itself; none when there is no such file.
 * @param {string} path
 * @returns {Map<string, LockedPackage>}
 */
function lockedPackages(path) {
  try {
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    return new Map(Object.entries(lock.packages ?? {}).filter(([name]) => name !== ''));
  } catch {
    return new Map();
  }
}

/**
 * Whether `node_modules` holds what `package-lock.json` asks for. npm leaves a lock of what it installed inside
 * `node_modules`, so that the two can be compared, and a `npm ci` run by hand counts as well. Optional packages are the
 * binaries of other platforms: they may be missing.
 * @param {string} directory
 * @returns {boolean}
 */
export function isInstalled(directory) {
  const wanted = lockedPackages(join(directory, 'package-lock.json'));
  const present = lockedPackages(join(directory, 'node_modules', '.package-lock.json'));
  if (wanted.size === 0 || present.size === 0) return false;
  for (const [name, { version, integrity, optional }] of wanted) {
    const found = present.get(name);
    if (!found && !optional) return false;
    if (found && (found.version !== version || found.integrity !== integrity)) return false;
  }
  return [...present.keys()].every((name) => wanted.has(name));
}

/**
 * Installs when needed. Everything npm says goes to the error stream: a verb's own output stays its own.
 * @returns {boolean} whether the packages are there now
 */
export function ensureInstalled() {
  if (isInstalled(root)) return true;
  console.error('Installing the packages that package-lock.json lists …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (status !== 0) console.error('npm ci failed; nothing else can run without the packages.');
  return status === 0;
}

/** As `ensureInstalled`, and ends the process when that fails. */
export function requireInstalled() {
  if (!ensureInstalled()) process.exit(1);
}
