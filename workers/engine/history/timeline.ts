/**
 * A timeline: one run with its past and its journal, so that any instant can be visited and the journal replays exactly.
 *
 * What happens at one instant T has a total order, the same in every replay, however the way to T was cut into calls:
 *
 * 1. every event with time <= T, in the order of the event queue;
 * 2. the sample of T, when T is a sampling instant;
 * 3. the journal entries of T in journal order; after each, again 1 (an entry may schedule events at T).
 *
 * A live change obeys the same order: it is applied only after 1 and 2 and the entries already at T.
 */
import { assert } from '../core/assert.ts';
import { packPlain, unpackPlain } from '../core/packed.ts';
import { fromMs, LAST_NS, toMs } from '../core/time.ts';
import type { JournalEntry, Scenario } from '../../scenario/document.ts';
import { samePlain } from '../../scenario/plain.ts';
import {
  addCheckpoint,
  comparePoints,
  createCheckpoints,
  dropAfter,
  dropFrom,
  eventsBetween,
  lastBefore,
  type Checkpoint,
  type CheckpointLimits,
  type Checkpoints,
  type Point,
} from './checkpoints.ts';
import type { Change, Machine } from './machine.ts';

/** Who looks at the run at regular instants. Lives outside the run; its answers never change the run. */
export interface Sampler<Run> {
  /** The first sampling instant after `ns`; from -1 that is 0. */
  readonly nextAfter: (ns: number) => number;
  /** May be called again for an instant already sampled, with the run in the same state. */
  readonly take: (run: Run, ns: number) => void;
  /** What was sampled after `ns` did not happen: the future is another one. */
  readonly forgetAfter: (ns: number) => void;
}

export interface Timeline<Run> {
  readonly machine: Machine<Run>;
  /** What the run starts from. Its own journal is not read: see `journal`. */
  readonly scenario: Scenario;
  readonly sampler: Sampler<Run> | null;
  readonly checkpoints: Checkpoints;
  run: Run;
  /** In order of time. Only ever replaced, never changed in place. */
  journal: readonly JournalEntry[];
  /** Entries applied so far: `journal[applied]` comes next. */
  applied: number;
  sampledNs: number;
  /** Furthest instant reached since the last change. */
  horizonNs: number;
  /** Grows whenever the run is another one than before or its design changed. */
  epoch: number;
  /** Size of the run when a copy was last wanted, bytes; 0 before. */
  measuredBytes: number;
}

/** Single steps back are served by checkpoints so many times closer than ordinary ones. */
const STEPS_A_CHECKPOINT = 5;

export interface TimelineOptions<Run> {
  readonly sampler?: Sampler<Run>;
  readonly limits?: Partial<CheckpointLimits>;
}

/** What a timeline can be taken up from in another thread, together with its scenario. Plain data. */
export interface SavedTimeline<Run> {
  readonly run: Run;
  readonly applied: number;
  readonly sampledNs: number;
}

/** A run of the scenario at 0, nothing processed, with the scenario's journal still to come. */
export function createTimeline<Run>(
  machine: Machine<Run>,
  scenario: Scenario,
  options: TimelineOptions<Run> = {},
): Timeline<Run> {
  return {
    machine,
    scenario,
    sampler: options.sampler ?? null,
    checkpoints: createCheckpoints(options.limits),
    run: machine.createRun(scenario),
    journal: scenario.journal.toSorted((a, b) => a.atMs - b.atMs),
    applied: 0,
    sampledNs: -1,
    horizonNs: 0,
    epoch: 0,
    measuredBytes: 0,
  };
}

export function saveTimeline<Run>(timeline: Timeline<Run>): SavedTimeline<Run> {
  const { machine, run, applied, sampledNs } = timeline;
  return { run: machine.snapshot(run), applied, sampledNs };
}

/**
 * Takes a saved timeline up again, without a copy: the saved run is used up. Its past is computed again when visited.
 *
 * @param scenario the one the saved timeline was created with, and its journal as it stands now: the entries applied
 *   when it was saved must still be the first ones
 */
