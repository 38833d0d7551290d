/**
 * The steps of a recorded Kafka run (`broker-conformance/1`), as they are read. Objects are strict: an argument or an
 * expectation that nothing is known of makes a case not covered, because leaving it out could only pass by accident.
 */
import * as v from 'valibot';
import { readStepsBy } from './read-steps.ts';

const name = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0));
/** `topic-3`. */
const partitionName = v.pipe(v.string(), v.regex(/^.+-\d+$/, 'Expected topic-partition'));
const byPartition = v.record(partitionName, v.array(v.string()));

const ASSIGNORS = ['range', 'roundrobin', 'sticky', 'cooperative-sticky'] as const;

/** One schema a verb. */
const verbs = {
  createTopic: v.strictObject({
    do: v.literal('createTopic'),
    topic: name,
    partitions: v.pipe(count, v.minValue(1)),
    assignment: v.optional(v.pipe(v.string(), v.regex(/^\d+(:\d+)*(,\d+(:\d+)*)*$/, 'Expected brokers as in 0:1,1:0'))),
    config: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
    expect: v.optional(v.strictObject({})),
  }),
  produce: v.strictObject({
    do: v.literal('produce'),
    topic: name,
    bodies: v.array(v.string()),
    keys: v.optional(v.array(v.nullable(v.string()))),
    partition: v.optional(count),
    acks: v.optional(v.picklist([0, 1, -1, 'all'])),
    retries: v.optional(count),
    timeoutMs: v.optional(ms),
    partitioner: v.optional(v.picklist(['murmur2', 'murmur2_random', 'consistent', 'consistent_random'])),
    expect: v.optional(
      v.strictObject({ accepted: v.optional(v.array(v.string())), failed: v.optional(v.array(v.string())) }),
    ),
  }),
  join: v.strictObject({
    do: v.literal('join'),
    consumer: name,
    group: name,
    topics: v.pipe(v.array(name), v.minLength(1)),
    strategy: v.optional(v.picklist(ASSIGNORS), 'range'),
    sessionMs: v.optional(ms),
    autoCommit: v.optional(v.boolean(), false),
    autoCommitMs: v.optional(ms),
    reset: v.optional(v.picklist(['earliest', 'latest']), 'earliest'),
    waitMs: v.optional(ms, 0),
    expect: v.optional(v.strictObject({})),
  }),
  commit: v.strictObject({
    do: v.literal('commit'),
    consumer: name,
    offsets: v.record(partitionName, count),
    expect: v.optional(v.strictObject({ error: v.optional(v.string()) })),
  }),
  committed: v.strictObject({
    do: v.literal('committed'),
    consumer: name,
    partitions: v.array(partitionName),
    expect: v.optional(v.strictObject({ offsets: v.record(partitionName, v.nullable(count)) })),
  }),
  leave: ofConsumer('leave'),
  crash: ofConsumer('crash'),
  freeze: ofConsumer('freeze'),
  thaw: ofConsumer('thaw'),
  settle: v.strictObject({
    do: v.literal('settle'),
    idleMs: v.optional(ms),
    events: v.optional(v.boolean(), false),
    expect: v.optional(
      v.strictObject({
        assignments: v.optional(v.record(v.string(), v.array(partitionName))),
        deliveries: v.optional(v.record(v.string(), byPartition)),
        events: v.optional(v.record(v.string(), v.array(v.string()))),
      }),
    ),
  }),
  wait: v.strictObject({ do: v.literal('wait'), ms, expect: v.optional(v.strictObject({})) }),
  brokerStop: ofBroker('brokerStop'),
  brokerCont: ofBroker('brokerCont'),
  brokerKill: ofBroker('brokerKill'),
  brokerStart: ofBroker('brokerStart'),
  readAll: v.strictObject({
    do: v.literal('readAll'),
    topic: name,
    partitions: v.optional(count),
    expect: v.optional(v.strictObject({ log: byPartition })),
  }),
};

function ofConsumer<const Name extends string>(verb: Name) {
  return v.strictObject({ do: v.literal(verb), consumer: name, expect: v.optional(v.strictObject({})) });
}

function ofBroker<const Name extends string>(verb: Name) {
  return v.strictObject({ do: v.literal(verb), broker: count, expect: v.optional(v.strictObject({})) });
}

type Verbs = typeof verbs;
export type Verb = keyof Verbs;
/** A step of one verb. */
export type StepOf<V extends Verb> = v.InferOutput<Verbs[V]>;
export type Step = { [V in Verb]: StepOf<V> }[Verb];

/** All steps of a case, or why they cannot be played. */
export function readSteps(steps: readonly unknown[]): readonly Step[] | string {
  return readStepsBy<Step>(steps, (verb) => (isVerb(verb) ? verbs[verb] : undefined));
}

function isVerb(text: string): text is Verb {
  return Object.hasOwn(verbs, text);
}
