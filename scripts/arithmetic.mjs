// Keeps the document and the engine deterministic where the linter cannot: the same bits on every machine.
//
//   node scripts/arithmetic.mjs [DIRECTORY]
//
// ECMAScript defines the members of Math listed here exactly. Of the others (log, exp, pow, sin, …) and of `**` it only
// asks for an approximation, which differs between engines and versions; Math.random has no seed; and what depends on a
// locale depends on the machine. Tests are free to use them.
import './node-version.mjs';
import { resolve } from 'node:path';
import { root } from './install.mjs';
import { lineAt, readModules, walk } from './modules.mjs';

const FOLDERS = ['workers/scenario', 'workers/engine'];
const TEST = /(\.(test|properties|bench)\.ts|\/testing\/.*)$/;

const EXACT = new Set([
  'abs',
  'ceil',
  'clz32',
  'floor',
  'fround',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'sqrt',
  'trunc',
  'E',
  'LN10',
  'LN2',
  'LOG10E',
  'LOG2E',
  'PI',
  'SQRT1_2',
  'SQRT2',
]);
const LOCALE = /^(toLocale[A-Z]\w*|localeCompare)$/;

/**
 * @typedef {import('./modules.mjs').Node} Node
 * @typedef {{ path: string, line: number, rule: string, message: string }} Breach
 */

/**
 * The name of a member access, `a.b` and `a['b']` alike; undefined when it is computed.
 * @param {Node} node
 */
function memberName(node) {
  const property = node['property'];
  if (!node['computed']) return property?.name;
  return typeof property?.value === 'string' ? property.value : undefined;
}

/** @param {Node | undefined} node */
function isWholeNumber(node) {
  const operand = node?.type === 'UnaryExpression' && node['operator'] === '-' ? node['argument'] : node;
  return operand?.type === 'Literal' && Number.isSafeInteger(operand['value']);
}

/**
 * What is wrong with one node; undefined when nothing is.
 * @param {Node} node
 * @param {Node | undefined} parent
 * @returns {{ rule: string, message: string } | undefined}
 */
function complaint(node, parent) {
  if (node.type === 'Identifier' && node['name'] === 'Math' && parent?.['property'] !== node) {
    const name = parent?.type === 'MemberExpression' && parent['object'] === node ? memberName(parent) : undefined;
    if (name === undefined) {
      return { rule: 'arithmetic/exact', message: 'Write Math.name at the call, so that it can be checked.' };
    }
    if (name === 'random') {
      return {
        rule: 'arithmetic/seeded',
        message: 'Math.random has no seed. Draw from the random stream of the actor.',
      };
    }
    if (!EXACT.has(name)) {
      const message = `Math.${name} is an approximation that differs between machines. Use the exact mathematics in workers/engine/core.`;
      return { rule: 'arithmetic/exact', message };
    }
  }
  if ((node.type === 'BinaryExpression' && node['operator'] === '**') || node['operator'] === '**=') {
    if (isWholeNumber(node['left']) && isWholeNumber(node['right'])) return undefined;
    const message =
      '"**" is an approximation unless both sides are whole numbers written out. Multiply, or use workers/engine/core.';
    return { rule: 'arithmetic/exact', message };
  }
  if (node.type === 'MemberExpression' && LOCALE.test(memberName(node) ?? '')) {
    const message = `${memberName(node)} depends on the machine's language. Compare with < and >, and leave formatting to the page.`;
    return { rule: 'arithmetic/no-locale', message };
  }
  return undefined;
}

/**
 * @param {import('./modules.mjs').Module} module
 * @returns {Breach[]}
 */
function breachesIn({ path, text, program }) {
  /** @type {Breach[]} */
  const breaches = [];
  walk(program, (node, parent) => {
    const found = complaint(node, parent);
    if (found) breaches.push({ path, line: lineAt(text, node.start), ...found });
  });
  return breaches;
}

/**
 * @param {string} directory
 * @returns {Promise<{ modules: number, breaches: Breach[] }>}
 */
export async function checkArithmetic(directory) {
  const modules = (await readModules(directory, FOLDERS)).filter(({ path }) => !TEST.test(path));
  return { modules: modules.length, breaches: modules.flatMap(breachesIn) };
}

if (process.argv[1] === import.meta.filename) {
  const { modules, breaches } = await checkArithmetic(resolve(process.argv[2] ?? root));
  for (const { path, line, rule, message } of breaches) console.error(`${path}:${line}  ${rule}\n  ${message}\n`);
  if (modules === 0) console.error('No module was read, so nothing was checked. Is this the repository?');
  console.log(`arithmetic: ${modules} modules, ${breaches.length} breaches`);
  process.exitCode = breaches.length > 0 || modules === 0 ? 1 : 0;
}
