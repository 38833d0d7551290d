// Bundles one TypeScript entry into one file that Node can run: Node 20 does not read TypeScript.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { root } from './install.mjs';

const SOURCES = ['workers', 'bench', 'vite.config.ts', 'package.json', 'package-lock.json'];
const directory = join(root, '.cache', 'node');

/**
 * The file made of the entry; made anew only when a source has changed. Its name carries the fingerprint of the sources
 * and it is put in place by renaming, so that two runs at once do not disturb each other.
 * @param {string} entry relative to the repository
 * @returns {Promise<string>} an absolute path
 */
export async function bundleForNode(entry) {
  const name = entry.replace(/\.ts$/, '').replaceAll(/[^a-z0-9]+/gi, '-');
  const target = join(directory, `${name}.${fingerprint(SOURCES)}.mjs`);
  if (existsSync(target)) return target;

  mkdirSync(directory, { recursive: true });
  const scratch = mkdtempSync(join(directory, 'making-'));
  try {
    await bundleInto(entry, scratch);
    for (const old of readdirSync(directory)) {
      if (old.startsWith(`${name}.`)) rmSync(join(directory, old), { force: true });
    }
    renameSync(join(scratch, 'bundle.mjs'), target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return target;
}

/**
 * @param {string} entry
 * @param {string} outDir
 */
async function bundleInto(entry, outDir) {
  const { build } = await import('vite');
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    publicDir: false,
    logLevel: 'warn', // Warnings and errors go to the error stream, everything else would go to the output.
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      target: 'node20',
      manifest: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'bundle.mjs', codeSplitting: false } },
    },
  });
}
