// Reads the modules of the project as syntax trees: what the checkers of imports, arithmetic and size have in common.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { filesUnder } from './fingerprint.mjs';

/**
 * @typedef {{ type: string, start: number, end: number, [key: string]: any }} Node a node of the tree, as ESTree has it
 * @typedef {object} Module
 * @property {string} path relative to the directory that was read, with slashes
 * @property {string} text
 * @property {Node} program
 * @property {readonly Reference[]} references
 * @typedef {object} Reference one place where a module names another
 * @property {string} specifier as written
 * @property {'value' | 'type' | 'url'} kind `url` is `new URL(specifier, import.meta.url)`, which starts a worker
 * @property {number} start offset in the text
 */

const MODULE = /\.(ts|tsx|mts|mjs|js|jsx)$/;

/**
 * All modules under the folders, parsed. Declaration files are left out: they hold no code.
 * @param {string} directory the repository, or a copy of it
 * @param {readonly string[]} folders
 * @returns {Promise<Module[]>}
 */
export async function readModules(directory, folders) {
  const { parseSync } = await import('vite');
  return folders
    .flatMap((folder) => filesUnder(join(directory, folder)))
    .filter((file) => MODULE.test(file) && !file.endsWith('.d.ts'))
    .map((file) => {
      const path = relative(directory, file).split(sep).join('/');
      const text = readFileSync(file, 'utf8');
      const { program, errors } = parseSync(file, text, { preserveParens: false });
      if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
      const tree = /** @type {Node} */ (/** @type {unknown} */ (program));
      return { path, text, program: tree, references: referencesOf(tree) };
    });
}

/**
 * Calls `visit` for every node of the tree, parents first.
 * @param {unknown} value
 * @param {(node: Node, parent: Node | undefined) => void} visit
 * @param {Node} [parent]
 */
export function walk(value, visit, parent) {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit, parent);
    return;
  }
  if (value === null || typeof value !== 'object' || !('type' in value) || typeof value.type !== 'string') return;
  const node = /** @type {Node} */ (value);
  visit(node, parent);
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (child !== null && typeof child === 'object') walk(child, visit, node);
  }
}

/**
 * The line of an offset, from 1.
 * @param {string} text
 * @param {number} offset
 */
export function lineAt(text, offset) {
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; index = text.indexOf('\n', index + 1)) line += 1;
  return line;
}

/**
 * Where a relative specifier leads, relative to the same directory as the module's path; a query (`?worker`) is cut off.
 * @param {string} from path of the module
 * @param {string} specifier
 */
export function resolveRelative(from, specifier) {
  const bare = specifier.replace(/\?.*$/, '');
  return join(dirname(from), bare).split(sep).join('/');
}

/**
 * @param {Node} program
 * @returns {Reference[]}
 */
function referencesOf(program) {
  /** @type {Reference[]} */
  const found = [];
  walk(program, (node) => {
    const reference = referenceOf(node);
    if (reference) found.push({ ...reference, start: node.start });
  });
  return found;
}

/**
 * @param {Node} node
 * @returns {Pick<Reference, 'specifier' | 'kind'> | undefined}
 */
function referenceOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
      return literal(node['source'], node['importKind'] === 'type' ? 'type' : 'value');
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return literal(node['source'], node['exportKind'] === 'type' ? 'type' : 'value');
    case 'ImportExpression':
      return literal(node['source'], 'value');
    case 'TSImportType':
      return literal(node['source'] ?? node['argument'], 'type');
    case 'TSExternalModuleReference':
      return literal(node['expression'], 'value');
    case 'NewExpression':
      return isModuleUrl(node) ? literal(node['arguments'][0], 'url') : undefined;
    case 'CallExpression':
      return isGlobImport(node) ? literal(node['arguments'][0], 'value') : undefined;
    default:
      return undefined;
  }
}

/**
 * @param {Node | null | undefined} node
 * @param {Reference['kind']} kind
 */
function literal(node, kind) {
  const value = node?.type === 'TSLiteralType' ? node['literal']?.value : node?.['value'];
  return typeof value === 'string' ? { specifier: value, kind } : undefined;
}

/** @param {Node | undefined} node */
function isImportMeta(node) {
  return node?.type === 'MetaProperty' && node['meta']?.name === 'import';
}

/** @param {Node} node */
function isModuleUrl(node) {
  const base = node['arguments']?.[1];
  return node['callee']?.name === 'URL' && base?.type === 'MemberExpression' && isImportMeta(base['object']);
}

/** @param {Node} node */
function isGlobImport(node) {
  const callee = node['callee'];
  return callee?.type === 'MemberExpression' && isImportMeta(callee['object']) && callee['property']?.name === 'glob';
}
