/**
 * From anything at all to a scenario, or to the reasons why not.
 *
 * Stages: to plain data; the format; migrations; what may be left out is filled in; then each item by its schema, the rules
 * between settings, the rules between items, the journal against the design as it changes, and the view. Nothing here
 * throws, whatever comes in.
 */
import * as v from 'valibot';
import { completeDocument } from './complete.ts';
import { diagnose, hasErrors, quoted, type Diagnostic } from './diagnostics.ts';
import { FORMAT, headSchema, viewSchema, type Design, type Scenario, type Versions, type View } from './document.ts';
import {
  formatVersion,
  FORMAT_VERSION,
  knownVersions,
  migrateDocument,
  MIGRATIONS,
  versionsIn,
  type Migrations,
} from './migrate.ts';
import { didYouMean } from './nearest.ts';
import { isPlainObject, textOf, toPlain, type Plain, type PlainObject } from './plain.ts';
import { splitUnknown } from './schema-walk.ts';
import { designOf, judgeDesign } from './validate/design.ts';
import { find, listed, noFindings, type Findings } from './validate/findings.ts';
import { judgeItem } from './validate/item.ts';
import { judgeBranches } from './validate/branches.ts';
import { judgeJournal } from './validate/journal.ts';
import { copyIndex } from './validate/structure.ts';

export interface ValidateOptions {
  /**
   * Returns a scenario in spite of errors, without what is wrong: each diagnostic of severity `error` then says what is
   * missing. Still null for what is no scenario at all.
   */
  readonly lenient?: boolean;
  /** For tests of the mechanism. */
  readonly migrations?: Migrations;
}

export interface Validation {
  /** Complete but for parameters, which stay sparse; null when there are errors (but see `lenient`). */
  readonly scenario: Scenario | null;
  /** In the order of the document. At most about 200; a last one says how many more there are. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Judges a document of any origin. Never throws. */
export function validateScenario(input: unknown, options: ValidateOptions = {}): Validation {
  const plain = toPlain(input);
  if (!plain.ok) return refused(diagnose('document.unreadable', [], { reason: plain.reason }));
  if (!isPlainObject(plain.value))
    return refused(diagnose('document.notAnObject', [], { found: nameOfValue(plain.value) }));
  const document = plain.value;

  const format = judgeFormat(document);
  const lenient = options.lenient === true;
  if (format.diagnostic !== undefined && (!lenient || format.version === undefined)) return refused(format.diagnostic);
  const version = Math.min(format.version ?? FORMAT_VERSION, FORMAT_VERSION);

  const migration = migrate(document, version, options.migrations ?? MIGRATIONS);
  if (!migration.ok) return refused(migration.diagnostic);
  const migrated = migration.document;
  const newer = newerVersions(migrated, format.version ?? FORMAT_VERSION);
  const findings = noFindings(new Set(Object.keys(newer)));
  if (format.diagnostic !== undefined) findings.list.push(format.diagnostic);
  reportVersions(migrated, newer, findings);

  const scenario = judgeDocument(completeDocument(migrated), newer, findings);
  const diagnostics = listed(findings);
  return {
    scenario: lenient || findings.errors + Number(hasErrors(findings.list)) === 0 ? scenario : null,
    diagnostics,
  };
}

/** Judges the text of a document. Never throws. A byte order mark is skipped. */
export function validateText(text: string, options: ValidateOptions = {}): Validation {
  let input: unknown;
  try {
    input = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 200) : 'it cannot be parsed';
    return refused(diagnose('document.notJson', [], { reason }));
  }
  return validateScenario(input, options);
}

/**
 * What is wrong with a design that is being edited: the same rules as for a document's. Paths lead into the design
 * (`nodes[3].instances`), whose order they follow.
 */
export function validateDesign(design: Design): readonly Diagnostic[] {
  const { nodes, edges, faults, checks } = design;
  const plain = toPlain({ nodes, edges, faults, checks });
  if (!plain.ok || !isPlainObject(plain.value)) return [];
  const findings = noFindings();
  judgeDesign(plain.value, findings);
  return listed(findings);
}

function refused(diagnostic: Diagnostic): Validation {
  return { scenario: null, diagnostics: [diagnostic] };
}

function nameOfValue(value: Plain): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : `the ${typeof value} ${quoted(value)}`;
}

