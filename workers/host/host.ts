/**
 * The host: one timeline, driven by commands and by the wall clock, shown in frames. It is always in one of a few modes,
 * works in slices of a few milliseconds, and answers commands between them.
 */
import { transfer } from 'comlink';
import {
  advance,
  advanceToEvent,
  changeJournal,
  createSeries,
  createTimeline,
  eventsBeforeLast,
  forgetAfter,
  fromMs,
  jump,
  jumpToEvent,
  LAST_NS,
  nextNs,
  nextSampleNs,
  nowOf,
  record,
  recordedSeries,
  recover,
  restoreTimeline,
  saveTimeline,
  stepForward,
  takeSample,
  toMs,
  type Sampler,
  type Series,
  type Timeline,
} from '../engine/engine.ts';
import type { Report } from '../engine/report.ts';
import type { JournalEntry, Scenario } from '../scenario/document.ts';
import type {
  EngineFailure,
  EventStory,
  FramePort,
  Journaled,
  MessageStory,
  RunSnapshot,
  SeriesSet,
  SimulationCommands,
  WithoutInstant,
} from '../protocol/commands.ts';
import { STATUS, type Layout } from '../protocol/frame.ts';
import { documentMarks } from './document-marks.ts';
import { createFrameStream, type FrameStream } from './frame-stream.ts';
import type { Instruments } from './instruments.ts';
import type { Goal, Mode, SavedRun } from './mode.ts';
import { achievedSpeed, anchor, createPace, dueNs, observePace, type Pace } from './pacing.ts';
import { createProgress } from './progress.ts';
import { createChunks, runSlice, SLICE_MS } from './slices.ts';
import { putBy, unpack } from './snapshots.ts';
import { buffersOf } from '../protocol/transferables.ts';

/** Larger runs are not copied to the page. */
const SNAPSHOT_BYTES_MAX = 32 * 2 ** 20;
/** How often a run that has caught up looks at the clock again: well above the rate at which a page draws. */
const CAUGHT_UP_MS = 4;
/** At unlimited speed time moves in strides, so that it does not leap to the end of time when nothing is scheduled. */
const STRIDE_NS = 1_000_000_000;
const SPEED_MAX = 1e6;

/** Where the host gets wall time and its next turn from. */
export interface Surroundings {
  /** Wall milliseconds, never going back. */
  readonly clock: () => number;
  /** Calls `turn` once after about so many milliseconds (0: as soon as waiting messages were answered). Replaces an earlier request. */
  readonly later: (ms: number, turn: () => void) => void;
}

/** A document may ask for any instant; the engine ends at `LAST_NS`. */
function instantOf(atMs: number): number {
  return atMs >= toMs(LAST_NS) ? LAST_NS : fromMs(Math.max(0, atMs));
}

export class SimulationHost<Run> implements SimulationCommands {
  readonly #instruments: Instruments<Run>;
  readonly #surroundings: Surroundings;
  readonly #stream: FrameStream;
  readonly #pace: Pace = createPace();
  readonly #chunks = createChunks();
  #mode: Mode = { kind: 'empty' };
  #timeline: Timeline<Run> | null = null;
  #series: Series = createSeries();
  #seed = 0;
  /** Those who wait for a seek to end or to be overtaken. */
  #waiting: (() => void)[] = [];
  /** The event that a step ended with. */
  #told: EventStory | null = null;
  /** What the stream's layout was last made for. */
  #described = '';
  readonly #progress = createProgress();

