// Holds the import table of ARCHITECTURE.md: which room may import which, and which packages.
//
//   node scripts/boundaries.mjs [DIRECTORY]
//
// The compiler's worlds leak (references are transitive, and any installed package resolves), so this checker reads
// every import itself: type imports, re-exports, dynamic imports, globs, and workers started by URL.
import './node-version.mjs';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { lineAt, readModules, resolveRelative } from './modules.mjs';
import { root } from './install.mjs';

/**
 * @typedef {object} Room one line of the table
 * @property {readonly string[]} rooms what it may import besides itself; `features` stands for every feature
 * @property {readonly string[]} [types] rooms of which it may import types only
 * @property {readonly string[]} [urls] rooms whose modules it may start as workers by URL, and never import
 * @property {readonly string[]} packages
 * @property {boolean} [node] whether Node's own modules are allowed
 * @property {string} mend what to do instead of a forbidden import
 */

const COMPONENTS = ['react', 'react-dom', '@mantine/core', '@mantine/hooks', '@tabler/icons-react'];
const WORKER_ROOMS = ['workers/scenario', 'workers/engine', 'workers/experiments', 'workers/protocol', 'workers/host'];

/** What every feature may use; its own library comes on top, from FEATURE_PACKAGES. */
const FEATURE = {
  rooms: ['src/ui', 'src/icons', 'src/document', 'src/simulation', 'workers/scenario', 'workers/protocol'],
  packages: [...COMPONENTS, '@mantine/notifications', '@mantine/spotlight', 'zustand'],
  mend:
    'Features do not know each other and do not know the engine. Pass it through the document or the simulation ' +
    'client, move a part without domain words to src/ui, or let src/app join the two features.',
};

/** @type {Readonly<Record<string, readonly string[]>>} */
const FEATURE_PACKAGES = {
  canvas: ['@xyflow/react', '@dagrejs/dagre', 'html-to-image'],
  charts: ['recharts', 'uplot'],
  checks: ['@tanstack/react-virtual'],
  gallery: ['idb-keyval'],
  messages: ['@tanstack/react-virtual'],
  outline: ['@tanstack/react-virtual'],
  sharing: ['html-to-image', 'idb-keyval'],
  trace: ['@tanstack/react-virtual'],
};

/** @type {Readonly<Record<string, Room>>} */
const TABLE = {
  'workers/scenario': {
    rooms: [],
    packages: ['valibot'],
    mend: 'The document stands alone and needs no host. What simulates belongs to workers/engine.',
  },
  'workers/engine': {
    rooms: ['workers/scenario'],
    packages: [],
    mend: 'The engine is pure: it knows the document and nothing else. Give it what it needs as an argument.',
  },
  'workers/protocol': {
    rooms: ['workers/scenario'],
    types: ['workers/engine'],
    packages: [],
    mend: 'The protocol describes what crosses the thread. Of the engine it may name types, with "import type".',
  },
  'workers/experiments': {
    rooms: ['workers/engine', 'workers/scenario'],
    packages: [],
    mend: 'Experiments run many engines and know no canvas, thread or host. Give them what they need as an argument.',
  },
  'workers/host': {
    rooms: ['workers/protocol', 'workers/experiments', 'workers/engine', 'workers/scenario'],
    packages: ['comlink'],
    mend: 'The host joins engine and thread. What is not about that belongs to a room below it.',
  },
  'workers/cli': {
    rooms: WORKER_ROOMS,
    packages: ['valibot', '@valibot/to-json-schema'],
    node: true,
    mend: 'The command line sees everything in workers/ and nothing of the page.',
  },
  'src/document': {
    rooms: ['workers/scenario'],
    // The browser's store for what is saved, and the layout library, which is loaded when it is first used.
    packages: ['zustand', 'zundo', 'idb-keyval', '@dagrejs/dagre'],
    mend: 'The open document is a store over the scenario. What shows it belongs to a feature, what runs it to src/simulation.',
  },
  'src/simulation': {
    rooms: ['workers/protocol', 'workers/scenario'],
    urls: ['workers/host'],
    packages: ['comlink', 'zustand'],
    mend: 'Start a worker with new Worker(new URL(…, import.meta.url)) and speak to it in the types of workers/protocol.',
  },
  'src/ui': {
    rooms: [],
    packages: COMPONENTS,
    mend: 'The parts in src/ui know no domain word. Pass it as a property, or move the part into its feature.',
  },
  'src/icons': {
    rooms: ['src/ui', 'workers/scenario', 'workers/protocol'],
    packages: ['react', '@tabler/icons-react'],
    mend: 'What stands for what, in tables that several features show. Anything that draws belongs to a feature.',
  },
  'src/app': {
    rooms: ['src/ui', 'src/document', 'src/simulation', 'features'],
    packages: [...COMPONENTS, '@mantine/notifications', '@mantine/spotlight', 'react-resizable-panels', 'zustand'],
    mend: 'The shell joins what src/ offers. What reads a scenario or a frame belongs to the document or to a feature.',
  },
  e2e: {
    rooms: ['workers/scenario', 'workers/protocol'],
    packages: ['@playwright/test', '@axe-core/playwright', 'fast-check'],
    node: true,
    mend: 'An end-to-end test sees what a person sees, and may read a scenario to make a share link.',
  },
  bench: {
    rooms: WORKER_ROOMS,
    // What is measured against.
    packages: ['simjs'],
    node: true,
    mend: 'A bench measures what is in workers/.',
  },
};

