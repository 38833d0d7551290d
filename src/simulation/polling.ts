/**
 * What is pulled from the worker while somebody looks at it: the report, the series, the marks of the timeline.
 *
 * Several panels show parts of the same report, so it is pulled once for all of them, only while at least one component
 * reads it, the page is visible and the run has moved since. What takes long is pulled less often: the worker simulates
 * meanwhile, and most of its time is to go there.
 */
import { createStore, useStore, type StoreApi } from 'zustand';
import type { MessageStory, SeriesSet, SimulationCommands, TimelineMark } from '../../workers/protocol/commands.ts';
import { simulation } from './client.ts';
import { simulationStore, type SimulationState } from './status.ts';

export type Report = Awaited<ReturnType<SimulationCommands['report']>>;
export type SourceReport = Report['sources'][number];
export type SubscriptionReport = Report['subscriptions'][number];
export type CheckReport = Report['checks'][number];
export type Evidence = NonNullable<SubscriptionReport['evidence'][string]>[number];
export type Hop = Evidence['history'][number];
export type { MessageStory, SeriesSet };

const REPORT_EVERY_MS = 500;
const SERIES_EVERY_MS = 250;
const MARKS_EVERY_MS = 500;
/** A pull that took t is not repeated before this many times t. */
const REST_FACTOR = 6;

interface Pulled<Value> {
  /** The newest value; null before the first one has arrived. */
  readonly value: Value | null;
}

/** The report of the run up to the instant shown; null until the first one is there. At most twice a second. */
export function useReport(): Report | null {
  return useStore(reports, (state) => state.value);
}

/** The series of the run, of the columns wanted by `wantColumns`; null until the first are there. At most 4 times a second. */
export function useSeries(): SeriesSet | null {
  return useStore(series, (state) => state.value);
}

const NO_MARKS: readonly TimelineMark[] = [];

/** The marks of the timeline, oldest first. At most twice a second. */
export function useMarks(): readonly TimelineMark[] {
  return useStore(marks, (state) => state.value) ?? NO_MARKS;
}

/** The marks as of now, pulled for this one question. */
export async function pullMarks(): Promise<readonly TimelineMark[]> {
  return (await simulation.series([])).marks;
}

/** How many want each column of the series. */
const wanted = new Map<string, number>();

/** Has `useSeries` bring these columns as well, until the function returned is called. */
export function wantColumns(columns: readonly string[]): () => void {
  for (const column of columns) wanted.set(column, (wanted.get(column) ?? 0) + 1);
  return () => {
    for (const column of columns) {
      const others = (wanted.get(column) ?? 0) - 1;
      if (others > 0) wanted.set(column, others);
      else wanted.delete(column);
    }
  };
}

interface Pull<Value> {
  readonly everyMs: number;
  readonly pull: () => Promise<Value>;
  /** What is pulled, besides the moment of the run that it is pulled at: another one is pulled at once. */
  readonly what?: () => string;
}

/** A store that pulls by itself while it has listeners. */
function pulledWhileWatched<Value>({ everyMs, pull, what = () => '' }: Pull<Value>): StoreApi<Pulled<Value>> {
  const store = createStore<Pulled<Value>>(() => ({ value: null }));
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let forgetRuns: (() => void) | undefined;
  let busy = false;
  let seen = '';
  let notBefore = 0;

  const look = async (): Promise<void> => {
    const { run } = simulationStore.getState();
    const moment = momentOfRun();
    const mark = `${moment} ${what()}`;
    const started = performance.now();
    if (busy || moment === null || mark === seen || document.hidden || started < notBefore) return;
    busy = true;
    try {
      const value = await pull();
      // Another scenario may have been loaded meanwhile: then this value is of one that is no longer shown.
      if (simulationStore.getState().run !== run) return;
      store.setState({ value });
      seen = mark;
    } catch {
      // The worker has failed or is being replaced; the status says so, and the next look tries again.
    } finally {
      busy = false;
      const stands = simulationStore.getState().status === 'paused';
      notBefore = stands ? 0 : performance.now() + (performance.now() - started) * REST_FACTOR;
      // Stepped on while this was pulled.
      if (stands && momentOfRun() !== moment) void look();
    }
  };

  const subscribe: typeof store.subscribe = (listener) => {
    const stop = store.subscribe(listener);
    watchers += 1;
    if (watchers === 1) {
      timer = setInterval(() => void look(), everyMs);
      forgetRuns = simulationStore.subscribe((state, before) => {
        if (!isAwaited(state, before)) return;
        notBefore = 0;
        void look();
      });
      void look();
    }
    return () => {
      stop();
      watchers -= 1;
      if (watchers > 0) return;
      clearInterval(timer);
      forgetRuns?.();
    };
  };
  return { ...store, subscribe };
}

/**
 * Whether what is shown is to be brought up to date at once. Another scenario: what is shown is not even wrong any more. A step
 * or a seek of a run that stands: a person compares the panels with the canvas.
 */
function isAwaited(state: SimulationState, before: SimulationState): boolean {
  if (state.run !== before.run) return true;
  return state.status === 'paused' && (state.events !== before.events || state.instantMs !== before.instantMs);
}

/** Changes whenever a pull would bring something new; null while none is possible. */
function momentOfRun(): string | null {
  const { status, run, instantMs, events, digest, journalApplied, layout } = simulationStore.getState();
  if (status === 'loading' || status === 'failed' || status === 'recovering') return null;
  return [run, status, instantMs, events, digest, journalApplied, layout?.version].join(' ');
}

const reports = pulledWhileWatched({ everyMs: REPORT_EVERY_MS, pull: () => simulation.report() });

const series = pulledWhileWatched({
  everyMs: SERIES_EVERY_MS,
  pull: () => simulation.series([...wanted.keys()]),
  what: () => [...wanted.keys()].join(' '),
});

const marks = pulledWhileWatched({ everyMs: MARKS_EVERY_MS, pull: pullMarks });
