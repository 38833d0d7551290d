/** What can go wrong in a run: faults, scripted or caused by a person. */
import * as v from 'valibot';
import { id, instantMs } from './primitives.ts';

const target = { target: id };
/** Length of the disturbance; absent means until the opposite fault. */
const forMs = v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400_000)));
/** Index of one instance of a consumer or of one broker of a cluster, from 0; absent means all of them. */
const instance = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(499)));

/** Which of a consumer's partitions: those of one of its topics, and of those one. Absent members mean all. */
const partitions = {
  topic: v.optional(id),
  partition: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(19_999))),
};

/**
 * A place in a log, found when it is asked for. `timestamp`: the first record appended at that instant of the run or later;
 * `duration`: the same, that long ago. Where there is no such record, the end of the log.
 */
const positionSchema = v.variant('type', [
  v.strictObject({ type: v.literal('beginning') }),
  v.strictObject({ type: v.literal('end') }),
  v.strictObject({
    type: v.literal('offset'),
    offset: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e12)),
  }),
  v.strictObject({ type: v.literal('timestamp'), timestampMs: instantMs }),
  v.strictObject({
    type: v.literal('duration'),
    durationMs: v.pipe(v.number(), v.minValue(0), v.maxValue(8_640_000_000)),
  }),
]);
export type LogPosition = v.InferInput<typeof positionSchema>;

/** What each fault names, apart from its time. A complete table over the kinds of fault. */
const faultEntries = {
  crash: { do: v.literal('crash'), ...target, instance, forMs },
  restart: { do: v.literal('restart'), ...target, instance },
  pause: { do: v.literal('pause'), ...target, instance, forMs },
  resume: { do: v.literal('resume'), ...target, instance },
  slow: {
    do: v.literal('slow'),
    ...target,
    instance,
    factor: v.pipe(v.number(), v.minValue(0.01), v.maxValue(1000)),
    forMs,
  },
  isolate: { do: v.literal('isolate'), ...target, instance, forMs },
  cut: { do: v.literal('cut'), ...target, forMs },
  heal: { do: v.literal('heal'), ...target, instance },
  dropAcks: { do: v.literal('dropAcks'), ...target, forMs },
  seek: { do: v.literal('seek'), ...target, instance, ...partitions, to: positionSchema },
  pausePartitions: { do: v.literal('pausePartitions'), ...target, instance, ...partitions, forMs },
  resumePartitions: { do: v.literal('resumePartitions'), ...target, instance, ...partitions },
  purge: { do: v.literal('purge'), ...target },
  redrive: { do: v.literal('redrive'), ...target },
};
export type FaultKind = keyof typeof faultEntries;

/**
 * What can go wrong, without its time.
 * `crash`: a node (or one instance) dies; memory is lost, a log keeps its disk. Ends by `restart` or after `forMs`.
 * `pause`: a node (or one instance) freezes, keeps its memory, and sends no heartbeats. Ends by `resume` or after `forMs`.
 * `isolate`: a broker is cut off from the other brokers and the controller, not from clients. Ends by `heal` or after `forMs`.
 * `slow`: work, append or arrivals take `factor` times as long; a factor of 1 ends it.
 * `cut`: nothing passes an edge in either direction, what is under way included. Ends by `heal` or after `forMs`.
 * `dropAcks`: requests pass an edge, their responses do not. Ends by `heal` or after `forMs`.
 * `seek`: a consumer's members go on reading elsewhere in their partitions, with their next poll. Nothing ends it.
 * `pausePartitions`: a consumer's members stop fetching their partitions and go on polling. Ends by `resumePartitions`, after `forMs`,
 * or when the partition is given up.
 * `purge`: a queue is emptied. Nothing ends it.
 * `redrive`: dead letters that can be received are moved back to the queues where they came from. It ends when none are left.
 */
export const faultActionSchema = v.variant('do', [
  v.strictObject(faultEntries.crash),
  v.strictObject(faultEntries.restart),
  v.strictObject(faultEntries.pause),
  v.strictObject(faultEntries.resume),
  v.strictObject(faultEntries.slow),
  v.strictObject(faultEntries.isolate),
  v.strictObject(faultEntries.cut),
  v.strictObject(faultEntries.heal),
  v.strictObject(faultEntries.dropAcks),
  v.strictObject(faultEntries.seek),
  v.strictObject(faultEntries.pausePartitions),
  v.strictObject(faultEntries.resumePartitions),
  v.strictObject(faultEntries.purge),
  v.strictObject(faultEntries.redrive),
]);

const scripted = { id, atMs: instantMs };
/** A scripted fault: an action with its time and an id of its own. */
export const faultSchema = v.variant('do', [
  v.strictObject({ ...scripted, ...faultEntries.crash }),
  v.strictObject({ ...scripted, ...faultEntries.restart }),
  v.strictObject({ ...scripted, ...faultEntries.pause }),
  v.strictObject({ ...scripted, ...faultEntries.resume }),
  v.strictObject({ ...scripted, ...faultEntries.slow }),
  v.strictObject({ ...scripted, ...faultEntries.isolate }),
  v.strictObject({ ...scripted, ...faultEntries.cut }),
  v.strictObject({ ...scripted, ...faultEntries.heal }),
  v.strictObject({ ...scripted, ...faultEntries.dropAcks }),
  v.strictObject({ ...scripted, ...faultEntries.seek }),
  v.strictObject({ ...scripted, ...faultEntries.pausePartitions }),
  v.strictObject({ ...scripted, ...faultEntries.resumePartitions }),
  v.strictObject({ ...scripted, ...faultEntries.purge }),
  v.strictObject({ ...scripted, ...faultEntries.redrive }),
]);

export type FaultAction = v.InferInput<typeof faultActionSchema>;
export type Fault = FaultAction & { readonly id: string; readonly atMs: number };
