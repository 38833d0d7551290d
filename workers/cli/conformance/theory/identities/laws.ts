/** Laws of bookkeeping: they hold in any run, to the message and the nanosecond. */
import type { Run } from '../../../../engine/engine.ts';
import { checkInvariants } from '../../../../engine/ledger/invariants.ts';
import { quantile } from '../../../../engine/core/histogram.ts';
import { chronicle, type Chronicle, type Visit } from './chronicle.ts';
import { shop, troubledShop } from './worlds.ts';
import { logSubscription } from '../../../../engine/brokers/log/subscription.ts';
import { publishesToLog } from '../../../../engine/clients/log-source.ts';

/** What differs, in a sentence; null when the law holds. */
export type Finding = string | null;

const SPAN_NS = 60e9;

let kept: Chronicle | undefined;
/** A minute of the shop, run once for all laws. */
export function quiet(): Chronicle {
  return (kept ??= chronicle(shop(), SPAN_NS));
}

/** @param tolerance relative */
export function differs(what: string, got: number, expected: number, tolerance: number): Finding {
  const agree = got === expected || Math.abs(got - expected) <= tolerance * Math.abs(expected);
  return agree ? null : `${what}: ${got} is not ${expected}`;
}

function first(findings: readonly Finding[]): Finding {
  return findings.find((finding) => finding !== null) ?? null;
}

/** Sums over visits of a span of each, cut off at the end of the run, beside what the counters came to. */
function integrals(told: Chronicle, of: 'system' | 'queue' | 'servers'): Finding {
  const byConsumer = told.area.map(() => 0);
  const visited = new Set<string>();
  const clip = (ns: number): number => (ns <= told.untilNs ? ns : told.untilNs);
  for (const visit of told.visits) {
    visited.add(`${visit.consumer}/${visit.message}`);
    const end = Number.isNaN(visit.appliedNs) ? told.untilNs : visit.appliedNs;
    const [from, to] =
      of === 'system'
        ? [visit.producedNs, end]
        : of === 'queue'
          ? [visit.producedNs, visit.startedNs]
          : [visit.startedNs, end];
    byConsumer[visit.consumer]! += clip(to) - from;
  }
  // Those still waiting have no visit yet.
  if (of !== 'servers') {
    readers(told.run).forEach((sources, consumer) => {
      for (const [message, producedNs] of told.producedNs) {
        const isOwn = sources === (told.parents.has(message) ? 'handler' : 'producer');
        if (isOwn && !visited.has(`${consumer}/${message}`)) byConsumer[consumer]! += told.untilNs - producedNs;
      }
    });
  }
  const counted = { system: told.area, queue: told.area.map((ns, i) => ns - told.busy[i]!), servers: told.busy }[of];
  return first(byConsumer.map((ns, i) => differs(`queue ${i}, message-nanoseconds`, counted[i]!, ns, 1e-12)));
}

/** Whether a consumer reads what producers publish, or what handlers do. */
function readers(run: Run): ('producer' | 'handler')[] {
  return run.consumers.map(({ links }) => {
    const { topic } = logSubscription(run, run.links[links[0]!]!.subscription);
    const source = run.sources.filter(publishesToLog).find((one) => one.topic === topic)!;
    return run.places[run.edges[source.edge]!.from]!.kind === 'producer' ? 'producer' : 'handler';
  });
}

function utilisation({ visits, busy, untilNs }: Chronicle): Finding {
  return first(
    busy.map((ns, i) => {
      const done = visits.filter(({ consumer, appliedNs }) => consumer === i && !Number.isNaN(appliedNs));
      const work = done.reduce((sum, { startedNs, appliedNs }) => sum + appliedNs - startedNs, 0);
      // X E[S], and what the workers at it have done so far, whose messages do not count yet.
      const law = (done.length / untilNs) * (work / done.length);
      const begun = visits.filter(({ consumer, appliedNs }) => consumer === i && Number.isNaN(appliedNs));
      const edge = begun.reduce((sum, { startedNs }) => sum + untilNs - startedNs, 0) / untilNs;
      return differs(`queue ${i}, busy servers`, ns / untilNs, law + edge, 1e-9);
    }),
  );
}

const finished = ({ appliedNs }: Visit): boolean => !Number.isNaN(appliedNs);

function residence({ visits, parents }: Chronicle): Finding {
  const billed = new Map(visits.filter((v) => v.consumer === 0 && finished(v)).map((visit) => [visit.message, visit]));
  for (const visit of visits.filter((v) => v.consumer === 2 && finished(v))) {
    const before = billed.get(parents.get(visit.message)!)!;
    const total = visit.appliedNs - before.producedNs;
    const sum = before.appliedNs - before.producedNs + (visit.appliedNs - visit.producedNs);
    if (total !== sum) return `message ${visit.message}: ${total} ns in all is not ${sum}`;
  }
  return null;
}

function spans({ run, visits }: Chronicle): Finding {
  return first(
    run.subscriptions.flatMap(({ latency, wait }, i) => {
      const own = visits.filter(({ consumer }) => consumer === i);
      const waits = own.reduce((sum, { startedNs, producedNs }) => sum + startedNs - producedNs, 0);
      const works = own.filter(finished).reduce((sum, { startedNs, appliedNs }) => sum + appliedNs - startedNs, 0);
      const open = own.filter((visit) => !finished(visit)).reduce((sum, v) => sum + v.startedNs - v.producedNs, 0);
      return [
        differs(`queue ${i}, waits`, wait.sum, waits, 0),
        differs(`queue ${i}, sojourns`, latency.sum, waits - open + works, 0),
      ];
    }),
  );
}

