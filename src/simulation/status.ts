/** What changes at human speed: the state of the run for buttons, labels and panels. Fed from frames, at most 4 Hz. */
import { createStore, useStore } from 'zustand';
import type { EngineFailure, EventStory } from '../../workers/protocol/commands.ts';
import { HEADER, STATUS, type Layout } from '../../workers/protocol/frame.ts';

type SimulationStatus = 'loading' | 'paused' | 'playing' | 'seeking' | 'failed' | 'recovering';

export interface SimulationState {
  readonly status: SimulationStatus;
  /** Simulated instant shown. */
  readonly instantMs: number;
  /** Furthest instant reached on this timeline: what the timeline can be scrubbed over without computing further. */
  readonly horizonMs: number;
  /** Simulated seconds per wall second asked for; `Infinity` for as fast as the machine can. */
  readonly speed: number;
  /** What was reached lately; 0 while not playing. */
  readonly achievedSpeed: number;
  readonly events: number;
  /** Messages attempted. */
  readonly messages: number;
  /** 16 hexadecimal digits over every event up to the instant. */
  readonly digest: string;
  readonly journalApplied: number;
  /** Why the engine stopped by itself; null while it has not. */
  readonly failure: EngineFailure | null;
  readonly layout: Layout | null;
  /** What a step has ended with; null once the run has gone elsewhere. */
  readonly lastEvent: EventStory | null;
  /** A sentence the person should read once, e.g. after a recovery. */
  readonly notice: string | null;
  /** Counts the scenarios loaded, so that what was pulled from one is not shown for another. */
  readonly run: number;
}

const initial: SimulationState = {
  status: 'loading',
  instantMs: 0,
  horizonMs: 0,
  speed: 1,
  achievedSpeed: 0,
  events: 0,
  messages: 0,
  digest: '0'.repeat(16),
  journalApplied: 0,
  failure: null,
  layout: null,
  lastEvent: null,
  notice: null,
  run: 0,
};

export const simulationStore = createStore<SimulationState>(() => initial);

export function useSimulation<Value>(selector: (state: SimulationState) => Value): Value {
  return useStore(simulationStore, selector);
}

/** The person has read the notice. */
export function dismissNotice(): void {
  simulationStore.setState({ notice: null });
}

const STATUS_NAMES: Readonly<Record<number, SimulationStatus>> = {
  [STATUS.paused]: 'paused',
  [STATUS.playing]: 'playing',
  [STATUS.seeking]: 'seeking',
  [STATUS.failed]: 'failed',
};

const NS_PER_MS = 1e6;

/** What a frame says of the state. */
export function stateOfFrame(values: Float64Array, layout: Layout): Partial<SimulationState> {
  return {
    status: STATUS_NAMES[values[HEADER.status]!] ?? 'paused',
    instantMs: values[HEADER.timeNs]! / NS_PER_MS,
    horizonMs: values[HEADER.horizonNs]! / NS_PER_MS,
    achievedSpeed: values[HEADER.speed]!,
    events: values[HEADER.events]!,
    messages: values[HEADER.messages]!,
    digest: half(values[HEADER.digestHigh]!) + half(values[HEADER.digestLow]!),
    journalApplied: values[HEADER.journalApplied]!,
    failure: null,
    layout,
  };
}

function half(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
