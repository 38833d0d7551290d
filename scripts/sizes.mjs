// Compares what dist/ makes a visitor load with its budget, compressed as a server would.
//
//   node scripts/sizes.mjs
//
// A budget whose file is not found fails as well: a limit on nothing would always hold.
import './node-version.mjs';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './install.mjs';

const dist = join(root, 'dist');

/**
 * @typedef {{ file: string, name?: string, imports?: string[], dynamicImports?: string[], css?: string[], isEntry?: boolean, isDynamicEntry?: boolean }} Chunk
 * @typedef {Record<string, Chunk>} Manifest
 * @typedef {{ what: string, limitKb: number, files: string[], mayBeEmpty?: boolean }} Budget
 */

/**
 * The chunk and all it imports statically, each once.
 * @param {Manifest} manifest
 * @param {string} key
 * @param {Set<string>} [seen]
 * @returns {Chunk[]}
 */
function withImports(manifest, key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return [];
  seen.add(key);
  return [chunk, ...(chunk.imports ?? []).flatMap((next) => withImports(manifest, next, seen))];
}

/**
 * A worker's file and the files it imports. The manifest does not list workers, so their imports are read from them.
 * @param {string} file
 * @param {Set<string>} [seen]
 * @returns {string[]}
 */
function workerFiles(file, seen = new Set()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(join(dist, file), 'utf8');
  const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*"(\.\/[^"]+\.js)"/g)].map(([, specifier = '']) =>
    join(dirname(file), specifier),
  );
  return [file, ...imports.flatMap((next) => workerFiles(next, seen))];
}

/**
 * The files that a visitor loads for a lazy chunk, on top of the first page.
 * @param {Manifest} manifest
 * @param {readonly string[]} keys
 * @param {readonly Chunk[]} initial
 * @returns {string[]}
 */
function lazyFiles(manifest, keys, initial) {
  const present = new Set(initial.map(({ file }) => file));
  const chunks = keys.flatMap((key) => withImports(manifest, key));
  return [...new Set(chunks.map(({ file }) => file))].filter((file) => file.endsWith('.js') && !present.has(file));
}

/**
 * Parts of the canvas that come when they are wanted: faces of other families, menus.
 * @param {string} key
 */
function isLaterPart(key) {
  return /^src\/features\/canvas\/(faces|menus)\//.test(key);
}

/** @returns {Budget[]} */
function budgets() {
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? 'index.html';
  const initial = withImports(manifest, entry);
  const lazy = Object.keys(manifest).filter((key) => manifest[key]?.isDynamicEntry);
  const charts = lazy.filter((key) => key.startsWith('src/features/charts/'));
  // React Flow and the canvas: fetched at once, beside the first paint instead of before it.
  const canvas = lazy.filter((key) => key.startsWith('src/features/canvas/') && !isLaterPart(key));
  const drawn = [...initial, ...canvas.flatMap((key) => withImports(manifest, key))];
  const others = lazy.filter((key) => !charts.includes(key) && !canvas.includes(key));
  const assets = readdirSync(join(dist, 'assets')).map((name) => join('assets', name));
  const worker = assets.find((file) => /^simulation\.worker-.*\.js$/.test(basename(file)));
  return [
    // What may be drawn, with the words for every setting of each broker: a document is read before anything else.
    { what: 'initial JavaScript', limitKb: 202, files: initial.map(({ file }) => file) },
    { what: 'initial CSS', limitKb: 22, files: [...new Set(initial.flatMap(({ css }) => css ?? []))] },
    // Kafka, RabbitMQ, SQS and the database are in it, and the sentences that say why a message was lost or came again. It is loaded
    // beside the page, which is drawn before it has come.
    { what: 'simulation worker', limitKb: 180, files: worker ? workerFiles(worker) : [] },
    // With what is said of each edge and node of every broker, and what a consumer that scales shows.
    { what: 'canvas, at once', limitKb: 100, files: lazyFiles(manifest, canvas, initial) },
    { what: 'charts, when shown', limitKb: 130, files: lazyFiles(manifest, charts, initial) },
    ...others.map((key) => {
      const name = manifest[key]?.name ?? key;
      const files = lazyFiles(manifest, [key], isLaterPart(key) ? drawn : initial);
      return { what: `${name}, when used`, limitKb: 60, files, mayBeEmpty: true };
    }),
  ];
}

/** @param {string} file */
function compressedKb(file) {
  return gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / 1024;
}

/**
 * Prints the table.
 * @returns {boolean} whether every budget holds
 */
export function checkSizes() {
  if (!existsSync(join(dist, '.vite', 'manifest.json'))) {
    console.error('There is no build to measure. Run "npm run build" first.');
    return false;
  }
  let holds = true;
  for (const { what, limitKb, files, mayBeEmpty = false } of budgets()) {
    const kb = files.reduce((sum, file) => sum + compressedKb(file), 0);
    const verdict = files.length === 0 && !mayBeEmpty ? 'NOT FOUND in the build' : kb > limitKb ? 'TOO LARGE' : 'ok';
    if (verdict !== 'ok') holds = false;
    console.log(
      `${what.padEnd(28)} ${kb.toFixed(1).padStart(7)} KB gz of ${String(limitKb).padStart(3)}  ` +
        `${String(files.length).padStart(2)} ${files.length === 1 ? 'file ' : 'files'}  ${verdict}`,
    );
  }
  return holds;
}

if (process.argv[1] === import.meta.filename) process.exitCode = checkSizes() ? 0 : 1;
