/**
 * What is pulled from the worker while somebody looks at it: the report and the series.
 *
 * Several panels show parts of the same report, so it is pulled once for all of them: at most twice a second, only
 * while at least one component reads it, the page is visible and the run has moved since. The series likewise, four
 * times a second.
 */
import { createStore, useStore, type StoreApi } from 'zustand';
import type { MessageStory, SeriesSet, SimulationCommands } from '../../workers/protocol/commands.ts';
import { simulation } from './client.ts';
import { simulationStore } from './status.ts';

export type Report = Awaited<ReturnType<SimulationCommands['report']>>;
export type SourceReport = Report['sources'][number];
export type SubscriptionReport = Report['subscriptions'][number];
export type CheckReport = Report['checks'][number];
export type Evidence = NonNullable<SubscriptionReport['evidence'][string]>[number];
export type Hop = Evidence['history'][number];
export type { MessageStory, SeriesSet };

const REPORT_EVERY_MS = 500;
const SERIES_EVERY_MS = 250;

interface Pulled<Value> {
  /** The newest value; null before the first one of a scenario has arrived. */
  readonly value: Value | null;
}

/** The report of the run up to the instant shown; null until the first one is there. Pulled only while this is used. */
export function useReport(): Report | null {
  return useStore(reports, (state) => state.value);
}

/** The series of the run; null until the first ones are there. Pulled only while this is used. */
export function useSeries(): SeriesSet | null {
  return useStore(series, (state) => state.value);
}

/** The series as of now, pulled for this one question. */
export function pullSeries(): Promise<SeriesSet> {
  return simulation.series();
}

/** A store that pulls by itself while it has listeners. */
function pulledWhileWatched<Value>(pull: () => Promise<Value>, everyMs: number): StoreApi<Pulled<Value>> {
  const store = createStore<Pulled<Value>>(() => ({ value: null }));
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let forgetRuns: (() => void) | undefined;
  let busy = false;
  let seen = '';

  const look = async (): Promise<void> => {
    const { run } = simulationStore.getState();
    const moment = momentOfRun();
    if (busy || moment === null || moment === seen || document.hidden) return;
    busy = true;
    try {
      const value = await pull();
      // Another scenario may have been loaded meanwhile: then this value is of one that is no longer shown.
      if (simulationStore.getState().run !== run) return;
      store.setState({ value });
      seen = moment;
    } catch {
      // The worker has failed or is being replaced; the status says so, and the next look tries again.
    } finally {
      busy = false;
    }
  };

  const subscribe: typeof store.subscribe = (listener) => {
    const stop = store.subscribe(listener);
    watchers += 1;
    if (watchers === 1) {
      timer = setInterval(() => void look(), everyMs);
      // Another scenario: what is shown is not even wrong any more, so do not wait for the next look.
      forgetRuns = simulationStore.subscribe((state, before) => {
        if (state.run !== before.run) void look();
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

/** Changes whenever a pull would bring something new; null while none is possible. */
function momentOfRun(): string | null {
  const { status, run, instantMs, events, digest, journalApplied, layout } = simulationStore.getState();
  if (status === 'loading' || status === 'failed' || status === 'recovering') return null;
  return [run, status, instantMs, events, digest, journalApplied, layout?.version].join(' ');
}

const reports = pulledWhileWatched(() => simulation.report(), REPORT_EVERY_MS);
const series = pulledWhileWatched(() => simulation.series(), SERIES_EVERY_MS);
