/** The form of a migration, and the one way to reach every item of a document, wherever it stands. */
import { isPlainObject, textOf, type Plain, type PlainObject } from '../plain.ts';

/** From one document format to the next: `sluice/0` to `sluice/1`. */
export interface DocumentMigration {
  /** `to` is `from + 1`. */
  readonly from: number;
  readonly what: string;
  readonly migrate: (document: PlainObject) => PlainObject;
}

/** From one version of a node kind or protocol to the next. */
export interface KindMigration {
  /** A node kind (`consumer`) or a protocol (`publishToTopic`). */
  readonly subject: string;
  /** The version it leads to; it starts from the one before. At least 2. */
  readonly to: number;
  readonly what: string;
  readonly rewrite: Rewrite;
}

export interface Rewrite {
  /** A whole item's members, or only those that a change in the journal sets: nothing may be taken for granted. */
  readonly members: (members: PlainObject) => PlainObject;
  /** New names of members, for what a change in the journal unsets. Members that are gone map to an empty text. */
  readonly renamed: Readonly<Record<string, string>>;
}

type Part = 'nodes' | 'edges';

/** Rewrites all nodes or edges that `applies` chooses: in the design, and where the journal adds or changes them. */
export function rewriteItems(
  document: PlainObject,
  part: Part,
  applies: (item: PlainObject) => boolean,
  rewrite: Rewrite,
): PlainObject {
  const ids = new Set<Plain | undefined>();
  const rewriteItem = (item: Plain): Plain => {
    if (!isPlainObject(item) || !applies(item)) return item;
    ids.add(item['id']);
    return rewrite.members(item);
  };
  const items = mapList(document[part], rewriteItem);
  const rewriteEntry = (entry: Plain): Plain =>
    isPlainObject(entry) && 'edit' in entry
      ? {
          ...entry,
          edit: mapList(entry['edit'], (change) => rewriteChange(change, part, ids, rewriteItem, rewrite)) ?? null,
        }
      : entry;
  const withJournal = (owner: PlainObject): PlainObject => {
    const journal = mapList(owner['journal'], rewriteEntry);
    return journal === undefined ? owner : { ...owner, journal };
  };
  const branches = mapList(document['branches'], (branch) => (isPlainObject(branch) ? withJournal(branch) : branch));
  return {
    ...withJournal(document),
    ...(items === undefined ? {} : { [part]: items }),
    ...(branches === undefined ? {} : { branches }),
  };
}

function rewriteChange(
  change: Plain,
  part: Part,
  ids: ReadonlySet<Plain | undefined>,
  rewriteItem: (item: Plain) => Plain,
  rewrite: Rewrite,
): Plain {
  if (!isPlainObject(change) || change['in'] !== part) return change;
  if (change['op'] === 'add') return { ...change, item: rewriteItem(change['item'] ?? null) };
  if (change['op'] !== 'change' || !ids.has(change['id'])) return change;
  const { set, unset } = change;
  const names = mapList(unset, (name) => rewrite.renamed[textOf(name)] ?? name)?.filter((name) => name !== '');
  return {
    ...change,
    ...(set !== undefined && isPlainObject(set) ? { set: rewrite.members(set) } : {}),
    ...(names === undefined ? {} : { unset: names }),
  };
}

/** The list with every member mapped; anything that is no list stays out of it. */
function mapList(value: Plain | undefined, map: (member: Plain) => Plain): readonly Plain[] | undefined {
  return Array.isArray(value) ? (value as readonly Plain[]).map(map) : undefined;
}
