/**
 * Versions and migrations.
 *
 * Two things have versions. The document's form: `format: "sluice/1"`. And the parameters of each node kind and protocol:
 * `version` in its definition, where a change of meaning raises it. A document names in `versions` only those that are not 1, so
 * that documents stay small and those of today need none: `versions: { consumer: 2 }`.
 *
 * Opening brings every older part up to date. A newer kind is opened all the same, with a warning; what is unknown of it is
 * kept and not used. A newer format is only opened when the rest is asked for; it is then marked `versions: { document: 2 }`, so
 * that what it kept is still kept, and still excused, when it is saved and opened again.
 */
import { FORMAT, type Scenario, type Versions } from './document.ts';
import { protocols, type Protocol } from './edges/table.ts';
import { nodeKinds, type NodeKind } from './kinds/table.ts';
import { document0To1 } from './migrations/document-0-to-1.ts';
import { topic1To2 } from './migrations/topic-1-to-2.ts';
import { rewriteItems, type DocumentMigration, type KindMigration } from './migrations/migration.ts';
import { isPlainObject, type PlainObject } from './plain.ts';

export interface Migrations {
  /** One for every format before the present one, oldest first. */
  readonly documents: readonly DocumentMigration[];
  /** For every kind and protocol one for every version above 1, in rising order. */
  readonly kinds: readonly KindMigration[];
}

export const MIGRATIONS: Migrations = { documents: [document0To1], kinds: [topic1To2] };

/** Number of the present format: 1 of `sluice/1`. */
export const FORMAT_VERSION = Number(FORMAT.split('/')[1]);

/** The number of a format text, or undefined when it is none of Sluice's. */
export function formatVersion(format: string): number | undefined {
  const match = /^sluice\/(0|[1-9]\d{0,3})$/.exec(format);
  return match === null ? undefined : Number(match[1]);
}

/** Versions of this program's kinds and protocols, by name; `document` is the format's. */
export function knownVersions(): ReadonlyMap<string, number> {
  const kinds = (Object.keys(nodeKinds) as NodeKind[]).map((kind): [string, number] => [kind, nodeKinds[kind].version]);
  const edges = (Object.keys(protocols) as Protocol[]).map((name): [string, number] => [name, protocols[name].version]);
  return new Map([['document', FORMAT_VERSION], ...kinds, ...edges]);
}

/**
 * A document of an older format and older kinds, brought up to date. Kinds that are newer stay as they are.
 *
 * @param version of the document's format; not above the present one
 */
export function migrateDocument(
  document: PlainObject,
  version: number,
  migrations: Migrations = MIGRATIONS,
): PlainObject {
  let migrated = document;
  for (const { from, migrate } of migrations.documents) {
    if (from >= version) migrated = migrate(migrated);
  }
  const versions = versionsIn(migrated);
  for (const { subject, to, rewrite } of migrations.kinds) {
    if ((versions[subject] ?? 1) >= to) continue;
    const protocol = Object.hasOwn(protocols, subject) ? protocols[subject as Protocol] : undefined;
    migrated =
      protocol === undefined
        ? rewriteItems(migrated, 'nodes', (node) => node['kind'] === subject, rewrite)
        : rewriteItems(migrated, 'edges', (edge) => edge['kind'] === protocol.edge, rewrite);
  }
  return version < FORMAT_VERSION ? { ...migrated, format: FORMAT } : migrated;
}

/** The numbers under `versions`; whatever else stands there is left out. */
export function versionsIn(document: PlainObject): Versions {
  const { versions } = document;
  if (versions === undefined || !isPlainObject(versions)) return {};
  const numbers = Object.entries(versions).filter((entry): entry is [string, number] => Number.isInteger(entry[1]));
  return Object.fromEntries(numbers);
}

/**
 * The scenario with `versions` as this program writes it: every kind that is not at version 1, and what a newer program left.
 * Whatever leaves the program goes through here.
 */
export function stampVersions(scenario: Scenario): Scenario {
  const stamped: Record<string, number> = {};
  for (const [subject, known] of knownVersions()) {
    const version = Math.max(known, scenario.versions?.[subject] ?? 1);
    // The present format is said by `format`; here only a newer one is worth a word.
    if (version > (subject === 'document' ? known : 1)) stamped[subject] = version;
  }
  const { versions: _, ...rest } = scenario;
  return Object.keys(stamped).length > 0 ? { ...rest, versions: stamped } : rest;
}