/** Rooms with one door: values leave them only through these modules. A type has no behaviour and needs no door. */
const DOORS = [
  {
    room: /^workers\/engine$/,
    door: /^workers\/engine\/engine\.ts$/,
    // Brokers' recorded answers are about single parts (a hash, an assignor), which the door does not show.
    // A bench measures single parts too, and reads a run as its tests do.
    opener: /^(workers\/cli\/conformance|bench)\//,
    mend: 'workers/engine/engine.ts is the only door of the engine. Export it there.',
  },
  {
    room: /^src\/features\//,
    door: /^src\/features\/[^/]+\/index\.tsx?$/,
    mend: 'A feature is entered through its index.ts. Export it there.',
  },
];

/** Words are no code: a page may show the text that a room is described by. */
const WORDS = /\.md$/;
const TEST = /(\.(test|properties|bench)\.tsx?|\/testing\/.*)$/;
const NO_SUBJECT = /(^|\/)(utils?|helpers?|common|misc)(\/|\.[a-z]+$)/;
const FOLDERS = ['workers', 'src', 'e2e', 'bench'];

/**
 * @typedef {{ path: string, line: number, rule: string, message: string }} Breach
 */

/**
 * The room of a path: one of the table's, `src/features/NAME`, or undefined.
 * @param {string} path
 */
function roomOf(path) {
  const feature = /^src\/features\/[^/]+(?=\/)/.exec(path)?.[0];
  return feature ?? Object.keys(TABLE).find((room) => path.startsWith(`${room}/`));
}

/**
 * @param {string} room
 * @returns {Room}
 */
function rulesOf(room) {
  const rules = TABLE[room];
  if (rules) return rules;
  const own = FEATURE_PACKAGES[room.slice('src/features/'.length)] ?? [];
  return { ...FEATURE, packages: [...FEATURE.packages, ...own] };
}

/**
 * The package of a bare specifier: `@mantine/core` of `@mantine/core/styles.css`.
 * @param {string} specifier
 */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Why a package may not be imported here; undefined when it may.
 * @param {string} room
 * @param {string} specifier
 */
function forbiddenPackage(room, specifier) {
  const rules = rulesOf(room);
  if (isBuiltin(specifier)) {
    return rules.node ? undefined : `${room} runs without Node and may not import "${specifier}". ${rules.mend}`;
  }
  const name = packageOf(specifier);
  if (rules.packages.includes(name)) return undefined;
  const allowed = rules.packages.length > 0 ? rules.packages.join(', ') : 'none';
  return `${room} may not import the package "${name}" (allowed there: ${allowed}). ${rules.mend}`;
}

