/** Attributes of a queue as the API of SQS names them. */
import * as v from 'valibot';
import { NONE, SQS_DEFAULTS, type SqsSettings } from '../../../engine/brokers/sqs/queue-state.ts';

/** Seconds. */
export const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));

/** A queue without any of them has AWS's defaults. */
export const attributesEntries = {
  FifoQueue: v.optional(v.boolean()),
  VisibilityTimeout: v.optional(seconds),
  DelaySeconds: v.optional(seconds),
  MessageRetentionPeriod: v.optional(seconds),
  ReceiveMessageWaitTimeSeconds: v.optional(seconds),
  MaximumMessageSize: v.optional(seconds),
  ContentBasedDeduplication: v.optional(v.boolean()),
  DeduplicationScope: v.optional(v.picklist(['queue', 'messageGroup'])),
  FifoThroughputLimit: v.optional(v.picklist(['perQueue', 'perMessageGroupId'])),
};

const attributes = v.strictObject(attributesEntries);

/** Calls of cases are no load: their number is not limited. */
export function settingsOf(said: v.InferOutput<typeof attributes>, maxReceiveCount: number | undefined): SqsSettings {
  const { visibilityTimeoutNs, delayNs, retentionNs, waitNs, messageBytesMax } = SQS_DEFAULTS;
  return {
    ...SQS_DEFAULTS,
    fifo: said.FifoQueue ?? false,
    visibilityTimeoutNs: toNs(said.VisibilityTimeout) ?? visibilityTimeoutNs,
    delayNs: toNs(said.DelaySeconds) ?? delayNs,
    retentionNs: toNs(said.MessageRetentionPeriod) ?? retentionNs,
    waitNs: toNs(said.ReceiveMessageWaitTimeSeconds) ?? waitNs,
    messageBytesMax: said.MaximumMessageSize ?? messageBytesMax,
    contentBasedDeduplication: said.ContentBasedDeduplication ?? false,
    deduplicatesByGroup: said.DeduplicationScope === 'messageGroup',
    maxReceiveCount: maxReceiveCount ?? Infinity,
  };
}

function toNs(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1e9);
}

/** Nanoseconds of seconds; NONE for none. */
export function nsOf(value: number | undefined): number {
  return toNs(value) ?? NONE;
}