export function restoreTimeline<Run>(
  machine: Machine<Run>,
  scenario: Scenario,
  saved: SavedTimeline<Run>,
  options: TimelineOptions<Run> = {},
): Timeline<Run> {
  const timeline = createTimeline(machine, scenario, options);
  assert(saved.applied <= timeline.journal.length, 'The journal is older than the saved run');
  timeline.run = saved.run;
  timeline.applied = saved.applied;
  timeline.sampledNs = saved.sampledNs;
  timeline.horizonNs = machine.nowNs(saved.run);
  return timeline;
}

export function nowOf<Run>(timeline: Timeline<Run>): number {
  return timeline.machine.nowNs(timeline.run);
}

/** When something happens next, be it an event or a journal entry; `Infinity` for never. */
export function nextNs<Run>(timeline: Timeline<Run>): number {
  return Math.min(timeline.machine.nextEventNs(timeline.run), nextEntryNs(timeline));
}

/**
 * Forward to `toNs`, everything of that instant included.
 *
 * @param toNs from now to `LAST_NS`
 * @param maxEvents at least 1. With `limit` there is more to do: call again.
 */
export function advance<Run>(timeline: Timeline<Run>, toNs: number, maxEvents = Infinity): 'reached' | 'limit' {
  assert(toNs >= nowOf(timeline) && toNs <= LAST_NS, () => `Cannot advance from ${nowOf(timeline)} to ${toNs} ns`);
  assert(maxEvents >= 1, 'At least one event must be allowed');
  const { machine } = timeline;
  let left = maxEvents;
  let outcome: 'reached' | 'limit' | undefined;
  while (outcome === undefined) {
    const stopNs = Math.min(toNs, nextStopNs(timeline));
    if (left <= 0 && machine.nextEventNs(timeline.run) <= stopNs) {
      outcome = 'limit';
      break;
    }
    const before = machine.eventCount(timeline.run);
    if (machine.runUntil(timeline.run, stopNs, Math.max(1, left)) === 'limit') outcome = 'limit';
    else if (!settleStop(timeline, stopNs) && stopNs === toNs) outcome = 'reached';
    left -= machine.eventCount(timeline.run) - before;
  }
  timeline.horizonNs = Math.max(timeline.horizonNs, nowOf(timeline));
  keepCheckpoint(timeline, 'ordinary');
  return outcome;
}

/**
 * Changes to the nearest known run from which `advance` reaches `ns`: a checkpoint, the present one, or a new one at 0.
 * `seek` in slices is `jump`, then `advance` until it says `reached`.
 */
export function jump<Run>(timeline: Timeline<Run>, ns: number): void {
  const here = nowOf(timeline) <= ns ? pointOf(timeline) : undefined;
  const found = lastBefore(timeline.checkpoints, (checkpoint) => checkpoint.timeNs <= ns);
  if (here !== undefined && (found === undefined || comparePoints(here, found) >= 0)) return;
  adopt(timeline, found);
}

/** Puts the newest checkpoint, or a new run, in the place of a present that an engine failure has left half done. */
export function recover<Run>(timeline: Timeline<Run>): void {
  adopt(timeline, timeline.checkpoints.rows.at(-1));
}

/** To any instant from 0 to `LAST_NS`, back or forth, at once. */
export function seek<Run>(timeline: Timeline<Run>, ns: number): void {
  jump(timeline, ns);
  advance(timeline, ns);
}

/**
 * One event forward, with the samples and journal entries before it. False when none is left; time then stays, unless
 * journal entries were left to apply. `before` sees the run as the event finds it.
 */
