/**
 * A producer that makes one message after the other and is held up while the queue is full: it needs a permit for each, and whoever
 * has worked on the message gives it back. There is a permit for each place, and one for the message in the producer's hand.
 */
import * as v from 'valibot';
import { createHistogram, record } from '../../../../engine/core/histogram.ts';
import { nowNs, runUntil, type Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { instantNs, start } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, sizes, uncovered, warmUp, type Model } from '../plan.ts';
import { busyWorkers, meanSeconds } from '../queues.ts';
import { sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watch, type Observer } from '../watch.ts';
import { rateMax, ring, type Ring } from './closed.ts';

const parameters = v.object({
  produce_mean: field.positive,
  service_mean: field.positive,
  system_capacity: v.pipe(field.count, v.maxValue(999)),
  servers: v.optional(field.count, 1),
});

/** Places in the ring: the first stop works, the second one makes, and its permits come back as messages. */
const [SERVER, MAKER] = [0, 1];
/** What the maker publishes, among all that is published: the first permits and what the server gives back are before it. */
const MADE = 2;

/** Messages from when there was a place for them until they were worked on. */
function placeMeter(begin: Run, places: number): Observer & { readonly tally: () => Tally } {
  const stay = createHistogram();
  const enteredNs = new Map<number, number>();
  let inHand = -1;
  let inside = begin.subscriptions[SERVER]!.ledger.inFlight;
  let [area, held, messages, ns] = [0, 0, 0, 0];
  const happened = hopReader(begin, ({ what, message, timeNs, where }, run) => {
    if (what === HOP.produced && where === MADE) {
      inside += 1;
      if (inside > places) inHand = message;
      else enteredNs.set(message, timeNs);
    } else if (what === HOP.applied && run.instances[where]!.consumer === SERVER) {
      inside -= 1;
      messages += 1;
      if (inHand >= 0) enteredNs.set(inHand, timeNs);
      inHand = -1;
      const since = enteredNs.get(message);
      enteredNs.delete(message);
      if (since !== undefined) record(stay, timeNs - since);
    }
  });
  return {
    happened,
    lasts(run, lastsNs) {
      ns += lastsNs;
      area += Math.min(inside, places) * lastsNs;
      if (busyWorkers(run, MAKER) === 0) held += lastsNs;
    },
    tally: () => ({ sums: { area, held, messages, ns }, vectors: {}, histograms: { stay } }),
  };
}

export const blockingProducer: Model = model(parameters, (given, { relaxation }) => {
  const { servers, system_capacity: places } = given;
  if (places < servers) return uncovered('There is no room for all servers to work.');
  const stations = [
    { mean: given.service_mean, servers },
    { mean: given.produce_mean, servers: 1 },
  ];
  const closed: Ring = { window: places + 1, thinkMean: 0, stations };
  const remembered = relaxation ?? 20 * places;
  const before = warmUp(remembered);
  return {
    size: sizes(remembered),
    cost: 2,
    run(seed, size) {
      const run = start(ring(closed), seed);
      runUntil(run, instantNs(before / rateMax(closed)));
      // How long so many messages take is not known before: the warm-up tells.
      const nsEach = nowNs(run) / run.subscriptions[SERVER]!.latency.total;
      const meter = placeMeter(run, places);
      watch(run, nowNs(run) + Math.ceil(size * nsEach), [meter]);
      return meter.tally();
    },
    units: (tally) => sum(tally, 'messages'),
    figure(tally, metric) {
      const overTime = (name: string): number => sum(tally, name) / sum(tally, 'ns');
      switch (metric) {
        case 'throughput':
          return overTime('messages') * 1e9;
        case 'P_producer_blocked':
          return overTime('held');
        case 'W_from_enqueue':
          return meanSeconds(tally.histograms['stay']);
        case 'L_queue_and_service':
          return overTime('area');
        default:
          return undefined;
      }
    },
  };
});
