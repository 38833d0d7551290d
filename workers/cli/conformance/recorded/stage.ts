/**
 * The stage on which a recorded run is played: a run of the engine that begins with an empty scenario and gets its topics,
 * producers and consumers by edits, as a person would draw them. It is stepped event by event and watched from outside.
 */
import * as v from 'valibot';
import {
  edgeSchema,
  nodeSchema,
  type DesignChange,
  type FaultAction,
  type JournalEntry,
  type Scenario,
  type ScenarioEdge,
  type ScenarioNode,
} from '../../../scenario/document.ts';
import {
  applyChange,
  createRun,
  fromMs,
  nextEventNs,
  nowNs,
  runUntil,
  stepEvent,
  toMs,
  type Run,
} from '../../../engine/engine.ts';
import { createWatch, type Watch } from './watch.ts';

/** Something that the engine cannot play, and why. */
export class NotPlayable extends Error {}

/** What happened since somebody asked last is in `watch`; the design so far in `run`. */
export interface Stage {
  readonly run: Run;
  readonly watch: Watch;
  /** Everything that was done to the run, so that it can be told as a scenario. */
  readonly journal: JournalEntry[];
}

export function createStage(): Stage {
  const run = createRun(EMPTY);
  return { run, watch: createWatch(run), journal: [] };
}

const EMPTY: Scenario = {
  format: 'sluice/1',
  title: 'Recorded run',
  notes: '',
  seed: 1,
  nodes: [],
  edges: [],
  faults: [],
  checks: [],
  journal: [],
  view: {},
};

/** The played run as a document: an empty design and the journal. */
export function scenarioOf({ journal }: Stage): Scenario {
  return { ...EMPTY, journal };
}

/** @throws NotPlayable when an item is not one that a document may hold */
export function edit(stage: Stage, changes: readonly DesignChange[]): void {
  for (const change of changes) judge(change);
  applyChange(stage.run, { edit: changes });
  stage.journal.push({ atMs: toMs(nowNs(stage.run)), edit: changes });
  stage.watch.look();
}

function judge(change: DesignChange): void {
  if (change.op !== 'add' || (change.in !== 'nodes' && change.in !== 'edges')) return;
  const read = v.safeParse<v.GenericSchema>(change.in === 'nodes' ? nodeSchema : edgeSchema, change.item);
  if (read.success) return;
  const [issue] = read.issues;
  throw new NotPlayable(
    `A ${change.item.kind} of the engine cannot be like that: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
  );
}

export function fault(stage: Stage, action: FaultAction): void {
  applyChange(stage.run, { fault: action });
  stage.journal.push({ atMs: toMs(nowNs(stage.run)), fault: action });
  stage.watch.look();
}

export function addNode(item: ScenarioNode): DesignChange {
  return { op: 'add', in: 'nodes', item };
}

export function addEdge(item: ScenarioEdge): DesignChange {
  return { op: 'add', in: 'edges', item };
}

/** A node without a place on the canvas. */
export function placed(id: string): { id: string; name: string; position: { x: number; y: number } } {
  return { id, name: id, position: { x: 0, y: 0 } };
}

/** Lets time pass. */
export function pass(stage: Stage, ms: number): void {
  passUntil(stage, ms, () => false);
}

/** Lets time pass until `done`, looked at after every event, but no longer than `ms`. */
export function passUntil({ run, watch }: Stage, ms: number, done: () => boolean): void {
  const untilNs = nowNs(run) + fromMs(ms);
  while (!done() && nextEventNs(run) <= untilNs) {
    stepEvent(run);
    watch.look();
  }
  if (!done()) runUntil(run, untilNs);
}

/** Lets time pass until nothing has been seen for `idleMs`, at most `SETTLE_MAX_MS`. */
export function settle(stage: Stage, idleMs: number): void {
  const { run, watch } = stage;
  const latestNs = nowNs(run) + fromMs(SETTLE_MAX_MS);
  let quietNs = nowNs(run);
  for (;;) {
    const untilNs = Math.min(quietNs + fromMs(idleMs), latestNs);
    if (nextEventNs(run) > untilNs) return void runUntil(run, untilNs);
    stepEvent(run);
    if (watch.look()) quietNs = nowNs(run);
  }
}

/** Two members that take turns for ever never settle. */
const SETTLE_MAX_MS = 120_000;
