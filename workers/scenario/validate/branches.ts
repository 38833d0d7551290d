/** Judging branches: where each one left which other one, and its journal against the design that it left with. */
import type { PathStep } from '../diagnostics.ts';
import {
  branchHeadSchema,
  branchSchema,
  type Branch,
  type BranchHead,
  type JournalEntry,
  type Scenario,
} from '../document.ts';
import { isPlainObject, samePlain, type PlainObject } from '../plain.ts';
import { itemsOf } from './design.ts';
import { find, noFindings, type Findings } from './findings.ts';
import { judgeItem } from './item.ts';
import { judgeJournal, type JournalTally } from './journal.ts';
import { copyIndex, type DesignIndex } from './structure.ts';

type Path = readonly PathStep[];

/** What the rest of the document says. */
interface Run {
  /** The design that every branch starts from. */
  readonly start: DesignIndex;
  /** Of the branch that is shown. */
  readonly journal: readonly JournalEntry[];
}

interface Found {
  readonly head: BranchHead;
  readonly path: Path;
  readonly document: PlainObject;
}

/** The branches that hold: none of them when the document does not say which one is shown. */
export function judgeBranches(
  document: PlainObject,
  run: Run,
  findings: Findings,
): Pick<Scenario, 'branch' | 'branches'> {
  if (document['branch'] === undefined && document['branches'] === undefined) return {};
  const shown = judgeHead(document['branch'], findings);
  if (shown === null) return {};
  const known = new Map<string, Found>([[shown.id, { head: shown, path: ['branch'], document }]]);
  for (const [path, item] of itemsOf(document, 'branches', findings)) {
    const head = judgeForm(item, path, findings);
    if (head === null) continue;
    if (known.has(head.id)) find(findings, 'id.duplicate', [...path, 'id'], { id: head.id, other: 'a branch' });
    else known.set(head.id, { head, path, document: item });
  }
  for (const found of known.values()) {
    if (!comesFromSomewhere(known, found, findings)) known.delete(found.head.id);
  }
  if (!known.has(shown.id)) return {};
  return { branch: shown, branches: judgeJournals(known, shown.id, run, findings) };
}

function judgeHead(given: unknown, findings: Findings): BranchHead | null {
  if (!isPlainObject(given)) {
    find(findings, 'parameter.missing', ['branch'], { owner: 'the scenario', name: 'branch' });
    return null;
  }
  const newer = findings.newer.has('document');
  const subject = { schema: branchHeadSchema, path: ['branch'], owner: 'the branch shown', newer };
  return judgeItem(subject, given, findings).item as BranchHead | null;
}

/** Its form without the journal, which is looked at when it is known what it goes on from. */
function judgeForm(item: PlainObject, path: Path, findings: Findings): BranchHead | null {
  const subject = { schema: branchSchema, path, owner: 'the branch', newer: findings.newer.has('document') };
  const journal = Array.isArray(item['journal']) ? [] : item['journal'];
  const judged = judgeItem(subject, { ...item, ...(journal === undefined ? {} : { journal }) }, findings).item;
  if (judged === null) return null;
  const { journal: _, ...head } = judged;
  return head as unknown as BranchHead;
}

/** Whether it has both a parent and a fork or neither, and its parents lead to a first one. */
function comesFromSomewhere(known: ReadonlyMap<string, Found>, { head, path }: Found, findings: Findings): boolean {
  const { id, parent, forkMs } = head;
  if ((parent === undefined) !== (forkMs === undefined)) {
    const [given, missing] = parent === undefined ? ['forkMs', 'parent'] : ['parent', 'forkMs'];
    find(findings, 'branch.fork', path, { id, given, missing });
    return false;
  }
  if (parent === undefined) return true;
  if (!known.has(parent)) {
    find(findings, 'branch.parent', [...path, 'parent'], { id, parent, problem: 'does not exist' });
    return false;
  }
  let above: string | undefined = parent;
  for (let steps = 0; above !== undefined && steps <= known.size; steps++) {
    if (above === id) {
      find(findings, 'branch.parent', [...path, 'parent'], { id, parent, problem: 'comes from this one in turn' });
      return false;
    }
    above = known.get(above)?.head.parent;
  }
  return true;
}

/** The limits of a journal hold for each branch by itself, from the start of the run on. */
function tallyOf(shared: readonly JournalEntry[]): JournalTally {
  const changes = shared.reduce((sum, entry) => sum + ('edit' in entry ? entry.edit.length : 0), 0);
  return { entries: shared.length, changes };
}

/** The branch shown, whose whole journal the document holds, agrees with its parent up to the fork. */
function requireAgreement(
  { head, path }: Found,
  whole: ReadonlyMap<string, readonly JournalEntry[]>,
  findings: Findings,
): void {
  const { id, parent, forkMs = 0 } = head;
  if (parent === undefined) return;
  const shared = whole.get(parent)!.filter(({ atMs }) => atMs <= forkMs);
  const journal = whole.get(id)!;
  if (samePlain(shared, journal.slice(0, shared.length))) return;
  find(findings, 'branch.parent', [...path, 'parent'], { id, parent, problem: 'has other changes before the fork' });
}

function judgeJournals(
  known: ReadonlyMap<string, Found>,
  shown: string,
  run: Run,
  findings: Findings,
): readonly Branch[] {
  const whole = new Map<string, readonly JournalEntry[]>([[shown, run.journal]]);
  const own = new Map<string, readonly JournalEntry[]>();
  /** Parents first, whatever their order in the document. */
  const judge = ({ head, path, document }: Found): readonly JournalEntry[] => {
    const judged = whole.get(head.id);
    if (judged !== undefined) return judged;
    const parent = head.parent === undefined ? undefined : known.get(head.parent);
    const shared = parent === undefined ? [] : judge(parent).filter(({ atMs }) => atMs <= (head.forkMs ?? 0));
    const index = copyIndex(run.start);
    // These hold already; they only take the index along.
    judgeJournal({ journal: shared as unknown as PlainObject[] }, index, noFindings(findings.newer), {
      entries: 0,
      changes: 0,
    });
    const fromMs = head.forkMs ?? 0;
    const kept = judgeJournal(document, index, findings, tallyOf(shared), { within: path, fromMs });
    own.set(head.id, kept);
    whole.set(head.id, [...shared, ...kept]);
    return [...shared, ...kept];
  };
  for (const found of known.values()) judge(found);
  requireAgreement(known.get(shown)!, whole, findings);
  return [...known.values()].flatMap(({ head }) => {
    const journal = own.get(head.id);
    return journal === undefined ? [] : [{ ...head, journal }];
  });
}
