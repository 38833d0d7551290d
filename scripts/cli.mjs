// `node scripts/cli.mjs NAME …arguments` runs workers/cli/NAME.ts; `npm run --silent sim -- …` is the same for `sim`.
//
// The module either exports `main(args)`, which gives the exit code (or nothing, for 0), or does its work when loaded,
// with its arguments in process.argv. The output stream belongs to it alone: installing and bundling speak on the
// error stream.
import './node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from './bundle.mjs';
import { requireInstalled, root } from './install.mjs';

const USAGE_ERROR = 2;

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error('Usage: node scripts/cli.mjs NAME [arguments], where workers/cli/NAME.ts is a command.');
  process.exit(USAGE_ERROR);
}
if (!existsSync(join(root, 'workers', 'cli', `${name}.ts`))) {
  console.error(`There is no command "${name}": workers/cli/${name}.ts does not exist.`);
  process.exit(USAGE_ERROR);
}

// `sim … | head` closes the pipe early. That is the reader's right, and no error.
process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code === 'EPIPE') process.exit(0);
  console.error(`The output could not be written: ${error.message}.`);
  process.exit(3);
});

requireInstalled();
const bundle = await bundleForNode(`workers/cli/${name}.ts`);
process.argv = [process.argv[0] ?? 'node', bundle, ...args];
const command = await import(pathToFileURL(bundle).href);
if (typeof command.main === 'function') {
  const code = await command.main(args);
  // Not process.exit: what is still on its way through a pipe would be lost.
  if (typeof code === 'number') process.exitCode = code;
}