function forcedFlow({ run }: Chronicle): Finding {
  const [billing, , shipping] = run.subscriptions;
  const away = billing!.ledger.applied - shipping!.ledger.applied;
  // Each is visited once; what is between the two is in the second queue.
  return differs('messages between the stages', away, shipping!.ledger.inFlight, 0);
}

function fanOut({ run }: Chronicle): Finding {
  const { attempted } = run.sources[0]!.ledger;
  return first(
    [0, 1].map((i) => {
      const { applied, inFlight } = run.subscriptions[i]!.ledger;
      return differs(`copies for group ${i}`, applied + inFlight, attempted, 0);
    }),
  );
}

/** Counts everything anew, every so many events of a run with crashes. */
function conservation(): Finding {
  let events = 0;
  chronicle(troubledShop(), SPAN_NS / 3, (run) => {
    events += 1;
    if (events % 200 === 0) checkInvariants(run);
  });
  return null;
}

function deliveries(): Finding {
  const { run, visits } = chronicle(troubledShop(), SPAN_NS);
  return first(
    run.subscriptions.map(({ ledger }, i) => {
      const own = visits.filter(({ consumer }) => consumer === i);
      const distinct = new Set(own.map(({ message }) => message)).size;
      return (
        differs(`deliveries to group ${i}`, ledger.delivered, own.length, 0) ??
        differs(`redeliveries to group ${i}`, ledger.duplicateDeliveries, own.length - distinct, 0)
      );
    }),
  );
}

function batches(): Finding {
  let [end, sum] = [0, 0];
  const { run } = chronicle(troubledShop(), SPAN_NS / 3, (at) => {
    const now = at.topics[0]!.partitions.reduce((all, log) => all + log.end, 0);
    sum += now - end;
    end = now;
  });
  return differs('records in batches', sum, run.sources[0]!.ledger.appended, 0);
}

function partitions(): Finding {
  let worst: Finding = null;
  const { run } = chronicle(troubledShop(), SPAN_NS / 3, (at) => {
    for (const { subscription, partition, committed } of at.cursors) {
      const { end } = at.topics[logSubscription(at, subscription).topic]!.partitions[partition]!;
      if (committed > end) worst ??= `partition ${partition}: committed ${committed} of ${end}`;
    }
  });
  const ends = run.topics[0]!.partitions.reduce((all, log) => all + log.end, 0);
  return worst ?? differs('records of all partitions', ends, run.sources[0]!.ledger.appended, 0);
}

function order(): Finding {
  const { visits, deliveries: told } = chronicle(troubledShop(), SPAN_NS);
  const next = new Map<string, number>();
  for (const [i, { partition, offset }] of told.entries()) {
    const place = `${visits[i]!.consumer}/${partition}`;
    const due = next.get(place) ?? 0;
    if (offset > due) return `${place}: offset ${offset} was delivered before ${due}`;
    next.set(place, Math.max(due, offset + 1));
  }
  return null;
}

function levels({ found, left }: Chronicle): Finding {
  for (const [i, arrivals] of found.entries()) {
    for (const [n, count] of arrivals.entries()) {
      const departures = left[i]![n] ?? 0;
      if (Math.abs(count - departures) > 1)
        return `queue ${i}: ${count} arrivals found ${n}, ${departures} departures left it`;
    }
  }
  return null;
}

function percentiles({ run, visits }: Chronicle): Finding {
  const sorted = visits
    .filter((visit) => visit.consumer === 1 && finished(visit))
    .map(({ appliedNs, producedNs }) => appliedNs - producedNs)
    .toSorted((a, b) => a - b);
  const { latency } = run.subscriptions[1]!;
  let before = latency.min;
  for (const q of [0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
    const told = quantile(latency, q);
    if (told < before) return `p${q * 100} is below the one before it`;
    const off = differs(`p${q * 100}`, told, sorted[Math.ceil(q * sorted.length) - 1]!, 1 / 64);
    if (off !== null) return off;
    before = told;
  }
  return null;
}

function bounds(): Finding {
  let worst: Finding = null;
  let clock = 0;
  chronicle(troubledShop(), SPAN_NS / 3, (at) => {
    if (at.nowNs < clock) worst ??= 'The clock went back.';
    clock = at.nowNs;
    for (const { ledger } of at.subscriptions) if (ledger.inFlight < 0) worst ??= 'A queue is shorter than empty.';
    for (const { idleWorkers, workers } of at.instances) {
      if (idleWorkers < 0 || idleWorkers > workers.length) worst ??= 'More workers are busy than there are.';
    }
  });
  return worst;
}

export const LAWS: Readonly<Record<string, () => Finding>> = {
  'littles-law-system': () => integrals(quiet(), 'system'),
  'littles-law-queue': () => integrals(quiet(), 'queue'),
  'littles-law-servers': () => integrals(quiet(), 'servers'),
  'little-per-component': () => integrals(quiet(), 'system'),
  'utilisation-law': () => utilisation(quiet()),
  'forced-flow': () => forcedFlow(quiet()),
  'residence-sum': () => residence(quiet()),
  'per-message-span-sum': () => spans(quiet()),
  'message-conservation': conservation,
  'delivery-conservation': deliveries,
  'fan-out-conservation': () => fanOut(quiet()),
  'batch-conservation': batches,
  'partition-conservation': partitions,
  'per-key-order': order,
  'level-crossing': () => levels(quiet()),
  'percentile-sanity': () => percentiles(quiet()),
  'no-negative': bounds,
};
