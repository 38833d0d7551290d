/** Runs the vectors about which partition a record, a group or a transaction goes to. */
import * as v from 'valibot';
import { crc32 } from '../../engine/brokers/log/partitioner/crc32.ts';
import { coordinatorPartition, javaHashCode } from '../../engine/brokers/log/partitioner/coordinator.ts';
import {
  murmur2,
  partitionForBytes,
  partitionForKey,
  toPositive,
} from '../../engine/brokers/log/partitioner/murmur2.ts';
import { createSticky, nextPartition, onAppend, updateLoad } from '../../engine/brokers/log/partitioner/sticky.ts';
import { utf8 } from '../../scenario/utf8.ts';
import { checkingOutcome, difference, checking } from './cases.ts';

const wholeNumber = v.pipe(v.number(), v.safeInteger());
const hex = v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/i, 'Expected bytes in hexadecimal'));
const partitionByCount = v.record(v.string(), wholeNumber);

interface HashedKey {
  readonly bytes: Uint8Array;
  /** Where the bytes are text. */
  readonly text: string | undefined;
  readonly hash: number;
  readonly positive: number | undefined;
  readonly partitions: Readonly<Record<string, number>>;
}

function checkKey({ bytes, text, hash, positive, partitions }: HashedKey): string | null {
  const wrongHash = difference('murmur2', murmur2(bytes), hash);
  if (wrongHash !== null) return wrongHash;
  if (positive !== undefined && toPositive(hash) !== positive)
    return difference('positive', toPositive(hash), positive);
  if (text !== undefined) {
    const wrongBytes = difference('bytes', [...utf8(text)], [...bytes]);
    if (wrongBytes !== null) return wrongBytes;
  }
  for (const [count, partition] of Object.entries(partitions)) {
    const got = text === undefined ? partitionForBytes(bytes, Number(count)) : partitionForKey(text, Number(count));
    if (got !== partition) return difference(`partition of ${count}`, got, partition);
  }
  return null;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

export const murmur2Vectors = checking(
  v.object({
    keyHex: hex,
    keyUtf8: v.optional(v.string()),
    murmur2: wholeNumber,
    positive: v.optional(wholeNumber),
    partitions: partitionByCount,
  }),
  (one) =>
    checkKey({
      bytes: bytesOf(one.keyHex),
      text: one.keyUtf8,
      hash: one.murmur2,
      positive: one.positive,
      partitions: one.partitions,
    }),
);

export const goldenKeys = checking(
  v.object({ hex, key: v.optional(v.string()), murmur2: wholeNumber, partition: partitionByCount }),
  (one) =>
    checkKey({
      bytes: bytesOf(one.hex),
      text: one.key,
      hash: one.murmur2,
      positive: undefined,
      partitions: one.partition,
    }),
);

/** Kafka checks record batches by CRC-32C; the engine's records have a size and no bytes, so only keys are hashed. */
export const checksumVectors = checkingOutcome(v.object({ hex, crc32: wholeNumber }), (one) => {
  const wrong = difference('CRC-32', crc32(bytesOf(one.hex)), one.crc32);
  if (wrong !== null) return { verdict: 'fail', reason: wrong };
  return { verdict: 'pass', note: 'CRC-32 agrees; nothing in the engine is checked by CRC-32C' };
});

export const coordinatorVectors = checking(
  v.object({ id: v.string(), javaStringHashCode: wholeNumber, partitionOf50: wholeNumber }),
  (one) =>
    difference('hash code', javaHashCode(one.id), one.javaStringHashCode) ??
    difference('partition of 50', coordinatorPartition(one.id), one.partitionOf50),
);

const stickyCase = v.object({
  stickyBatchSize: wholeNumber,
  leaderAvailable: v.array(v.boolean()),
  random: v.array(wholeNumber),
  appends: v.array(v.tuple([wholeNumber, v.boolean()])),
  queueSizes: v.optional(v.array(wholeNumber)),
  partitionIds: v.optional(v.array(wholeNumber)),
  length: v.optional(wholeNumber),
  expected: v.object({ partitions: v.array(wholeNumber) }),
});

export const stickyVectors = checking(stickyCase, (one) => {
  return difference('partitions', stickyPartitions(one), one.expected.partitions);
});

function stickyPartitions(one: v.InferOutput<typeof stickyCase>): readonly number[] {
  const state = createSticky(one.leaderAvailable.length);
  if (one.queueSizes !== undefined) {
    const queues = one.queueSizes.map((waiting, at) => ({ partition: one.partitionIds?.[at] ?? at, waiting }));
    updateLoad(state, queues.slice(0, one.length), queues.length);
  }
  const available = one.leaderAvailable.flatMap((led, partition) => (led ? [partition] : []));
  const draws = one.random.values();
  const next = (): number => nextPartition(state, available, draws.next().value ?? 0);
  return one.appends.map(([bytes, batchReady]) => {
    const partition = state.current ?? next();
    if (onAppend(state, { bytes, batchReady, batchSize: one.stickyBatchSize })) next();
    return partition;
  });
}
