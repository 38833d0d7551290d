// Keeps functions and files short: 60 lines a function in workers/, 120 in src/ (a component), 400 lines a file.
//
//   node scripts/ratchet.mjs [DIRECTORY]
//   node scripts/ratchet.mjs --tighten     writes ratchet.json anew where things have become shorter, and only there
//
// What is longer today is listed in ratchet.json with its length. A listed length may fall and never rise.
import './node-version.mjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './install.mjs';
import { readModules, walk } from './modules.mjs';

const FILE_LIMIT = 400;
const FUNCTION_LIMITS = [
  { folder: 'workers/', limit: 60 },
  { folder: 'src/', limit: 120 },
  { folder: 'scripts/', limit: 60 },
];
const FOLDERS = ['workers', 'src', 'scripts'];
const TEST = /(\.(test|properties|bench)\.(tsx?|mjs)|\/testing\/.*)$/;
const FUNCTION = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/**
 * @typedef {import('./modules.mjs').Node} Node
 * @typedef {Record<string, number>} Lengths by `path` for a file, and by `path#name` for a function
 */

/**
 * @param {string} text
 * @param {Node} node
 */
function lineCount(text, node) {
  return text.slice(node.start, node.end).split('\n').length;
}

/**
 * The name a person would call the function by: its own, or that of the variable, property or call it is given to.
 * @param {Node} node
 * @param {Node | undefined} parent
 * @returns {string}
 */
function nameOf(node, parent) {
  const named = node['id']?.name ?? parent?.['id']?.name ?? parent?.['key']?.name ?? parent?.['left']?.name;
  if (named) return named;
  const callee = parent?.['callee']?.name ?? parent?.['callee']?.property?.name;
  return callee ? `${callee}(…)` : 'anonymous';
}

/**
 * Everything that is longer than its limit.
 * @param {string} directory
 * @returns {Promise<{ modules: number, lengths: Lengths, limits: Lengths }>}
 */
async function measure(directory) {
  const modules = (await readModules(directory, FOLDERS)).filter(({ path }) => !TEST.test(path));
  /** @type {Lengths} */
  const lengths = {};
  /** @type {Lengths} */
  const limits = {};
  /** @type {(key: string, length: number, limit: number) => void} */
  const note = (key, length, limit) => {
    if (length <= limit) return;
    lengths[key] = Math.max(length, lengths[key] ?? 0);
    limits[key] = limit;
  };
  for (const { path, text, program } of modules) {
    note(path, text.trimEnd().split('\n').length, FILE_LIMIT);
    const limit = FUNCTION_LIMITS.find(({ folder }) => path.startsWith(folder))?.limit ?? Infinity;
    walk(program, (node, parent) => {
      if (FUNCTION.has(node.type)) note(`${path}#${nameOf(node, parent)}`, lineCount(text, node), limit);
    });
  }
  return { modules: modules.length, lengths, limits };
}

/**
 * @param {string} directory
 * @returns {Lengths}
 */
function listed(directory) {
  const file = join(directory, 'ratchet.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/**
 * @param {string} directory
 * @returns {Promise<{ modules: number, listed: number, complaints: string[] }>}
 */
export async function checkRatchet(directory) {
  const { modules, lengths, limits } = await measure(directory);
  const allowed = listed(directory);
  const complaints = [];
  for (const [key, length] of Object.entries(lengths)) {
    const known = allowed[key];
    if (known === undefined) complaints.push(`${key} has ${length} lines; the limit is ${limits[key]}. Split it.`);
    else if (length > known) complaints.push(`${key} has grown from ${known} to ${length} lines; it may only shrink.`);
    else if (length < known)
      complaints.push(`${key} has shrunk from ${known} to ${length} lines. Run "node scripts/ratchet.mjs --tighten".`);
  }
  for (const key of Object.keys(allowed)) {
    if (!(key in lengths)) complaints.push(`${key} is within its limit now. Run "node scripts/ratchet.mjs --tighten".`);
  }
  return { modules, listed: Object.keys(allowed).length, complaints };
}

/**
 * Writes down what has become shorter. It adds nothing: a new exceeder is listed by hand, in a commit that says why.
 * @param {string} directory
 */
async function tighten(directory) {
  const { lengths } = await measure(directory);
  const kept = Object.entries(listed(directory)).flatMap(([key, known]) => {
    const length = lengths[key];
    return length === undefined ? [] : [[key, Math.min(length, known)]];
  });
  writeFileSync(join(directory, 'ratchet.json'), `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const argument = process.argv[2];
  if (argument === '--tighten') await tighten(root);
  const directory = argument === undefined || argument.startsWith('--') ? root : resolve(argument);
  const { modules, listed: count, complaints } = await checkRatchet(directory);
  for (const complaint of complaints) console.error(complaint);
  if (modules === 0) console.error('No module was read, so nothing was checked. Is this the repository?');
  console.log(`ratchet: ${modules} modules, ${count} listed exceeders, ${complaints.length} complaints`);
  process.exitCode = complaints.length > 0 || modules === 0 ? 1 : 0;
}
