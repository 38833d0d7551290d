/** Judging one item (a node, an edge, a check, a fault) against its schema, and mending what can be mended. */
import * as v from 'valibot';
import { quoted, type PathStep } from '../diagnostics.ts';
import { edgeSchemas, nodeSchemas } from '../document.ts';
import { protocols } from '../edges/table.ts';
import { fieldMeta } from '../fields.ts';
import { nodeKinds } from '../kinds/table.ts';
import { didYouMean } from '../nearest.ts';
import { textOf, type Plain, type PlainObject } from '../plain.ts';
import {
  defaultOf,
  entriesOf,
  inner,
  isOptional,
  memberOf,
  optionsOf,
  splitUnknown,
  type UnknownMember,
} from '../schema-walk.ts';
import { find, type Findings } from './findings.ts';

/** What is judged: the schema, where it stands, and how a sentence calls it. */
export interface Subject {
  readonly schema: v.GenericSchema;
  readonly path: readonly PathStep[];
  /** e.g. `consumer "billing"`. */
  readonly owner: string;
  /** Whether a newer program wrote it, so that unknown members are kept. */
  readonly newer: boolean;
}

export interface Judged {
  /** The item as given, still sparse, without what had to go; null when nothing could be saved. */
  readonly item: PlainObject | null;
  /** With defaults filled in; null when the item is. */
  readonly complete: unknown;
}

/**
 * Judges an item and reports what is wrong. What is wrong with an optional member costs that member, anything else the
 * item: the caller decides, by the number of errors, whether the rest is wanted at all.
 */
export function judgeItem(subject: Subject, item: PlainObject, findings: Findings): Judged {
  const { known, unknown } = splitUnknown(subject.schema, item);
  for (const member of unknown) reportUnknown(subject, member, findings);

  const first = v.safeParse(subject.schema, known, { abortPipeEarly: true });
  const kept = subject.newer ? item : (known as PlainObject);
  if (first.success) return { item: kept, complete: first.output };
  for (const issue of first.issues) reportIssue(subject, issue, findings);

  const entries = entriesOf(subject.schema, known);
  const broken = new Set(first.issues.map((issue) => textOf(issue.path?.[0]?.key)));
  if (entries === undefined || [...broken].some((name) => !isOptional(entries, name)))
    return { item: null, complete: null };
  const mended = v.safeParse(subject.schema, without(known as PlainObject, broken));
  return mended.success ? { item: without(kept, broken), complete: mended.output } : { item: null, complete: null };
}

/** A copy without the members named. */
export function without(item: PlainObject, names: ReadonlySet<string>): PlainObject {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.has(name)));
}

function reportUnknown(subject: Subject, member: UnknownMember, findings: Findings): void {
  const path = [...subject.path, ...member.path];
  const facts = { name: member.name.slice(0, 60), owner: subject.owner };
  if (subject.newer) find(findings, 'parameter.unknownNewer', path, facts);
  else find(findings, 'parameter.unknown', path, facts, adviceForUnknown(member));
}

function adviceForUnknown({ name, known, brokers, path }: UnknownMember): string | undefined {
  if (brokers !== undefined) return `It is called "${brokers}" here.`;
  const near = didYouMean(name, known);
  if (near !== undefined) return near;
  const elsewhere = path.length === 1 ? ownerOf(name) : undefined;
  if (elsewhere !== undefined) return `It is a parameter of ${elsewhere}.`;
  return known.length <= 12 ? `Known here: ${known.join(', ')}.` : undefined;
}

/** The kind or protocol that has a parameter of exactly this name. */
function ownerOf(name: string): string | undefined {
  for (const kind of Object.values(nodeKinds)) {
    if (Object.hasOwn(kind.parameters, name)) return `the node kind "${kind.kind}"`;
  }
  for (const protocol of Object.values(protocols)) {
    if (Object.hasOwn(protocol.parameters, name)) return `the edge kind "${protocol.edge}"`;
  }
  return undefined;
}

