/**
 * Messages at queues that they may come back to: a visit lasts from entering a queue until it is left for good, for a dead-letter
 * queue, or for nothing. Put back by its consumer, a message is still on the same visit.
 */
import { createHistogram, record, type Histogram } from '../../../engine/core/histogram.ts';
import { nowNs, type Run } from '../../../engine/engine.ts';
import { HOP } from '../../../engine/ledger/hops.ts';
import { hopReader } from './hops.ts';
import type { Tally } from './tally.ts';
import type { Observer } from './watch.ts';

/** A queue and what has been seen at it. */
interface Place {
  inside: number;
  area: number;
  starts: number;
  messages: number;
  readonly kinds: Readonly<Record<'wait' | 'stay' | 'held', Histogram>>;
}

function tallyOf(places: readonly Place[], ns: number): Tally {
  const sums: Record<string, number> = { 'visits.ns': ns };
  const histograms: Record<string, Histogram> = {};
  places.forEach(({ area, starts, messages, kinds }, i) => {
    sums[`visit${i}.area`] = area;
    sums[`visit${i}.starts`] = starts;
    sums[`visit${i}.messages`] = messages;
    for (const [kind, histogram] of Object.entries(kinds)) histograms[`visit${i}.${kind}`] = histogram;
  });
  return { sums, vectors: {}, histograms };
}

interface Visit {
  readonly at: number;
  readonly sinceNs: number;
  startedNs: number;
}

/**
 * Measures the subscriptions of these numbers from now on; visits that began before are not followed. By the place in the list:
 * `visit0.messages`, `.starts`, `.area` (message-nanoseconds) and `visits.ns`; histograms `visit0.wait` until work first
 * begins, `.stay` in all, `.held` since work first began.
 */
export function visitMeter(start: Run, subscriptions: readonly number[]): Observer & { tally(run: Run): Tally } {
  const places = subscriptions.map((): Place => {
    const kinds = { wait: createHistogram(), stay: createHistogram(), held: createHistogram() };
    return { inside: 0, area: 0, starts: 0, messages: 0, kinds };
  });
  const under = new Map<number, Visit>();
  const moved = new Set<number>();
  const fromNs = nowNs(start);

  const leave = (message: number, timeNs: number): void => {
    const visit = under.get(message);
    if (visit === undefined) return;
    under.delete(message);
    places[visit.at]!.inside -= 1;
    places[visit.at]!.messages += 1;
    record(places[visit.at]!.kinds.stay, timeNs - visit.sinceNs);
    if (!Number.isNaN(visit.startedNs)) record(places[visit.at]!.kinds.held, timeNs - visit.startedNs);
  };
  const happened = hopReader(start, ({ what, message, timeNs, where }) => {
    if (what === HOP.queued) {
      const at = subscriptions.indexOf(where);
      if (at < 0) return;
      // A dead letter is in its new queue before it is told to have left the old one, which may be the same.
      if (under.get(message)?.at === at) {
        leave(message, timeNs);
        moved.add(message);
      }
      places[at]!.inside += 1;
      under.set(message, { at, sinceNs: timeNs, startedNs: Number.NaN });
    } else if (what === HOP.applied) leave(message, timeNs);
    else if (what === HOP.deadLettered || what === HOP.removed) {
      const at = under.get(message)?.at;
      if (at === undefined || subscriptions[at] !== where || moved.delete(message)) return;
      leave(message, timeNs);
    } else if (what === HOP.started) {
      const visit = under.get(message);
      if (visit === undefined) return;
      places[visit.at]!.starts += 1;
      if (!Number.isNaN(visit.startedNs)) return;
      visit.startedNs = timeNs;
      record(places[visit.at]!.kinds.wait, timeNs - visit.sinceNs);
    }
  });
  return {
    happened,
    lasts(_, ns) {
      for (const place of places) place.area += place.inside * ns;
    },
    tally: (run) => tallyOf(places, nowNs(run) - fromNs),
  };
}
