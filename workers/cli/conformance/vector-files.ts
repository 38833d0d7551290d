/** Finds and reads vector files. Nothing here throws for a bad path or a bad file: it comes back as unreadable. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Content } from './cases.ts';

export type VectorFile =
  | { readonly path: string; readonly content: Content }
  | { readonly path: string; readonly unreadable: string };

/**
 * The files that the paths name, folders with all `.json` files below them in the order of their names, each file once.
 * Hidden folders and `node_modules` are passed over. Each file is read when it is asked for.
 *
 * @param base where relative paths start
 */
export function* vectorFiles(paths: readonly string[], base: string): Iterable<VectorFile> {
  const seen = new Set<string>();
  for (const path of paths) {
    for (const found of below(path, base)) {
      const absolute = resolve(base, found.path);
      if (seen.has(absolute)) continue;
      seen.add(absolute);
      yield found.unreadable === undefined
        ? readVectors(found.path, absolute)
        : { ...found, unreadable: found.unreadable };
    }
  }
}

interface Found {
  readonly path: string;
  readonly unreadable?: string;
}

function* below(path: string, base: string): Iterable<Found> {
  let isFolder: boolean;
  let entries: readonly string[] = [];
  try {
    isFolder = statSync(resolve(base, path)).isDirectory();
    if (isFolder) entries = folderEntries(resolve(base, path));
  } catch (error) {
    yield { path, unreadable: `It cannot be read: ${messageOf(error)}` };
    return;
  }
  if (!isFolder) yield { path };
  for (const entry of entries) yield* below(join(path, entry), base);
}

/** Folders and `.json` files; a link to a folder is not followed, so that a circle of links ends. */
function folderEntries(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) =>
      entry.isDirectory()
        ? !entry.name.startsWith('.') && entry.name !== 'node_modules'
        : entry.name.endsWith('.json') && isFile(join(folder, entry.name)),
    )
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** A link that leads nowhere is taken for a file, so that its reading says so. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

function readVectors(path: string, absolute: string): VectorFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(absolute, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'It is not JSON' : 'It cannot be read';
    return { path, unreadable: `${why}: ${messageOf(error)}` };
  }
  if (!isContent(parsed)) return { path, unreadable: 'It names no format.' };
  return { path, content: parsed };
}

function isContent(parsed: unknown): parsed is Content {
  return typeof parsed === 'object' && parsed !== null && 'format' in parsed && typeof parsed.format === 'string';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