function reportIssue(subject: Subject, issue: v.BaseIssue<unknown>, findings: Findings): void {
  const keys = (issue.path ?? []).map((step) => step.key as PathStep);
  const path = [...subject.path, ...keys];
  const name = nameOf(subject, keys);
  const found = quoted(issue.input);
  if (issue.input === undefined && issue.expected === `"${String(keys.at(-1))}"`) {
    find(findings, 'parameter.missing', path, { owner: subject.owner, name: String(keys.at(-1)) });
  } else if (issue.type === 'regex') {
    find(findings, 'id.invalid', path, { found });
  } else if (
    issue.type === 'picklist' ||
    issue.type === 'literal' ||
    (issue.type === 'variant' && issue.expected !== 'Object')
  ) {
    const options = optionsAt(subject.schema, keys, issue);
    const advice = typeof issue.input === 'string' ? didYouMean(issue.input, options) : undefined;
    find(
      findings,
      'parameter.choice',
      path,
      { name, found, expected: options.map((option) => `"${option}"`).join(', ') },
      advice,
    );
  } else if (issue.kind === 'schema') {
    const expected = EXPECTED[issue.expected ?? ''] ?? 'something else';
    find(findings, 'parameter.type', path, { name, expected, found }, exampleFor(subject.schema, keys));
  } else {
    find(findings, 'parameter.range', path, { name, expected: rangeOf(issue), found });
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
};

function nameOf(subject: Subject, keys: readonly PathStep[]): string {
  const last = keys.findLast((key) => typeof key === 'string');
  return last === undefined ? `The value of ${subject.owner}` : `"${last}"`;
}

function rangeOf(issue: v.BaseIssue<unknown>): string {
  const bound = String(issue.requirement);
  switch (issue.type) {
    case 'min_value':
      return `at least ${bound}`;
    case 'max_value':
      return `at most ${bound}`;
    case 'min_length':
      return `a list of at least ${bound}`;
    case 'max_length':
      return typeof issue.input === 'string' ? `at most ${bound} characters long` : `a list of at most ${bound}`;
    case 'finite':
      return 'a finite number';
    default:
      return 'a whole number';
  }
}

/** The values a choice may have: from the schema at that place, else from the words of the issue. */
function optionsAt(schema: v.GenericSchema, keys: readonly PathStep[], issue: v.BaseIssue<unknown>): readonly string[] {
  const place = issue.type === 'variant' ? keys.slice(0, -1) : keys;
  const options = optionsOf(schemaAt(schema, place) ?? schema);
  if (options.length > 0) return options.map(String);
  return [...(issue.expected ?? '').matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
}

function schemaAt(schema: v.GenericSchema, keys: readonly PathStep[]): v.GenericSchema | undefined {
  let place: v.GenericSchema | undefined = schema;
  for (const key of keys) place = place === undefined ? undefined : memberOf(place, String(key));
  return place;
}

/** For a member whose form is not obvious, its default as an example. */
function exampleFor(schema: v.GenericSchema, keys: readonly PathStep[]): string | undefined {
  const place = schemaAt(schema, keys);
  if (place === undefined) return undefined;
  const fallback = defaultOf(place);
  const isForm = inner(place).type === 'variant' || inner(place).type === 'strict_object';
  if (isForm && fallback !== undefined) return `For example ${JSON.stringify(fallback)}.`;
  const broker = fieldMeta(place)?.broker;
  return broker === undefined ? undefined : `It stands for the broker's ${broker}.`;
}

/** The schema of a node by its kind; undefined for a kind that is not known. */
export function nodeSchemaOf(kind: Plain | undefined): v.GenericSchema | undefined {
  return typeof kind === 'string' && Object.hasOwn(nodeSchemas, kind)
    ? nodeSchemas[kind as keyof typeof nodeSchemas]
    : undefined;
}

/** The schema of an edge by its kind (one protocol a kind today); undefined for a kind that is not known. */
export function edgeSchemaOf(
  kind: Plain | undefined,
): { readonly schema: v.GenericSchema; readonly protocol: keyof typeof protocols } | undefined {
  for (const [name, protocol] of Object.entries(protocols)) {
    const key = name as keyof typeof protocols;
    if (protocol.edge === kind) return { schema: edgeSchemas[key], protocol: key };
  }
  return undefined;
}