/**
 * Why a module may not name one of another room; undefined when it may.
 * @param {string} room
 * @param {string} path of the module that names
 * @param {string} target path of the module named
 * @param {import('./modules.mjs').Reference['kind']} kind
 */
function forbiddenModule(room, path, target, kind) {
  const rules = rulesOf(room);
  const targetRoom = roomOf(target);
  if (targetRoom === room || WORDS.test(target)) return undefined;
  if (targetRoom === undefined) return `"${target}" is in no room of the import table. ${rules.mend}`;
  if (kind === 'url' && rules.urls?.includes(targetRoom)) return undefined;

  const group = targetRoom.startsWith('src/features/') ? 'features' : targetRoom;
  const whole = rules.rooms.includes(group);
  if (!whole && !rules.types?.includes(targetRoom)) return `${room} may not import ${targetRoom}. ${rules.mend}`;
  if (!whole && kind !== 'type') return `${room} may import only types of ${targetRoom}. ${rules.mend}`;
  const door = DOORS.find((entry) => entry.room.test(targetRoom));
  if (kind !== 'value' || door === undefined || door.opener?.test(path)) return undefined;
  return door.door.test(target) ? undefined : door.mend;
}

/**
 * Tests may use any test library and look into any room on their side of the border; only the border itself holds.
 * @param {string} path
 * @param {string} target
 */
function forbiddenForTest(path, target) {
  if (path.startsWith('workers/') && target.startsWith('src/')) {
    return 'Nothing in workers/ knows the page, its tests neither. Test it from src/.';
  }
  return undefined;
}

/**
 * @param {import('./modules.mjs').Module} module
 * @returns {Breach[]}
 */
function breachesIn({ path, text, references }) {
  const room = roomOf(path);
  /** @type {Breach[]} */
  const breaches = [];
  if (NO_SUBJECT.test(path)) {
    const message =
      'A name without a subject gathers everything. Put the function beside its caller, or name the file for its subject.';
    breaches.push({ path, line: 1, rule: 'boundaries/named-for-its-subject', message });
  }
  if (room === undefined) {
    const message =
      'This file is in no room of the import table. Move it into one, or add a line to scripts/boundaries.mjs.';
    return [...breaches, { path, line: 1, rule: 'boundaries/room', message }];
  }
  for (const { specifier, kind, start } of references) {
    const line = lineAt(text, start);
    if (/^\.{0,2}\//.test(specifier)) {
      const target = specifier.startsWith('/') ? specifier.slice(1) : resolveRelative(path, specifier);
      const message = TEST.test(path) ? forbiddenForTest(path, target) : forbiddenModule(room, path, target, kind);
      if (message) breaches.push({ path, line, rule: `boundaries/${room}`, message });
    } else if (!TEST.test(path)) {
      const message = forbiddenPackage(room, specifier);
      if (message) breaches.push({ path, line, rule: `boundaries/${room}`, message });
    }
  }
  return breaches;
}

/**
 * @param {string} directory
 * @returns {Promise<{ modules: number, references: number, breaches: Breach[] }>}
 */
export async function checkBoundaries(directory) {
  const modules = await readModules(directory, FOLDERS);
  return {
    modules: modules.length,
    references: modules.reduce((sum, module) => sum + module.references.length, 0),
    breaches: modules.flatMap(breachesIn),
  };
}

if (process.argv[1] === import.meta.filename) {
  const { modules, references, breaches } = await checkBoundaries(resolve(process.argv[2] ?? root));
  for (const { path, line, rule, message } of breaches) console.error(`${path}:${line}  ${rule}\n  ${message}\n`);
  if (modules === 0) console.error('No module was read, so nothing was checked. Is this the repository?');
  console.log(`boundaries: ${modules} modules, ${references} imports, ${breaches.length} breaches`);
  process.exitCode = breaches.length > 0 || modules === 0 ? 1 : 0;
}
