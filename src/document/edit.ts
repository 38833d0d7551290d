/**
 * Every change of the document passes here: what it means for the run's start, for its journal, for undo.
 *
 * Before the run has started a change edits what the run starts from. Afterwards it is applied to the running engine and
 * appended to the journal at the instant it took place. If the run had been further, that future stays as a branch, and
 * the change begins another one. (Back at instant 0 of a run in which nothing was changed, there is nothing to keep: what
 * it starts from is edited again.)
 */
import { applyChanges, diffDesigns } from '../../workers/scenario/change.ts';
import {
  branchesAreFull,
  branchRows,
  forkBranch,
  knownUntilMs,
  removeBranch,
  switchBranch,
} from '../../workers/scenario/branches.ts';
import {
  LIMITS,
  type Design,
  type DesignChange,
  type FaultAction,
  type JournalEntry,
  type Scenario,
} from '../../workers/scenario/document.ts';
import { dressDesign, dressScenario, structureOf } from './cosmetics.ts';
import {
  changeHistory,
  endMerging,
  presentStep,
  recordStep,
  redoLabel,
  resetHistory,
  stepBack,
  stepForward,
  undoLabel,
} from './history.ts';
import type { Snapshot } from './history.ts';
import { nameOfChange, uniqueName } from './naming.ts';
import { runtime, type JournalRequest } from './runtime.ts';
import { designOf, documentStore, refuse, type DocumentState, type Selection } from './store.ts';
import { forgetRoute } from './traced-route.ts';

interface ChangeOptions {
  /** Changes with the same key in quick succession are one step of undo. */
  readonly merge?: string;
}

/** The one door of undoable changes. A recipe that returns the design it was given changes nothing. */
export function changeDesign(label: string, recipe: (design: Design) => Design, { merge }: ChangeOptions = {}): void {
  const { design, scenario } = documentStore.getState();
  const target = recipe(design);
  if (target === design) return;
  recordStep(snapshotOf(scenario, target, label), merge ?? null, performance.now());
  goTo(target, label);
}

/** Changes of title, notes and seed. */
export function changeHead(
  label: string,
  head: Partial<Pick<Scenario, 'title' | 'notes' | 'seed'>>,
  { merge }: ChangeOptions = {},
): void {
  const { scenario, design } = documentStore.getState();
  const changed = { ...scenario, ...head };
  recordStep(snapshotOf(changed, design, label), merge ?? null, performance.now());
  putHead(changed);
}

function snapshotOf({ title, notes, seed }: Scenario, design: Design, label: string): Snapshot {
  return { design, title, notes, seed, label };
}

/** Shows `changed`, and runs it again from the start if its seed is another. */
function putHead(changed: Scenario): void {
  const { scenario } = documentStore.getState();
  documentStore.setState({ scenario: changed, ...labels() });
  if (changed.seed !== scenario.seed) runtime().load(changed, 0, { opening: false });
}

function labels() {
  return { undoLabel: undoLabel(), redoLabel: redoLabel() };
}

/** The changes from one design to the other that the engine has to know of. */
function structuralChanges(from: Design, to: Design): readonly DesignChange[] {
  return diffDesigns(structureOf(dressDesign(from, to)), structureOf(to));
}

/** Makes `target` the design shown, and sees to what follows from it. */
function goTo(target: Design, label: string): void {
  const { scenario, design, selection } = documentStore.getState();
  const changes = structuralChanges(design, target);
  const dressed = dressScenario(scenario, target);
  const shown = { design: target, selection: selectionWithin(selection, target), ...labels() };
  if (changes.length === 0) {
    documentStore.setState({ ...shown, scenario: dressed });
  } else if (runtime().started() || scenario.journal.length > 0 || scenario.branches !== undefined) {
    documentStore.setState({ ...shown, scenario: dressed });
    void journal({ edit: changes, label });
  } else {
    const begun = { ...dressed, ...target };
    documentStore.setState({ ...shown, scenario: begun, removed: null });
    runtime().load(begun, 0, { opening: false });
  }
}

function selectionWithin(selection: Selection, { nodes, edges }: Design): Selection {
  const nodeIds = new Set(nodes.map(({ id }) => id));
  const edgeIds = new Set(edges.map(({ id }) => id));
  const kept = {
    nodes: selection.nodes.filter((id) => nodeIds.has(id)),
    edges: selection.edges.filter((id) => edgeIds.has(id)),
  };
  const same = kept.nodes.length === selection.nodes.length && kept.edges.length === selection.edges.length;
  return same ? selection : kept;
}

/** How far the branch shown had been run when a change in its past was undone at once; 0 for no further than is known. */
let seenMs = 0;