export function stepForward<Run>(timeline: Timeline<Run>, before?: (run: Run) => void): boolean {
  const { machine } = timeline;
  while (nextNs(timeline) < Infinity) {
    const stopNs = nextStopNs(timeline);
    if (machine.nextEventNs(timeline.run) <= stopNs) {
      before?.(timeline.run);
      machine.stepEvent(timeline.run);
      timeline.horizonNs = Math.max(timeline.horizonNs, nowOf(timeline));
      return true;
    }
    machine.runUntil(timeline.run, stopNs, 1);
    settleStop(timeline, stopNs);
  }
  timeline.horizonNs = Math.max(timeline.horizonNs, nowOf(timeline));
  return false;
}

/** Number of events after a step back from here: one less, and 0 from 0. */
export function eventsBeforeLast<Run>(timeline: Timeline<Run>): number {
  return Math.max(0, timeline.machine.eventCount(timeline.run) - 1);
}

/**
 * Like `jump`, to a number of events. A step back in slices is `jumpToEvent(t, eventsBeforeLast(t))`, then
 * `advanceToEvent` until it says `reached`.
 */
export function jumpToEvent<Run>(timeline: Timeline<Run>, events: number): void {
  // Strictly before: so that the last event is always processed here, and now is its time whatever checkpoints there are.
  adopt(
    timeline,
    lastBefore(timeline.checkpoints, (checkpoint) => checkpoint.events < events),
  );
}

/**
 * Forward until `events` events have been processed in all, and not one thing more: journal entries and samples that
 * come between this event and the next are still to come. `before` sees the run as the last of them finds it.
 */
export function advanceToEvent<Run>(
  timeline: Timeline<Run>,
  events: number,
  maxEvents = Infinity,
  before?: (run: Run) => void,
): 'reached' | 'limit' {
  const left = events - timeline.machine.eventCount(timeline.run);
  assert(left >= 0, 'Cannot advance to an event of the past');
  if (left === 0) return 'reached';
  // Who steps back once steps back again: a checkpoint shortly before the goal makes the next times cheap.
  const room = Math.ceil(timeline.checkpoints.limits.eventsMin / STEPS_A_CHECKPOINT);
  if (left > room) {
    advance(timeline, LAST_NS, Math.min(left - room, maxEvents));
    if (left - room > maxEvents) return 'limit';
    keepCheckpoint(timeline, 'before steps');
    return left - room === maxEvents ? 'limit' : advanceToEvent(timeline, events, maxEvents - (left - room), before);
  }
  if (left > 1) advance(timeline, LAST_NS, Math.min(left - 1, maxEvents));
  if (left - 1 > maxEvents) return 'limit';
  assert(stepForward(timeline, before), () => `This history ends before event ${events}`);
  return 'reached';
}

/** To just before the last event, at once. */
export function stepBack<Run>(timeline: Timeline<Run>): void {
  const events = eventsBeforeLast(timeline);
  jumpToEvent(timeline, events);
  advanceToEvent(timeline, events);
}

/**
 * Applies a change now, after everything else of this instant, and forgets the journal and the checkpoints after now.
 *
 * @returns the entry as journaled, with its instant
 */
export function record<Run>(timeline: Timeline<Run>, change: Change): JournalEntry {
  const { machine } = timeline;
  const ns = nowOf(timeline);
  advance(timeline, ns);
  keepCheckpoint(timeline, 'before a change');
  machine.applyChange(timeline.run, change);

  const entry: JournalEntry = { ...change, atMs: toMs(ns) };
  dropAfter(timeline.checkpoints, pointOf(timeline));
  timeline.journal = [...timeline.journal.slice(0, timeline.applied), entry];
  timeline.applied += 1;
  timeline.horizonNs = ns;
  timeline.sampler?.forgetAfter(ns);
  timeline.epoch += 1;
  return entry;
}

/**
 * Goes over to another journal from the same start: another branch. What both have in common is kept, checkpoints
 * included; a present behind the place where they part goes back to the last checkpoint before it.
 */
