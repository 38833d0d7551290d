/** Commands: the few coarse calls a page makes of the simulation worker, through Comlink. */
import type { EventStory, MessageStory, Report } from '../engine/report.ts';
import type { JournalEntry, Scenario } from '../scenario/document.ts';
import type { Layout } from './frame.ts';

export type { EventStory, MessageStory } from '../engine/report.ts';

/** Series of one run, sampled every `intervalMs`; index i is the sample at `i * intervalMs`. Missing samples are NaN. */
export interface SeriesSet {
  readonly intervalMs: number;
  readonly samples: number;
  /**
   * Columns of length `samples` by name. Names are `publish:<edge id>:<figure>` with figures
   * attempted, acknowledged, refused, unknown, retries, queued, blocked, bufferedBytes, requestsInFlight;
   * `subscription:<topic id>:<group>:<figure>` with figures applied, delivered, duplicateEffects, lost,
   * outOfOrderPerKey, outOfOrderGlobal, expired, dropped, deadLettered, lag, inFlight, p50Ms, p95Ms, p99Ms, p999Ms (of that interval); `consumer:<node id>:busy`.
   * Counters are running totals, the rest are values at the sample's instant.
   */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Columns beyond the recorder's cap, not recorded; 0 for all but enormous designs. */
  readonly leftOut: number;
  /** Faults and edits on the timeline, oldest first. */
  readonly marks: readonly TimelineMark[];
}

export interface TimelineMark {
  readonly atMs: number;
  readonly kind: 'fault' | 'edit' | 'anomaly' | 'rebalance';
  readonly label: string;
}

/** A change that has taken place. */
export interface Journaled {
  /** With its exact instant, for the document's journal. */
  readonly entry: JournalEntry;
  /** How far the run had been simulated before: where this is later, the change was made in its past. */
  readonly reachedMs: number;
}

/** Why the engine stopped by itself. */
export interface EngineFailure {
  readonly message: string;
  readonly seed: number;
  readonly atMs: number;
  readonly stack?: string;
}

export interface SimulationCommands {
  /** Starts a run of `scenario` at 0 and takes it to `atMs`, applying the journal on the way. Pauses there. */
  load(scenario: Scenario, atMs: number): Promise<void>;
  /**
   * Another branch of the run that is loaded: the same start with another journal. What both have in common is not
   * simulated again. Takes it to `atMs` and pauses there.
   */
  follow(scenario: Scenario, atMs: number): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  /** Simulated seconds per wall second, in (0, 1e6]; `Infinity` for as fast as the machine can. */
  setSpeed(speed: number): Promise<void>;
  /** One event forward, then paused. Tells of it; null when there was none. */
  step(): Promise<EventStory | null>;
  /** To just before the last event, then paused. Tells of the one that is the last then; null at the start. */
  stepBack(): Promise<EventStory | null>;
  /** Any instant from 0 on; replays the journal, forward or from a checkpoint back. Keeps playing if it was. */
  seek(atMs: number): Promise<void>;
  /**
   * Applies a change or a fault now, and forgets the journal after now: the run goes on as another branch of it, if it
   * had been further. Rejects when the engine fails on it.
   */
  apply(entry: WithoutInstant<JournalEntry>): Promise<Journaled>;
  report(): Promise<Report>;
  /** All columns, or only those named: one name that the run does not have is simply missing; none gives the marks alone. */
  series(columns?: readonly string[]): Promise<SeriesSet>;
  /** The life of a message by its logical id, or null when it was settled long ago. */
  message(id: number): Promise<MessageStory | null>;
  /** Answers at once: for the watchdog. */
  ping(): Promise<number>;
  /** Opens the stream of frames on a port of its own; see `StreamMessage`. */
  connect(port: FramePort): Promise<void>;
  /** Plain-data copy of the whole run, to restart a worker from; null while that would cost too much or means nothing. */
  snapshot(): Promise<RunSnapshot | null>;
  /**
   * Takes up the run that `snapshot` gave, paused. The snapshot is used up. `scenario` carries the journal as it stands
   * now: the entries applied when the snapshot was taken must still be its first ones.
   */
  restore(scenario: Scenario, snapshot: RunSnapshot): Promise<void>;
}

/**
 * A run put by. The state waits as an unread message at the port, so that keeping it costs the page nothing: only the
 * host that takes it up unpacks it. To be sent with the port transferred, or its port closed.
 */
export interface RunSnapshot {
  readonly atMs: number;
  readonly port: StatePort;
}

/** The part of `MessagePort` that hands over a state. */
export interface StatePort {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  /** The message waits until then. */
  start(): void;
  close(): void;
}

export type WithoutInstant<Entry> = Entry extends { atMs: number } ? Omit<Entry, 'atMs'> : never;

/**
 * What travels on the frame port. The page asks with `next` when it has drawn the last frame (back-pressure), and gives
 * back the memory of a frame that it needs no longer: sixty new arrays a second would keep the garbage collector busy.
 */
export type StreamMessage =
  | { readonly type: 'next'; readonly spent?: ArrayBuffer }
  | { readonly type: 'layout'; readonly layout: Layout }
  | { readonly type: 'frame'; readonly buffer: ArrayBuffer }
  | { readonly type: 'failure'; readonly failure: EngineFailure };

/** The part of `MessagePort` used here, so that this file needs no DOM. */
export interface FramePort {
  postMessage(message: StreamMessage, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: StreamMessage }) => void): void;
  /** Messages wait until then. */
  start(): void;
  close(): void;
}
