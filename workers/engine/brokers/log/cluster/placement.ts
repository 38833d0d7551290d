/**
 * Where the replicas of new partitions go: round robin over racks, and within a rack over its brokers, from a random
 * start that moves on by one with every partition.
 *
 * Worked example: racks A, B, C of three brokers each, all starts at 0, three replicas a partition:
 *   partition 0: A0 B0 C0    partition 1: B1 C1 A1    partition 2: C2 A2 B2
 *
 * Source: apache/kafka metadata `StripedReplicaPlacer`.
 */
import { assert } from '../../../core/assert.ts';
import { nextBelow, type RandomStreams } from '../../../core/random.ts';

interface PlacedBroker {
  readonly id: number;
  readonly rack: number;
  readonly fenced: boolean;
}

/** Brokers of a rack, given out in turn; every partition begins one further on. */
interface Ring {
  ids: number[];
  given: number;
  offset: number;
  epoch: number;
}

interface Rack {
  readonly unfenced: Ring;
  readonly fenced: Ring;
}

/** Random numbers of one stream. */
interface Draws {
  readonly streams: RandomStreams;
  readonly stream: number;
}

/**
 * The replicas of `count` new partitions, each a list of broker ids, the preferred leader first. [KC2]
 *
 * @param brokers at least `factor` of them, of which some are not fenced
 */
export function placeReplicas(
  draws: Draws,
  brokers: readonly PlacedBroker[],
  count: number,
  factor: number,
): number[][] {
  assert(factor >= 1 && factor <= brokers.length, 'fewer brokers than replicas');
  const unfenced = brokers.filter((broker) => !broker.fenced).length;
  assert(unfenced > 0, 'every broker is fenced');
  const racks = racksOf(draws, brokers);
  let offset = nextBelow(draws.streams, draws.stream, racks.length);
  let epoch = 0;
  return Array.from({ length: count }, () => {
    if (epoch === unfenced && unfenced > 1) {
      shuffle(draws, racks);
      for (const rack of racks) for (const ring of [rack.fenced, rack.unfenced]) shuffle(draws, ring.ids);
      epoch = 0;
    }
    if (offset === racks.length) offset = 0;
    const replicas = placePartition(racks, offset, epoch, factor);
    epoch += 1;
    offset += 1;
    return replicas;
  });
}

/** Racks in order of their numbers. */
function racksOf(draws: Draws, brokers: readonly PlacedBroker[]): Rack[] {
  const numbers = [...new Set(brokers.map((broker) => broker.rack))].toSorted((a, b) => a - b);
  return numbers.map((number) => {
    const ring = (fenced: boolean): Ring => {
      const ids = brokers.filter((broker) => broker.rack === number && broker.fenced === fenced).map(({ id }) => id);
      const offset = ids.length > 0 ? nextBelow(draws.streams, draws.stream, ids.length) : 0;
      return { ids, given: 0, offset, epoch: 0 };
    };
    return { fenced: ring(true), unfenced: ring(false) };
  });
}

/** The next broker of a ring for this partition, -1 when all have been given. */
function next(ring: Ring, epoch: number): number {
  if (ring.ids.length === 0) return -1;
  if (ring.epoch !== epoch) {
    ring.epoch = epoch;
    ring.given = 0;
    ring.offset = (ring.offset + 1) % ring.ids.length;
  }
  if (ring.given >= ring.ids.length) return -1;
  ring.given += 1;
  return ring.ids[(ring.given - 1 + ring.offset) % ring.ids.length]!;
}

function placePartition(racks: readonly Rack[], offset: number, epoch: number, factor: number): number[] {
  const replicas: number[] = [];
  let first = offset;
  // The preferred leader is never a fenced broker.
  for (; replicas.length === 0; first = (first + 1) % racks.length) {
    const leader = next(racks[first]!.unfenced, epoch);
    if (leader >= 0) replicas.push(leader);
  }
  let used = (first + racks.length - 1) % racks.length;
  for (let rack = offset; replicas.length < factor; rack = (rack + 1) % racks.length) {
    if (rack === used) {
      // Once only: the rack that gave the leader is passed over in the first round.
      used = -1;
      continue;
    }
    const unfenced = next(racks[rack]!.unfenced, epoch);
    const replica = unfenced >= 0 ? unfenced : next(racks[rack]!.fenced, epoch);
    if (replica >= 0) replicas.push(replica);
  }
  return replicas;
}

/** Fisher and Yates, from the end. */
function shuffle({ streams, stream }: Draws, items: unknown[]): void {
  for (let left = items.length; left > 1; left -= 1) {
    const place = nextBelow(streams, stream, left);
    [items[left - 1], items[place]] = [items[place], items[left - 1]];
  }
}