export function changeJournal<Run>(timeline: Timeline<Run>, journal: readonly JournalEntry[]): void {
  const before = timeline.journal;
  const after = journal.toSorted((a, b) => a.atMs - b.atMs);
  let common = 0;
  while (common < before.length && common < after.length && samePlain(before[common], after[common])) common++;
  if (common === before.length && common === after.length) return;

  const entryNs = instantOf(after[common]);
  const isOver = (applied: number, ns: number): boolean => applied > common || ns > entryNs;
  dropFrom(timeline.checkpoints, ({ applied, timeNs }) => isOver(applied, timeNs));
  timeline.journal = after;
  const partNs = Math.min(entryNs, instantOf(before[common]));
  timeline.sampler?.forgetAfter(partNs);
  if (isOver(timeline.applied, nowOf(timeline))) adopt(timeline, timeline.checkpoints.rows.at(-1));
  timeline.horizonNs = Math.max(nowOf(timeline), Math.min(timeline.horizonNs, partNs));
  timeline.epoch += 1;
}

/** The next instant at which `advance` has more to do than to process events. */
function nextStopNs<Run>(timeline: Timeline<Run>): number {
  const sampleNs = timeline.sampler?.nextAfter(timeline.sampledNs) ?? Infinity;
  return Math.min(sampleNs, nextEntryNs(timeline));
}

function nextEntryNs<Run>(timeline: Timeline<Run>): number {
  return instantOf(timeline.journal[timeline.applied]);
}

function instantOf(entry: JournalEntry | undefined): number {
  return entry === undefined ? Infinity : fromMs(entry.atMs);
}

/** Takes the sample or applies the one entry that is due. False when nothing is; true means: look at this instant again. */
function settleStop<Run>(timeline: Timeline<Run>, ns: number): boolean {
  const { sampler, machine } = timeline;
  if (sampler !== null && sampler.nextAfter(timeline.sampledNs) === ns) {
    sampler.take(timeline.run, ns);
    timeline.sampledNs = ns;
    return true;
  }
  const entry = timeline.journal[timeline.applied];
  if (entry === undefined || fromMs(entry.atMs) !== ns) return false;
  machine.applyChange(timeline.run, entry);
  timeline.applied += 1;
  timeline.epoch += 1;
  return true;
}

function pointOf<Run>(timeline: Timeline<Run>): Point {
  return { events: timeline.machine.eventCount(timeline.run), applied: timeline.applied };
}

/** Keeps a copy of the present, unless one lies so near before it that there is little to run again. */
function keepCheckpoint<Run>(timeline: Timeline<Run>, why: 'ordinary' | 'before a change' | 'before steps'): void {
  const { machine, checkpoints, run } = timeline;
  const { limits } = checkpoints;
  const point = pointOf(timeline);
  const before = lastBefore(checkpoints, (checkpoint) => comparePoints(checkpoint, point) <= 0);
  const events = point.events - (before?.events ?? 0);
  const due = why === 'ordinary' ? eventsBetween(limits, timeline.measuredBytes) : 1;
  if (limits.bytesMax === 0 || events < due) return;
  // A run that was too large to keep is measured first: that is cheaper than packing it in vain.
  if (timeline.measuredBytes > limits.bytesMax) timeline.measuredBytes = machine.snapshotBytes(run);
  if (timeline.measuredBytes > limits.bytesMax) return;
  const packed = packPlain(machine.stateOf(run), before?.packed ?? null);
  timeline.measuredBytes = packed.stateBytes;
  addCheckpoint(checkpoints, { packed, timeNs: machine.nowNs(run), ...point, sampledNs: timeline.sampledNs });
}

/** The run becomes a copy of the checkpoint, or a new one at 0. The memory of the present one is used again. */
function adopt<Run>(timeline: Timeline<Run>, checkpoint: Checkpoint | undefined): void {
  const { machine, run, scenario } = timeline;
  timeline.run = checkpoint === undefined ? machine.createRun(scenario) : unpackPlain(checkpoint.packed, run);
  timeline.applied = checkpoint?.applied ?? 0;
  timeline.sampledNs = checkpoint?.sampledNs ?? -1;
  timeline.epoch += 1;
}