/** The format's number; a diagnostic unless it is known. Without a number the document may still be read as the present one. */
function judgeFormat(document: PlainObject): {
  readonly version: number | undefined;
  readonly diagnostic?: Diagnostic;
} {
  const { format } = document;
  if (format === undefined) return { version: FORMAT_VERSION, diagnostic: diagnose('format.missing', ['format'], {}) };
  const version = typeof format === 'string' ? formatVersion(format) : undefined;
  if (version === undefined) {
    const advice = typeof format === 'string' ? didYouMean(format, [FORMAT]) : undefined;
    return { version, diagnostic: diagnose('format.foreign', ['format'], { found: quoted(format) }, advice) };
  }
  if (version <= FORMAT_VERSION) return { version };
  return { version, diagnostic: diagnose('format.newer', ['format'], { found: quoted(format), known: FORMAT }) };
}

type Migration =
  | { readonly ok: true; readonly document: PlainObject }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/** Migrations are written for what was once valid; a document that merely claims to be old may break one. */
function migrate(document: PlainObject, version: number, migrations: Migrations): Migration {
  try {
    return { ok: true, document: migrateDocument(document, version, migrations) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    return {
      ok: false,
      diagnostic: diagnose('migration.failed', ['format'], { found: quoted(document['format']), reason }),
    };
  }
}

/** Versions above those of this program. */
function newerVersions(document: PlainObject, format: number): Versions {
  const known = knownVersions();
  const versions = Object.entries(versionsIn(document)).filter(
    ([subject, version]) => version > (known.get(subject) ?? Infinity),
  );
  return Object.fromEntries(format > FORMAT_VERSION ? [...versions, ['document', format]] : versions);
}

function reportVersions(document: PlainObject, newer: Versions, findings: Findings): void {
  const known = knownVersions();
  for (const subject of Object.keys(versionsIn(document))) {
    if (!known.has(subject)) find(findings, 'version.unknown', ['versions', subject], { subject: quoted(subject) });
  }
  for (const [subject, found] of Object.entries(newer)) {
    const facts = { subject: quoted(subject), found, known: known.get(subject) ?? 1 };
    find(findings, 'version.newer', ['versions', subject], facts);
  }
}

function judgeDocument(document: PlainObject, newer: Versions, findings: Findings): Scenario {
  const head = judgeHead(document, newer, findings);
  const index = judgeDesign(document, findings);
  const design = designOf(index);
  const start = copyIndex(index);
  const journal = judgeJournal(document, index, findings, { entries: 0, changes: 0 });
  const branches = judgeBranches(document, { start, journal }, findings);
  const view = judgeView(document['view'], findings);
  return { ...head, format: FORMAT, ...design, journal, ...branches, view };
}

/** The members that are no lists; the lists are named so that a misspelt one finds its way. */
const outerSchema = v.strictObject({
  ...headSchema.entries,
  nodes: v.optional(v.any()),
  edges: v.optional(v.any()),
  faults: v.optional(v.any()),
  checks: v.optional(v.any()),
  journal: v.optional(v.any()),
  branch: v.optional(v.any()),
  branches: v.optional(v.any()),
  view: v.optional(v.any()),
});

type Head = Pick<Scenario, 'title' | 'notes' | 'seed' | 'versions'>;

function judgeHead(document: PlainObject, newer: Versions, findings: Findings): Head {
  const subject = { schema: outerSchema, path: [], owner: 'the scenario', newer: newer['document'] !== undefined };
  const judged = judgeItem(subject, { ...document, format: FORMAT }, findings);
  const complete = judged.complete as v.InferOutput<typeof outerSchema>;
  const { versions: _, branch: _head, branches: _others, ...kept } = judged.item ?? {};
  const versions = Object.keys(newer).length > 0 ? { versions: newer } : {};
  return { ...kept, title: complete.title, notes: complete.notes, seed: complete.seed, ...versions };
}

/** The view is only how one looked at it: what is not understood is left out and said. */
function judgeView(value: Plain | undefined, findings: Findings): View {
  if (value === undefined) return {};
  const { known, unknown } = isPlainObject(value) ? splitUnknown(viewSchema, value) : { known: value, unknown: [] };
  const names = new Set(unknown.map((member) => String(member.path[0])));
  const judged = v.safeParse(viewSchema, known);
  for (const issue of judged.issues ?? []) names.add(textOf(issue.path?.[0]?.key) || 'view');
  for (const name of names) find(findings, 'view.ignored', ['view', name], { name: name.slice(0, 60) });
  if (!isPlainObject(known)) return {};
  const kept = Object.entries(known).filter(([name]) => !names.has(name));
  return Object.fromEntries(kept);
}
