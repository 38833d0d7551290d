/**
 * Branches of a run: reading and changing them. A document holds the whole journal of the branch that is shown, and of
 * the others what follows their fork. A journal only ever grows at its end, so what a branch has in common with its
 * parent stays common for ever: a change before the end of what is known begins another branch.
 */
import { LIMITS, type BranchHead, type JournalEntry, type Scenario } from './document.ts';

const FIRST: BranchHead = { id: 'b1', name: 'Main' };

/** A branch as a list shows it. */
export interface BranchRow extends BranchHead {
  readonly shown: boolean;
  /** Changes and faults after the fork. */
  readonly changes: number;
  /** Branches between it and the first one. */
  readonly depth: number;
}

/** A branch with its journal from the start of the run on. */
interface WholeBranch extends BranchHead {
  readonly journal: readonly JournalEntry[];
}

/** Every branch, each behind the one it left, in the order in which they left it. One row while there is only one. */
export function branchRows(scenario: Scenario): readonly BranchRow[] {
  const all = unfold(scenario);
  const shown = scenario.branch?.id ?? FIRST.id;
  const rows: BranchRow[] = [];
  const add = (parent: string | undefined, depth: number): void => {
    const children = [...all.values()].filter((branch) => branch.parent === parent).sort(byFork);
    for (const branch of children) {
      const { journal, ...head } = branch;
      rows.push({ ...head, depth, shown: head.id === shown, changes: journal.length - sharedBy(all, branch) });
      add(branch.id, depth + 1);
    }
  };
  add(undefined, 0);
  return rows;
}

/** The whole journal of a branch: the shared part, then its own. Empty for one that is not there. */
export function journalOfBranch(scenario: Scenario, id: string): readonly JournalEntry[] {
  return unfold(scenario).get(id)?.journal ?? [];
}

/** How far the branch shown is known, by its journal, by what left it, and by how far it had been run before. */
export function knownUntilMs(scenario: Scenario): number {
  const shown = scenario.branch?.id ?? FIRST.id;
  const forks = (scenario.branches ?? []).map(({ parent, forkMs }) => (parent === shown ? (forkMs ?? 0) : 0));
  return Math.max(scenario.branch?.untilMs ?? 0, scenario.journal.at(-1)?.atMs ?? 0, ...forks);
}

export function branchesAreFull(scenario: Scenario): boolean {
  return (scenario.branches?.length ?? 0) + 1 >= LIMITS.branches;
}

/**
 * Begins a branch with a change at the instant of `entry`, and shows it. The one shown before keeps its future.
 *
 * @param untilMs how far the run had come before the change
 * @param name must be free
 */
export function forkBranch(
  scenario: Scenario,
  entry: JournalEntry,
  { untilMs, name }: { readonly untilMs: number; readonly name: string },
): Scenario {
  const all = left(unfold(scenario), scenario, untilMs);
  const from = all.get(scenario.branch?.id ?? FIRST.id)!;
  // Before the fork of the present branch the run is that of the branch it came from.
  let parent: WholeBranch = from;
  while (parent.parent !== undefined && entry.atMs < (parent.forkMs ?? 0)) parent = all.get(parent.parent)!;
  const id = freeId(all);
  const journal = [...from.journal.filter(({ atMs }) => atMs <= entry.atMs), entry];
  all.set(id, { id, name, parent: parent.id, forkMs: entry.atMs, journal });
  return fold(scenario, all, id);
}

/** Shows another branch. `untilMs`: how far the one shown so far has been run. The scenario itself when it is shown already. */
export function switchBranch(scenario: Scenario, id: string, untilMs: number): Scenario {
  const all = left(unfold(scenario), scenario, untilMs);
  return id === scenario.branch?.id || !all.has(id) ? scenario : fold(scenario, all, id);
}

export function renameBranch(scenario: Scenario, id: string, name: string): Scenario {
  const all = unfold(scenario);
  const branch = all.get(id);
  if (branch === undefined || scenario.branch === undefined) return scenario;
  all.set(id, { ...branch, name });
  return fold(scenario, all, scenario.branch.id);
}

/** A branch that was taken out, and where those stood that had left it: what brings it back. */
export interface RemovedBranch {
  readonly branch: BranchHead & { readonly journal: readonly JournalEntry[] };
  readonly children: readonly BranchHead[];
  /** The one shown then: of a branch that is alone the document says nothing. */
  readonly shown: BranchHead;
}

/** What `removeBranch` will take out; null for the branch shown and for one that is not there. */
export function removalOf(scenario: Scenario, id: string): RemovedBranch | null {
  const all = unfold(scenario);
  const branch = all.get(id);
  if (branch === undefined || scenario.branch === undefined || id === scenario.branch.id) return null;
  const children = [...all.values()].filter(({ parent }) => parent === id).sort(byFork);
  return { branch, children: children.map(headOf), shown: scenario.branch };
}

