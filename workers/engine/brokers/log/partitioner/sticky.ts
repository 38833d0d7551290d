/**
 * Which partition records without a key go to: stay on one until a batch's worth is on it, then choose anew (KIP-794).
 * [KP5]–[KP7]
 *
 * Worked example, batch size 100, three partitions, and batches waiting in the client: 0 for partition 0, 3 for 1, 1 for 2.
 *   the longest queue plus one is 4; weights are 4 - waiting: 4, 1, 3; as a running sum: 4, 5, 8
 *   the draw 20 mod 8 = 4 is below 5 first: partition 1. Draws 0–3 give partition 0, 4 gives 1, and 5–7 give 2.
 *   60 bytes appended: stay. 60 more: 120 ≥ 100, and the batch has just become ready: choose anew.
 *   Had the batch not been ready, it would have stayed until 200 bytes.
 *
 * Source: apache/kafka `clients/…/producer/internals/BuiltInPartitioner.java`, and `partitionReady` and
 * `allBatchesFull` of `RecordAccumulator.java`.
 */

/** Plain data, of one producer client and one topic. */
export interface StickyState {
  /** Number of partitions of the topic, at least 1. */
  partitions: number;
  /** The partition being filled; null before the first choice. */
  current: number | null;
  /** Bytes appended to it since it was chosen. */
  bytes: number;
  /** Weights of the choice; null to choose uniformly. */
  load: PartitionLoad | null;
}

interface PartitionLoad {
  partitions: number[];
  /** Running sum of the weights, ascending. */
  cumulative: number[];
}

export interface Appended {
  readonly bytes: number;
  /** No batch of the partition is still being filled: its last one is full, or there is none. */
  readonly batchReady: boolean;
  /** The producer's `batch.size`, bytes, at least 1. */
  readonly batchSize: number;
}

export interface PartitionQueue {
  readonly partition: number;
  /** Batches waiting in the client for this partition. */
  readonly waiting: number;
}

export function createSticky(partitions: number): StickyState {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new Error(`A topic has at least one partition, not ${partitions}.`);
  }
  return { partitions, current: null, bytes: 0, load: null };
}

/**
 * Chooses the partition for the records to come and makes it the current one. To be called when `current` is null and
 * a record waits, and at once whenever `onAppend` says so: the choice follows the load of that moment. [KP6] [KP7]
 *
 * @param available partitions that have a leader, ascending; if none has, all partitions take part
 * @param random a whole number, 0 up to 2147483647, both included
 */
export function nextPartition(state: StickyState, available: readonly number[], random: number): number {
  const chosen = state.load === null ? uniform(state, available, random) : weighted(state.load, random);
  state.current = chosen;
  state.bytes = 0;
  return chosen;
}

function uniform(state: StickyState, available: readonly number[], random: number): number {
  return available[random % available.length] ?? random % state.partitions;
}

function weighted({ partitions, cumulative }: PartitionLoad, random: number): number {
  const point = random % (cumulative.at(-1) ?? 1);
  const chosen = partitions[cumulative.findIndex((sum) => sum > point)];
  if (chosen === undefined) throw new Error('Weights without a partition cannot be drawn from.');
  return chosen;
}

/**
 * Counts what was appended to the current partition. [KP5]
 *
 * @returns true if it is time to call `nextPartition`
 */
export function onAppend(state: StickyState, { bytes, batchReady, batchSize }: Appended): boolean {
  state.bytes += bytes;
  return (state.bytes >= batchSize && batchReady) || state.bytes >= 2 * batchSize;
}

/**
 * Sets the weights by which partitions are chosen from now on: the fewer batches wait, the likelier. [KP7]
 *
 * They are uniform if fewer than two partitions have queues, none is considered, or all queues are equally long and
 * none was left out.
 *
 * @param considered the queues of partitions with a leader whose broker keeps up; null while adaptive partitioning is
 *   off, or some partition of the topic has never had a batch
 * @param queues number of partitions that have a queue, considered or not
 */
export function updateLoad(state: StickyState, considered: readonly PartitionQueue[] | null, queues: number): void {
  state.load = null;
  if (considered === null || considered.length === 0 || queues < 2) return;
  const longest = Math.max(...considered.map((queue) => queue.waiting));
  if (considered.length === queues && considered.every((queue) => queue.waiting === longest)) return;
  let sum = 0;
  state.load = {
    partitions: considered.map((queue) => queue.partition),
    cumulative: considered.map((queue) => (sum += longest + 1 - queue.waiting)),
  };
}
