/**
 * What applications would have seen of a run: what each was given, which partitions it gained and lost, and what became of
 * each message at its source. Read from hops and from what instances hold; nothing is written to the run.
 */
import type { Run } from '../../../engine/engine.ts';
import { HOP } from '../../../engine/ledger/hops.ts';
import { hopReader } from '../theory/hops.ts';
import { logSubscription } from '../../../engine/brokers/log/subscription.ts';
import { publishesToLog } from '../../../engine/clients/log-source.ts';

/** Where a message comes from: its `publish` edge, and its place in the order of facts there. */
interface Origin {
  readonly edge: string;
  readonly place: number;
}

interface Delivery {
  readonly consumer: string;
  readonly message: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What a consumer's client called back. */
interface Callback {
  readonly consumer: string;
  readonly what: 'assigned' | 'revoked';
  readonly partitions: readonly string[];
}

/** What a source was told: a reason with what did not succeed. */
interface Fate {
  readonly known: 'acknowledged' | 'refused' | 'unknown';
  readonly reason: string;
}

export interface Watch {
  /** Takes in what happened since the last look. True when a consumer was given something, or gained or lost a partition. */
  readonly look: () => boolean;
  readonly origins: ReadonlyMap<number, Origin>;
  readonly fates: ReadonlyMap<number, Fate>;
  /** Those of the consumers asked for that nobody has taken yet; of all of them by default. */
  readonly takeDeliveries: (of?: (consumer: string) => boolean) => readonly Delivery[];
  readonly takeCallbacks: (of?: (consumer: string) => boolean) => readonly Callback[];
}

export function createWatch(run: Run): Watch {
  const origins = new Map<number, Origin>();
  const produced: number[] = [];
  const fates = new Map<number, Fate>();
  const deliveries = basket<Delivery>();
  const assignments = assignmentWatch(run);
  const reasons = reasonWatch(run);
  let seen = false;
  const readHops = hopReader(run, (hop) => {
    if (hop.what === HOP.produced) {
      const place = produced[hop.where] ?? 0;
      produced[hop.where] = place + 1;
      origins.set(hop.message, { edge: run.edges[run.sources[hop.where]!.edge]!.id, place });
    } else if (hop.what === HOP.started) {
      const { consumer } = run.instances[hop.where]!;
      const { edge } = origins.get(hop.message)!;
      const { topic } = run.sources.filter(publishesToLog).find(({ settings }) => settings.id === edge)!;
      deliveries.list.push({
        consumer: run.consumers[consumer]!.id,
        message: hop.message,
        topic: run.topics[topic]!.id,
        partition: hop.first,
        offset: hop.second,
      });
      seen = true;
    } else if (hop.what === HOP.acknowledged) fates.set(hop.message, { known: 'acknowledged', reason: '' });
    else if (hop.what === HOP.refused) fates.set(hop.message, { known: 'refused', reason: reasons.next(hop.where) });
    else if (hop.what === HOP.unknown) fates.set(hop.message, { known: 'unknown', reason: reasons.next(hop.where) });
  });
  return {
    look() {
      seen = false;
      readHops(run);
      return assignments.look() || seen;
    },
    origins,
    fates,
    takeDeliveries: deliveries.take,
    takeCallbacks: assignments.take,
  };
}

interface Basket<Item> {
  readonly list: Item[];
  readonly take: (of?: (consumer: string) => boolean) => readonly Item[];
}

/** What was seen of consumers and has not been taken. */
function basket<Item extends { readonly consumer: string }>(): Basket<Item> {
  const list: Item[] = [];
  return {
    list,
    take(of = () => true) {
      const all = list.splice(0);
      list.push(...all.filter(({ consumer }) => !of(consumer)));
      return all.filter(({ consumer }) => of(consumer));
    },
  };
}

/** Reasons of failures by source: the accounts count them, and each that is new belongs to the message that failed. */
function reasonWatch(run: Run): { readonly next: (source: number) => string } {
  const told: Record<string, number>[] = [];
  return {
    next(source) {
      const before = (told[source] ??= {});
      const { refusals, doubts } = run.sources[source]!.ledger;
      for (const [reason, count] of [...Object.entries(refusals), ...Object.entries(doubts)]) {
        if (count <= (before[reason] ?? 0)) continue;
        before[reason] = (before[reason] ?? 0) + 1;
        return reason;
      }
      return '';
    },
  };
}

/** The partitions that each consumer's one instance holds, as `topic-partition` in the order of topics and numbers. */
export function heldBy(run: Run, consumer: string): readonly string[] {
  const state = run.consumers.findLast(({ id }) => id === consumer);
  const instance = run.instances[state?.instances[0] ?? -1];
  if (instance === undefined) return [];
  const held = instance.readers.flatMap((reader) => run.readers[reader]!.cursors).map((index) => run.cursors[index]!);
  return held
    .map((cursor) => ({
      topic: run.topics[logSubscription(run, cursor.subscription).topic]!.id,
      partition: cursor.partition,
    }))
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
    .map(({ topic, partition }) => `${topic}-${partition}`);
}

function assignmentWatch(run: Run): Pick<Basket<Callback>, 'take'> & { readonly look: () => boolean } {
  const held = new Map<string, readonly string[]>();
  const callbacks = basket<Callback>();
  return {
    look() {
      let changed = false;
      for (const { id } of run.consumers) {
        const [before, now] = [held.get(id) ?? [], heldBy(run, id)];
        held.set(id, now);
        const revoked = before.filter((partition) => !now.includes(partition));
        const assigned = now.filter((partition) => !before.includes(partition));
        if (revoked.length > 0) callbacks.list.push({ consumer: id, what: 'revoked', partitions: revoked });
        if (assigned.length > 0) callbacks.list.push({ consumer: id, what: 'assigned', partitions: assigned });
        changed ||= revoked.length + assigned.length > 0;
      }
      return changed;
    },
    take: callbacks.take,
  };
}
