/** Everything that happened to every message of a run, as its hops tell it, and what the counters said meanwhile. */
import { nowNs, type Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { hopReader } from '../hops.ts';
import { busyWorkers } from '../queues.ts';
import { watch } from '../watch.ts';

/** One message at one consumer. Nanoseconds; NaN for what has not happened. */
export interface Visit {
  readonly consumer: number;
  readonly message: number;
  readonly producedNs: number;
  readonly startedNs: number;
  appliedNs: number;
}

/** One delivery, in the order in which they happened. */
interface Delivery {
  readonly partition: number;
  readonly offset: number;
}

export interface Chronicle {
  readonly run: Run;
  readonly untilNs: number;
  readonly producedNs: ReadonlyMap<number, number>;
  readonly visits: readonly Visit[];
  readonly deliveries: readonly Delivery[];
  /** Child to parent. */
  readonly parents: ReadonlyMap<number, number>;
  /** By subscription: integrals over time of messages in the system and of busy workers, by the engine's counters. */
  readonly area: readonly number[];
  readonly busy: readonly number[];
  /** By subscription and number in the system: nanoseconds, arrivals that found it, departures that left it. */
  readonly lengths: readonly (readonly number[])[];
  readonly found: readonly (readonly number[])[];
  readonly left: readonly (readonly number[])[];
}

/** Runs from where it stands to `untilNs`. `look` sees the run after every event. */
export function chronicle(run: Run, untilNs: number, look: (run: Run) => void = () => {}): Chronicle {
  const zeros = () => run.subscriptions.map(() => 0);
  const lists = () => run.subscriptions.map((): number[] => []);
  const [area, busy, lengths, found, left] = [zeros(), zeros(), lists(), lists(), lists()];
  const before = run.subscriptions.map(({ ledger }) => ledger.inFlight);
  const tell = newVisits(run);
  watch(run, untilNs, [
    {
      lasts(at, ns) {
        at.subscriptions.forEach(({ ledger }, i) => {
          area[i]! += ledger.inFlight * ns;
          busy[i]! += busyWorkers(at, i) * ns;
          add(lengths[i]!, ledger.inFlight, ns);
        });
      },
      happened(at) {
        tell.read(at);
        at.subscriptions.forEach(({ ledger }, i) => {
          const step = ledger.inFlight - before[i]!;
          if (step > 0) add(found[i]!, before[i]!, 1);
          if (step < 0) add(left[i]!, ledger.inFlight, 1);
          before[i] = ledger.inFlight;
        });
        look(at);
      },
    },
  ]);
  return { run, untilNs: nowNs(run), ...tell, area, busy, lengths, found, left };
}

/** Message-nanoseconds of all stays, cut off at the end, those included that wait for their first visit. */
export function stays({ visits, producedNs, untilNs }: Chronicle): number {
  const begun = new Set(visits.map(({ message }) => message));
  let all = 0;
  for (const visit of visits) all += (visit.appliedNs > 0 ? visit.appliedNs : untilNs) - visit.producedNs;
  for (const [message, ns] of producedNs) if (!begun.has(message)) all += untilNs - ns;
  return all;
}

function add(list: number[], index: number, by: number): void {
  while (list.length <= index) list.push(0);
  list[index]! += by;
}

function newVisits(begin: Run) {
  const producedNs = new Map<number, number>();
  const parents = new Map<number, number>();
  const visits: Visit[] = [];
  const deliveries: Delivery[] = [];
  const open = new Map<string, Visit>();
  let parent = -1;
  const read = hopReader(begin, ({ what, message, timeNs, where, first, second }, run) => {
    const consumer = (): number => run.instances[where]!.consumer;
    if (what === HOP.forwarded) parent = message;
    if (what === HOP.produced) {
      producedNs.set(message, timeNs);
      if (parent >= 0) parents.set(message, parent);
      parent = -1;
    }
    if (what === HOP.started) {
      const begun = {
        consumer: consumer(),
        message,
        producedNs: producedNs.get(message)!,
        startedNs: timeNs,
        appliedNs: Number.NaN,
      };
      visits.push(begun);
      deliveries.push({ partition: first, offset: second });
      open.set(`${begun.consumer}/${message}`, begun);
    }
    // A visit that began before is not followed.
    const visit = what === HOP.applied ? open.get(`${consumer()}/${message}`) : undefined;
    if (visit !== undefined) visit.appliedNs = timeNs;
  });
  return { producedNs, parents, visits, deliveries, read };
}