  constructor(instruments: Instruments<Run>, surroundings: Surroundings) {
    this.#instruments = instruments;
    this.#surroundings = surroundings;
    this.#stream = createFrameStream({
      layout: (version) => instruments.layoutOf(this.#present().run, version),
      pack: (layout, spent) => this.#pack(layout, spent),
      asked: () => this.#flush(),
    });
  }

  async load(scenario: Scenario, atMs: number): Promise<void> {
    this.#open(scenario, () => {
      this.#series = createSeries();
      return createTimeline(this.#instruments.machine, scenario, { sampler: this.#sampler() });
    });
    await this.#goTo({ kind: 'instant', ns: instantOf(atMs) }, 'paused');
  }

  async follow(scenario: Scenario, atMs: number): Promise<void> {
    const timeline = this.#timeline;
    if (timeline === null || this.#mode.kind === 'failed') return this.load(scenario, atMs);
    this.#guard(() => changeJournal(timeline, scenario.journal));
    await this.#goTo({ kind: 'instant', ns: instantOf(atMs) }, 'paused');
  }

  async restore(scenario: Scenario, snapshot: RunSnapshot): Promise<void> {
    const saved = await unpack<SavedRun<Run>>(snapshot.port);
    this.#open(scenario, () => {
      this.#series = saved.series;
      forgetAfter(this.#series, fromMs(snapshot.atMs));
      return restoreTimeline(this.#instruments.machine, scenario, saved.timeline, { sampler: this.#sampler() });
    });
  }

  async play(): Promise<void> {
    if (this.#mode.kind === 'seeking') this.#mode = { ...this.#mode, after: 'playing' };
    if (this.#mode.kind === 'paused') this.#enter({ kind: 'playing' });
  }

  async pause(): Promise<void> {
    if (this.#mode.kind === 'seeking') this.#mode = { ...this.#mode, after: 'paused' };
    if (this.#mode.kind === 'playing') this.#enter({ kind: 'paused' });
  }

  async setSpeed(speed: number): Promise<void> {
    if (!(speed > 0)) throw new RangeError(`A speed is above 0, not ${speed}`);
    this.#pace.speed = speed === Infinity ? speed : Math.min(speed, SPEED_MAX);
    this.#anchor();
  }

  async step(): Promise<EventStory | null> {
    await this.#settled();
    if (this.#mode.kind !== 'paused' && this.#mode.kind !== 'playing') return null;
    this.#told = null;
    this.#guard(() => {
      stepForward(this.#present(), this.#tell);
      this.#enter({ kind: 'paused' });
    });
    return this.#told;
  }

  async stepBack(): Promise<EventStory | null> {
    await this.#settled();
    if (this.#mode.kind !== 'paused' && this.#mode.kind !== 'playing') return null;
    this.#told = null;
    await this.#goTo({ kind: 'event', events: eventsBeforeLast(this.#present()) }, 'paused');
    return this.#told;
  }

  readonly #tell = (run: Run): void => {
    this.#told = this.#instruments.tellNext(run);
  };

  async seek(atMs: number): Promise<void> {
    const playing = this.#mode.kind === 'seeking' ? this.#mode.after === 'playing' : this.#mode.kind === 'playing';
    await this.#goTo({ kind: 'instant', ns: instantOf(atMs) }, playing ? 'playing' : 'paused');
  }

  async apply(entry: WithoutInstant<JournalEntry>): Promise<Journaled> {
    await this.#settled();
    if (this.#mode.kind !== 'paused' && this.#mode.kind !== 'playing') throw new Error('There is no run to change');
    const reachedMs = toMs(this.#present().horizonNs);
    const journaled = this.#guard(() => record(this.#present(), entry));
    if (journaled === undefined) throw new Error('The engine failed on this change');
    this.#anchor();
    this.#show();
    return { entry: journaled, reachedMs };
  }

  async report(): Promise<Report> {
    return this.#instruments.report(this.#present().run);
  }

  async series(columns?: readonly string[]): Promise<SeriesSet> {
    const { scenario, journal } = this.#present();
    const { marks, ...recorded } = recordedSeries(this.#series, columns);
    const all = [...documentMarks(scenario, journal), ...marks].toSorted((a, b) => a.atMs - b.atMs);
    return transfer({ ...recorded, marks: all }, buffersOf(recorded.columns));
  }

  async message(id: number): Promise<MessageStory | null> {
    return this.#instruments.messageStory(this.#present().run, id);
  }

  async ping(): Promise<number> {
    return this.#surroundings.clock();
  }

  async connect(port: FramePort): Promise<void> {
    this.#stream.connect(port);
    if (this.#mode.kind === 'failed') this.#stream.fail(this.#mode.failure);
  }

  async snapshot(): Promise<RunSnapshot | null> {
    if (this.#mode.kind !== 'paused' && this.#mode.kind !== 'playing') return null;
    const timeline = this.#present();
    if (timeline.machine.snapshotBytes(timeline.run) > SNAPSHOT_BYTES_MAX) return null;
    const state: SavedRun<Run> = { timeline: saveTimeline(timeline), series: structuredClone(this.#series) };
    return putBy(toMs(nowOf(timeline)), state);
  }

  /** One turn of work, as asked for from the surroundings. */
  readonly #turn = (): void => {
    const mode = this.#mode;
    this.#guard(() => {
      if (mode.kind === 'playing') this.#playSlice();
      if (mode.kind === 'seeking') this.#seekSlice(mode.goal, mode.after);
    });
    this.#show();
  };

  #playSlice(): void {
    const timeline = this.#present();
    const { clock } = this.#surroundings;
    const caughtUp = runSlice(this.#chunks, clock, SLICE_MS, (maxEvents) => {
      const toNs = this.#playUntilNs(timeline);
      // Unlimited speed and nothing left to happen, or the end of time: there is nothing more to show.
      if (toNs === null) this.#mode = { kind: 'paused' };
      if (toNs === null) return true;
      const reached = advance(timeline, toNs, maxEvents) === 'reached';
      this.#assertProgress(timeline);
      return reached && this.#pace.speed < Infinity;
    });
    observePace(this.#pace, clock(), nowOf(timeline));
    if (this.#mode.kind === 'playing') this.#later(caughtUp ? CAUGHT_UP_MS : 0);
  }

  /** The instant that is due; null when playing on is pointless. */
  #playUntilNs(timeline: Timeline<Run>): number | null {
    const ns = nowOf(timeline);
    if (ns === LAST_NS) return null;
    if (this.#pace.speed < Infinity)
      return Math.min(LAST_NS, Math.max(ns, dueNs(this.#pace, this.#surroundings.clock())));
    const next = nextNs(timeline);
    return next === Infinity ? null : Math.min(LAST_NS, next + STRIDE_NS);
  }

  #seekSlice(goal: Goal, after: 'paused' | 'playing'): void {
    const timeline = this.#present();
    const arrived = runSlice(this.#chunks, this.#surroundings.clock, SLICE_MS, (maxEvents) => {
      const outcome =
        goal.kind === 'instant'
          ? advance(timeline, goal.ns, maxEvents)
          : advanceToEvent(timeline, goal.events, maxEvents, this.#tell);
      this.#assertProgress(timeline);
      return outcome === 'reached';
    });
    if (arrived) this.#enter({ kind: after });
    else this.#later(0);
  }

  /** Starts a seek in place of any other. Resolves when it has arrived, has failed or was overtaken. */
  async #goTo(goal: Goal, after: 'paused' | 'playing'): Promise<void> {
    const timeline = this.#timeline;
    if (timeline === null) return;
    this.#guard(() => {
      // What a failed event has left behind is not to be trusted.
      if (this.#mode.kind === 'failed') recover(timeline);
      if (goal.kind === 'instant') jump(timeline, goal.ns);
      else jumpToEvent(timeline, goal.events);
      this.#watch(timeline);
      this.#release();
      this.#enter({ kind: 'seeking', goal, after });
    });
    await new Promise<void>((resolve) => {
      if (this.#mode.kind === 'seeking') this.#waiting.push(resolve);
      else resolve();
    });
  }

  /** Waits until no seek is under way, whoever asked for it. */
  async #settled(): Promise<void> {
    // Each turn of the loop is one seek that ended, and only a person starts them.
    while (this.#mode.kind === 'seeking') await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Another timeline takes the place of the present one. */
  #open(scenario: Scenario, build: () => Timeline<Run>): void {
    this.#seed = scenario.seed;
    this.#mode = { kind: 'empty' };
    this.#timeline = null;
    this.#described = '';
    this.#release();
    this.#guard(() => {
      this.#timeline = build();
      this.#watch(this.#timeline);
      this.#enter({ kind: 'paused' });
    });
  }

  #enter(mode: Mode): void {
    this.#mode = mode;
    this.#anchor();
    if (mode.kind === 'playing' || mode.kind === 'seeking') this.#later(0);
    if (mode.kind !== 'seeking') this.#release();
    this.#show();
  }

  #anchor(): void {
    if (this.#timeline !== null) anchor(this.#pace, this.#surroundings.clock(), nowOf(this.#timeline));
  }

  #later(ms: number): void {
    this.#surroundings.later(ms, this.#turn);
  }

  #watch(timeline: Timeline<Run>): void {
    this.#instruments.watch(timeline.run);
    this.#progress.reset();
  }

  #assertProgress(timeline: Timeline<Run>): void {
    this.#progress.assert(nowOf(timeline), timeline.machine.eventCount(timeline.run));
  }

  /** Tells the stream that there is something new to see. */
  #show(): void {
    const timeline = this.#timeline;
    if (timeline === null || this.#mode.kind === 'failed') return;
    const described = `${timeline.epoch} ${this.#instruments.layoutVersion(timeline.run)}`;
    if (described !== this.#described) this.#stream.touchLayout();
    this.#described = described;
    this.#stream.touch();
    this.#flush();
  }

  #flush(): void {
    if (this.#timeline !== null && this.#mode.kind !== 'failed') this.#guard(() => this.#stream.flush());
  }

  #pack(layout: Layout, spent: ArrayBuffer | null): ArrayBuffer {
    const { run, horizonNs, applied } = this.#present();
    const { kind } = this.#mode;
    const status = kind === 'playing' || kind === 'seeking' ? STATUS[kind] : STATUS.paused;
    const speed =
      kind === 'playing' ? achievedSpeed(this.#pace, this.#surroundings.clock(), nowOf(this.#present())) : 0;
    return this.#instruments.packFrame(run, layout, { horizonNs, status, speed, journalApplied: applied }, spent);
  }

  #present(): Timeline<Run> {
    if (this.#timeline === null) throw new Error('No run is loaded');
    return this.#timeline;
  }

  #sampler(): Sampler<Run> {
    return {
      nextAfter: (ns) => nextSampleNs(this.#series, ns),
      take: (run, ns) => takeSample(this.#series, ns, (sink) => this.#instruments.readFigures(run, sink)),
      forgetAfter: (ns) => forgetAfter(this.#series, ns),
    };
  }

  /** Does a piece of engine work. A throw stops the engine and becomes the failure card; undefined then. */
  #guard<Value>(work: () => Value): Value | undefined {
    try {
      return work();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    const thrown = error instanceof Error ? error : new Error(String(error));
    const failure: EngineFailure = {
      message: thrown.message,
      seed: this.#seed,
      atMs: this.#timeline === null ? 0 : toMs(nowOf(this.#timeline)),
      ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    };
    this.#mode = { kind: 'failed', failure };
    this.#release();
    this.#stream.fail(failure);
  }
}
