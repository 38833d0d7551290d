// `npm run build`: the page into dist/. The other verbs call `buildIfStale`.
import './node-version.mjs';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { requireInstalled, root } from './install.mjs';

const SOURCES = ['src', 'workers', 'public', 'index.html', 'vite.config.ts', 'package.json', 'package-lock.json'];
const stampFile = join(root, '.cache', 'build-stamp');

/**
 * Builds the page, always.
 * @param {{ logLevel?: import('vite').LogLevel }} [options]
 */
export async function buildPage({ logLevel = 'info' } = {}) {
  const { build } = await import('vite');
  // Taken before the build, so that an edit during it makes the result stale.
  const stamp = fingerprint(SOURCES);
  rmSync(stampFile, { force: true });
  try {
    await build({ root, logLevel });
  } catch (error) {
    // The page of an earlier build must not be served, or tested, as if it were this one.
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    throw error;
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/**
 * Builds the page unless dist/ was built from the sources as they are now.
 * @returns {Promise<boolean>} whether it built
 */
export async function buildIfStale() {
  const built = existsSync(stampFile) && existsSync(join(root, 'dist', 'index.html'));
  if (built && readFileSync(stampFile, 'utf8') === fingerprint(SOURCES)) return false;
  await buildPage({ logLevel: 'warn' });
  return true;
}

if (process.argv[1] === import.meta.filename) {
  requireInstalled();
  await buildPage();
}
