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

/** A store that pulls by itself while it has listeners. */
function pulledWhileWatched<Value>(pull: () => Promise<Value>, everyMs: number): StoreApi<Pulled<Value>> {
  const store = createStore<Pulled<Value>>(() => ({ value: null }));
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let busy = false;
  let seen = '';

  const look = async (): Promise<void> => {
    const moment = momentOfRun();
    if (moment === 'loading') store.setState({ value: null });
    if (busy || moment === seen || moment === 'loading' || moment === 'idle' || document.hidden) return;
    busy = true;
    try {
      store.setState({ value: await pull() });
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
      void look();
    }
    return () => {
      stop();
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    };
  };
  return { ...store, subscribe };
}

/** Changes whenever a pull would bring something new. `loading` and `idle` are moments at which none is possible. */
function momentOfRun(): string {
  const { status, instantMs, events, digest, journalApplied, layout } = simulationStore.getState();
  if (status === 'loading') return 'loading';
  if (status === 'failed' || status === 'recovering') return 'idle';
  return [status, instantMs, events, digest, journalApplied, layout?.version].join(' ');
}

const reports = pulledWhileWatched(() => simulation.report(), REPORT_EVERY_MS);
const series = pulledWhileWatched(() => simulation.series(), SERIES_EVERY_MS);