function knownMs(scenario: Scenario): number {
  return Math.max(seenMs, knownUntilMs(scenario));
}

/** The document after a change of the run: its journal has grown, or a branch has begun. */
function withEntry(
  { scenario, design }: DocumentState,
  entry: JournalEntry,
  reachedMs: number,
): Partial<DocumentState> {
  const untilMs = Math.max(reachedMs, knownMs(scenario));
  if (entry.atMs >= untilMs) return { scenario: { ...scenario, journal: [...scenario.journal, entry] } };
  const rows = branchRows(scenario);
  const name = uniqueName(
    nameOfChange(design, entry),
    rows.map((row) => row.name),
  );
  const from = rows.find(({ shown }) => shown) ?? { id: '', name: '' };
  return { scenario: forkBranch(scenario, entry, { untilMs, name }), forked: { atMs: entry.atMs, from } };
}

/** @throws Error when the journal is full, or the change would begin a branch and there is no room for another one */
function requireRoom(): void {
  const { scenario } = documentStore.getState();
  if (scenario.journal.length >= LIMITS.journal)
    throw new Error(`A run holds at most ${LIMITS.journal} changes. Restart it: they become part of the design.`);
  if (!branchesAreFull(scenario) || runtime().now() >= Math.max(runtime().reached(), knownMs(scenario))) return;
  throw new Error(`A scenario holds at most ${LIMITS.branches} branches. Delete one to begin another.`);
}

/** Entries on their way to the engine and back. */
let pending = 0;
let refused = false;
/** Tells the answers for a document that has been closed meanwhile. */
let generation = 0;

/** Applies an entry to the running engine, and keeps it with the instant at which it took place. */
async function journal(request: JournalRequest): Promise<void> {
  const mine = generation;
  pending += 1;
  try {
    if (pending === 1) requireRoom();
    const { entry, reachedMs } = await runtime().apply(request);
    if (mine !== generation) return;
    documentStore.setState((state) => withEntry(state, entry, reachedMs));
    seenMs = 0;
  } catch (error) {
    if (mine !== generation) return;
    refused = true;
    refuse(error instanceof Error ? error.message : String(error));
  } finally {
    if (mine === generation) {
      pending -= 1;
      if (pending === 0 && refused) showWhatRuns();
    }
  }
}

/** After a refusal the design goes back to what the engine really runs. */
function showWhatRuns(): void {
  refused = false;
  const { scenario, selection } = documentStore.getState();
  const nowMs = runtime().now();
  const design = designAfter(scenario, scenario.journal.filter(({ atMs }) => atMs <= nowMs).length);
  recordStep(snapshotOf(scenario, design, 'Take back what was refused'), null, performance.now());
  documentStore.setState({ design, selection: selectionWithin(selection, design), ...labels() });
}

/** The design after the first `count` entries of the journal. */
function designAfter(scenario: Scenario, count: number): Design {
  const edits = scenario.journal.slice(0, count).flatMap((entry) => ('edit' in entry ? entry.edit : []));
  const design = designOf(scenario);
  return edits.length === 0 ? design : applyChanges(design, edits);
}

/**
 * Keeps the design shown in step with the run, when it is scrubbed or played across entries of its own journal.
 * `applied` is the number of entries that the engine has behind it.
 */
export function followJournal(applied: number): void {
  const { scenario, design, selection } = documentStore.getState();
  if (pending > 0 || applied > scenario.journal.length) return;
  const there = designAfter(scenario, applied);
  if (structuralChanges(design, there).length === 0) return;
  // Notes, frames and places are those of now: they belong to no instant of the run.
  const shown = dressDesign(there, design);
  documentStore.setState({ design: shown, selection: selectionWithin(selection, shown) });
}

/** Causes a fault now, in the running simulation; it becomes part of the journal. Not undone: restart or heal instead. */
export function causeFault(fault: FaultAction): Promise<void> {
  return journal({ fault });
}

function restore(from: Snapshot, to: Snapshot, label: string): void {
  const { design, scenario } = documentStore.getState();
  const headChanged = to.title !== scenario.title || to.notes !== scenario.notes || to.seed !== scenario.seed;
  if (headChanged) putHead({ ...scenario, title: to.title, notes: to.notes, seed: to.seed });
  // A step that only moved or renamed takes the run's future along; one that changed what runs goes there as a whole.
  const onlyLooks = structuralChanges(from.design, to.design).length === 0;
  goTo(onlyLooks ? dressDesign(design, to.design) : to.design, label);
}

