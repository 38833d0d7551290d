/**
 * Journeys of messages through several consumers, read from the ring of hops after every event: from the fact to the last
 * effect that comes of it, over everything that was published onward or copied to several groups on the way.
 */
import { createHistogram, record, type Histogram } from '../../../engine/core/histogram.ts';
import type { Run } from '../../../engine/engine.ts';
import { HOP } from '../../../engine/ledger/hops.ts';
import { hopReader } from './hops.ts';
import type { Observer } from './watch.ts';

export interface Journeys extends Observer {
  /** Nanoseconds from the fact to the last effect. */
  readonly total: Histogram;
  /** By threshold: how many took longer. */
  readonly longer: number[];
}

interface Journey {
  readonly bornNs: number;
  /** Effects at the end of the way that are still to come. */
  left: number;
}

/**
 * @param start the run as it stands: only facts from now on are followed
 * @param ends consumers at which a journey ends, by index
 * @param effects how many of these effects make a journey complete
 * @param thresholdsNs durations to count the longer ones of
 */
export function followJourneys(
  start: Run,
  ends: readonly number[],
  effects: number,
  thresholdsNs: readonly number[] = [],
): Journeys {
  const total = createHistogram();
  const longer = thresholdsNs.map(() => 0);
  const under = new Map<number, Journey>();
  let parent = -1;
  const arrive = (message: number, timeNs: number): void => {
    const journey = under.get(message);
    if (journey === undefined) return;
    journey.left -= 1;
    if (journey.left > 0) return;
    under.delete(message);
    const ns = timeNs - journey.bornNs;
    record(total, ns);
    thresholdsNs.forEach((threshold, i) => (longer[i]! += ns > threshold ? 1 : 0));
  };
  const happened = hopReader(start, ({ what, message, timeNs, where }, run) => {
    if (what === HOP.forwarded) parent = message;
    else if (what === HOP.produced) {
      // A handler notes what it forwards, and the next message is made of that.
      const journey = parent < 0 ? { bornNs: timeNs, left: effects } : under.get(parent);
      under.delete(parent);
      if (journey !== undefined) under.set(message, journey);
      parent = -1;
    } else if (what === HOP.applied && ends.includes(run.instances[where]!.consumer)) {
      arrive(message, timeNs);
    }
  });
  return { total, longer, happened };
}