function headOf(branch: WholeBranch): BranchHead {
  const { journal: _, ...head } = branch;
  return head;
}

/**
 * With a branch that had been removed from this run, and its children behind it again as far as they still stand where
 * its removal had put them. The scenario itself when there is no room, or the branch it came from is gone.
 *
 * @param name must be free
 */
export function restoreBranch(given: Scenario, { branch, children, ...then }: RemovedBranch, name: string): Scenario {
  const { parent: _, forkMs: _at, ...alone } = then.shown;
  const scenario = given.branch === undefined ? { ...given, branch: alone } : given;
  const all = unfold(scenario);
  const shown = scenario.branch?.id ?? FIRST.id;
  const orphaned = branch.parent !== undefined && !all.has(branch.parent);
  if (branchesAreFull(scenario) || orphaned) return given;
  const id = all.has(branch.id) ? freeId(all) : branch.id;
  all.set(id, { ...branch, id, name });
  for (const { id: child, forkMs = 0 } of children) {
    const present = all.get(child);
    if (present !== undefined && present.parent === branch.parent) all.set(child, { ...present, parent: id, forkMs });
  }
  return fold(scenario, all, shown);
}

/** Without a branch that is not shown. Those that left it have then left the one it came from. */
export function removeBranch(scenario: Scenario, id: string): Scenario {
  const all = unfold(scenario);
  const gone = all.get(id);
  const shown = scenario.branch?.id;
  if (gone === undefined || shown === undefined || id === shown) return scenario;
  all.delete(id);
  for (const branch of all.values()) {
    if (branch.parent !== id) continue;
    const { parent: _, forkMs = 0, ...rest } = branch;
    const fork = gone.parent === undefined ? {} : { parent: gone.parent, forkMs: Math.min(forkMs, gone.forkMs ?? 0) };
    all.set(branch.id, { ...rest, ...fork });
  }
  return fold(scenario, all, shown);
}

function byFork(a: BranchHead, b: BranchHead): number {
  return (a.forkMs ?? 0) - (b.forkMs ?? 0) || a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

function freeId(all: ReadonlyMap<string, unknown>): string {
  let number = all.size + 1;
  while (all.has(`b${number}`)) number += 1;
  return `b${number}`;
}

/** Notes how far the shown branch has been run. */
function left(all: Map<string, WholeBranch>, scenario: Scenario, untilMs: number): Map<string, WholeBranch> {
  const shown = all.get(scenario.branch?.id ?? FIRST.id)!;
  return all.set(shown.id, { ...shown, untilMs: Math.max(untilMs, knownUntilMs(scenario)) });
}

/** Entries that a branch has in common with its parent. */
function sharedBy(all: ReadonlyMap<string, WholeBranch>, { parent, forkMs = 0 }: BranchHead): number {
  const journal = parent === undefined ? [] : (all.get(parent)?.journal ?? []);
  return journal.filter(({ atMs }) => atMs <= forkMs).length;
}

/** Every branch by its id, with its whole journal. */
function unfold(scenario: Scenario): Map<string, WholeBranch> {
  const others = new Map((scenario.branches ?? []).map((branch) => [branch.id, branch]));
  const shown: WholeBranch = { ...(scenario.branch ?? FIRST), journal: scenario.journal };
  const all = new Map<string, WholeBranch>([[shown.id, shown]]);
  const whole = (id: string): readonly JournalEntry[] => {
    const known = all.get(id);
    const branch = others.get(id);
    if (known !== undefined || branch === undefined) return known?.journal ?? [];
    const { parent, forkMs = 0 } = branch;
    const shared = parent === undefined ? [] : whole(parent).filter(({ atMs }) => atMs <= forkMs);
    const journal = [...shared, ...branch.journal];
    all.set(id, { ...branch, journal });
    return journal;
  };
  for (const id of others.keys()) whole(id);
  return all;
}

/** The scenario with these branches, `shown` being shown. With one alone nothing is said of branches. */
function fold(scenario: Scenario, all: ReadonlyMap<string, WholeBranch>, shown: string): Scenario {
  const { branch: _, branches: _others, ...rest } = scenario;
  const { journal, ...head } = all.get(shown)!;
  if (all.size === 1) return { ...rest, journal };
  const branches = [...all.values()]
    .filter(({ id }) => id !== shown)
    .map((branch) => ({ ...branch, journal: branch.journal.slice(sharedBy(all, branch)) }));
  return { ...rest, journal, branch: head, branches };
}