/**
 * Whether a step changes what runs, and yet nothing at the instant shown: there the run is as the step would leave it,
 * because what it takes back or does again comes later.
 */
function comesLater(from: Snapshot, to: Snapshot): boolean {
  const { design } = documentStore.getState();
  return structuralChanges(from.design, to.design).length > 0 && structuralChanges(design, to.design).length === 0;
}

/**
 * The branch that was left, where `step` alone began the one shown and nothing has come after it: taking the step back
 * leaves nothing that would be worth a branch.
 */
function leftFor(step: Snapshot): string | null {
  const { scenario, forked } = documentStore.getState();
  const last = scenario.journal.at(-1);
  const shown = branchRows(scenario).find((row) => row.shown);
  if (forked === null || shown?.changes !== 1 || last === undefined || !('edit' in last)) return null;
  const isFresh = last.label === step.label && last.atMs === forked.atMs && runtime().now() <= forked.atMs;
  return isFresh ? forked.from.id : null;
}

/** Goes back to the branch that was left as if the change had not been made; it can be made again. */
function returnTo(branch: string): void {
  const { scenario, design, selection } = documentStore.getState();
  const begun = scenario.branch?.id ?? '';
  forgetPending();
  seenMs = scenario.branches?.find(({ id }) => id === branch)?.untilMs ?? 0;
  const atMs = runtime().now();
  const back = dressScenario(removeBranch(switchBranch(scenario, branch, atMs), begun), design);
  const before = designAfter(back, back.journal.filter((entry) => entry.atMs <= atMs).length);
  const shown = dressDesign(before, design);
  const kept = selectionWithin(selection, shown);
  documentStore.setState({ scenario: back, design: shown, selection: kept, ...labels() });
  runtime().load(back, atMs, { opening: false, sameStart: true });
}

export function undo(): void {
  const from = presentStep();
  const left = leftFor(from);
  const to = stepBack();
  if (to === null) return;
  if (left !== null) returnTo(left);
  else if (comesLater(from, to)) {
    stepForward();
    refuse(`“${from.label}” comes later in this run. Go on to where it happened to take it back.`);
  } else restore(from, to, `Undo: ${from.label}`);
}

export function redo(): void {
  const from = presentStep();
  const to = stepForward();
  if (to === null) return;
  if (comesLater(from, to)) {
    stepBack();
    refuse(`At this instant “${to.label}” has taken place already.`);
  } else restore(from, to, `Redo: ${to.label}`);
}

/** Ends the joining of changes into one step, e.g. when a drag is over or a field is left. */
export function endStep(): void {
  endMerging();
}

/**
 * Starts over at instant 0 with the design as it is now: the edits of the run become part of what it starts from, and
 * faults caused by hand are forgotten, and so are other branches: they began from another start. (To see the same run again, scrub to 0 instead.)
 */
export function restartRun(): void {
  const { scenario, design } = documentStore.getState();
  forgetPending();
  const { branch: _, branches: _others, ...rest } = scenario;
  const begun = { ...rest, ...design, journal: [] };
  documentStore.setState({ scenario: begun, removed: null });
  runtime().load(begun, 0, { opening: false });
}

/** Goes over to another journal from the same start, at the instant shown: its design, and what can be undone in it. */
export function showJournal(scenario: Scenario, from: string, to: string): void {
  const { design, selection } = documentStore.getState();
  forgetPending();
  const restored = dressScenario(scenario, design);
  const atMs = runtime().now();
  const there = designAfter(restored, restored.journal.filter((entry) => entry.atMs <= atMs).length);
  const shown = dressDesign(there, design);
  changeHistory(from, to, snapshotOf(restored, shown, ''));
  documentStore.setState({
    scenario: restored,
    design: shown,
    selection: selectionWithin(selection, shown),
    ...labels(),
  });
  runtime().load(restored, atMs, { opening: false, sameStart: true });
}

/** What is on its way belongs to a run that is no more; so does the way back to it. */
function forgetPending(): void {
  documentStore.setState({ forked: null });
  seenMs = 0;
  generation += 1;
  pending = 0;
  refused = false;
}

/** Shows another document, with a history of its own. The design is the one at its instant. */
export function replaceDocument(scenario: Scenario, state: { readonly selection: Selection }): Design {
  forgetPending();
  forgetRoute();
  const atMs = scenario.view.instantMs ?? 0;
  const design = designAfter(scenario, scenario.journal.filter((entry) => entry.atMs <= atMs).length);
  resetHistory(snapshotOf(scenario, design, ''));
  documentStore.setState({
    scenario,
    design,
    selection: selectionWithin(state.selection, design),
    removed: null,
    ...labels(),
  });
  return design;
}
