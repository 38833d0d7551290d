/**
 * The person's own scenarios in this browser: one record each, with earlier versions beside it.
 *
 * Records are read back through the same validator as links: what an older or newer program wrote is brought up to date
 * or told apart, never trusted.
 */
import type { Scenario } from '../../workers/scenario/document.ts';
import { understood } from './judge.ts';
import { storage } from './storage.ts';

export interface SavedScenario {
  readonly id: string;
  readonly title: string;
  readonly savedAt: number;
  readonly nodes: number;
}

export interface SavedVersion {
  readonly savedAt: number;
  /** Why it was kept, e.g. "Before restart". */
  readonly label: string;
  readonly nodes: number;
}

/** What is stored. `revision` counts the writes, so that a tab sees that another one has written since. */
interface StoredScenario {
  readonly scenario: Scenario;
  readonly savedAt: number;
  readonly revision: number;
}

interface StoredVersion {
  readonly scenario: Scenario;
  readonly savedAt: number;
  readonly label: string;
}

/** Versions kept of one scenario; the oldest go first. */
const VERSIONS_KEPT = 40;

const recordKey = (id: string) => `scenario:${id}`;
const versionsKey = (id: string) => `versions:${id}`;
const LAST_OPEN = 'last-open';

function isStored(value: unknown): value is StoredScenario {
  return typeof value === 'object' && value !== null && 'scenario' in value && 'savedAt' in value;
}

function storedVersions(value: unknown): readonly StoredVersion[] {
  return Array.isArray(value) ? (value as readonly StoredVersion[]).filter(isStored) : [];
}

/** Newest first. Rejects when the browser's storage cannot be read. */
export async function listSaved(): Promise<readonly SavedScenario[]> {
  const records = await storage().entries('scenario:');
  const list = records.flatMap(([key, value]) => {
    if (!isStored(value)) return [];
    const { title, nodes } = value.scenario;
    return [{ id: key.slice('scenario:'.length), title, savedAt: value.savedAt, nodes: nodes.length }];
  });
  return list.sort((a, b) => b.savedAt - a.savedAt || (a.id < b.id ? -1 : 1));
}

/** The stored scenario, or null when it is not there or cannot be understood any more. */
export async function readSaved(
  id: string,
): Promise<{ readonly scenario: Scenario; readonly revision: number } | null> {
  const value = await storage().get(recordKey(id));
  if (!isStored(value)) return null;
  const scenario = await understood(value.scenario);
  return scenario === null ? null : { scenario, revision: value.revision };
}

/**
 * Writes the scenario if nobody else has written it since revision `after` (0 for a new one). Returns the new revision,
 * or null when someone has: the caller then stores it under another id.
 */
export async function writeSaved(id: string, scenario: Scenario, after: number, at: number): Promise<number | null> {
  let written: number | null = null;
  await storage().update(recordKey(id), (old) => {
    const present = isStored(old) ? old.revision : 0;
    if (present !== after) return old;
    written = present + 1;
    return { scenario, savedAt: at, revision: written } satisfies StoredScenario;
  });
  return written;
}

export async function renameStored(id: string, title: string): Promise<void> {
  await storage().update(recordKey(id), (old) =>
    isStored(old) ? { ...old, scenario: { ...old.scenario, title }, revision: old.revision + 1 } : old,
  );
}

export async function deleteStored(id: string): Promise<void> {
  await storage().delete(recordKey(id));
  await storage().delete(versionsKey(id));
}

/** Newest first. */
export async function listVersions(id: string): Promise<readonly SavedVersion[]> {
  const versions = storedVersions(await storage().get(versionsKey(id)));
  return versions
    .map(({ savedAt, label, scenario }) => ({ savedAt, label, nodes: scenario.nodes.length }))
    .toReversed();
}

export async function readVersion(id: string, savedAt: number): Promise<Scenario | null> {
  const versions = storedVersions(await storage().get(versionsKey(id)));
  const found = versions.find((version) => version.savedAt === savedAt);
  return found === undefined ? null : understood(found.scenario);
}

/** Keeps a version, unless the newest one is the same. */
export async function keepVersion(id: string, scenario: Scenario, label: string, at: number): Promise<void> {
  await storage().update(versionsKey(id), (old) => {
    const versions = storedVersions(old);
    const newest = versions.at(-1);
    if (newest !== undefined && JSON.stringify(newest.scenario) === JSON.stringify(scenario)) return old;
    // Two versions never share an instant: it is what names them.
    const savedAt = Math.max(at, (newest?.savedAt ?? 0) + 1);
    return [...versions, { scenario, savedAt, label }].slice(-VERSIONS_KEPT);
  });
}

export async function readLastOpen(): Promise<string | null> {
  const id = await storage().get(LAST_OPEN);
  return typeof id === 'string' ? id : null;
}

export async function writeLastOpen(id: string): Promise<void> {
  await storage().set(LAST_OPEN, id);
}
