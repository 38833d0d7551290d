/** The report's form, as a schema: what `public/report.schema.json` says and what tests hold reports to. */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import type { Report } from '../../engine/report.ts';
import { described } from './described.ts';

const counted = v.pipe(v.number(), v.integer(), v.minValue(0));
const ms = v.pipe(v.number(), v.minValue(0));

const latency = described(
  v.strictObject({ count: counted, meanMs: ms, minMs: ms, maxMs: ms, p50Ms: ms, p95Ms: ms, p99Ms: ms, p999Ms: ms }),
  'Quantiles in milliseconds, within 0.8 % of the exact ones.',
);

const hop = v.strictObject({
  atMs: ms,
  what: described(v.string(), 'produced, sent, appended, acknowledged, fetched, applied, committed, …'),
  where: described(v.string(), 'Id of a node or an edge.'),
  detail: v.string(),
});

const evidence = v.strictObject({
  message: described(counted, 'Logical id: counts from 1 over the whole run.'),
  atMs: ms,
  key: v.nullable(v.string()),
  because: described(v.string(), 'One sentence: what happened and why.'),
  history: described(v.array(hop), 'Oldest first.'),
  truncated: described(v.boolean(), 'Whether the beginning of the history is no longer known.'),
});

const figures = described(v.record(v.string(), v.number()), 'Plain figures by name, units in the name.');

const source = described(
  v.strictObject({
    edge: described(v.string(), 'Id of the publish edge.'),
    node: v.string(),
    topic: v.string(),
    attempted: counted,
    acknowledged: counted,
    refused: counted,
    unknown: described(counted, 'The source cannot know: neither lost nor delivered until proved.'),
    waiting: counted,
    retries: counted,
    appended: described(
      counted,
      'Records appended, messages taken in or rows inserted through this edge, copies included.',
    ),
    refusals: described(v.record(v.string(), counted), 'Refused messages by reason.'),
  }),
  'One publish edge. attempted = acknowledged + refused + unknown + waiting, at every instant.',
);

const causes = ['retry', 'parallel workers', 'rebalance', 'repartition', 'partitions', 'duplication'] as const;

const subscription = described(
  v.strictObject({
    family: described(v.picklist(['log', 'amqp', 'sqs', 'table']), 'The family of brokers that it reads from.'),
    topic: described(v.string(), 'Id of the topic, queue or table that it reads.'),
    group: described(v.string(), 'Empty for those who compete for the messages of a queue or a table.'),
    consumers: v.array(v.string()),
    owed: described(counted, 'Acknowledged and unknown messages that this group should apply.'),
    delivered: described(counted, 'Deliveries to a handler, copies included.'),
    applied: described(counted, 'Messages whose effect took place, each counted once.'),
    lost: described(counted, 'Acknowledged, and can no longer be applied.'),
    gone: described(counted, 'Unknown to the source, and can no longer be applied.'),
    expired: described(counted, 'Their time was over before they were applied.'),
    superseded: described(
      counted,
      'Compacted away before they were applied: later records of their keys stand for them.',
    ),
    dropped: described(
      counted,
      'Taken by a rule of the broker: rejected, delivered as often as is allowed, or one too many in its queue.',
    ),
    deadLettered: described(counted, 'Went on to where dead letters of its queue go.'),
    inFlight: counted,
    recovered: described(counted, 'Unknown to the source, and applied all the same.'),
    unexpected: described(counted, 'Applied although refused or aborted.'),
    duplicateDeliveries: counted,
    duplicateEffects: counted,
    repeatedWork: described(
      counted,
      'In transactions: work done again on messages that a handler had been given before.',
    ),
    outOfOrderPerKey: counted,
    outOfOrderGlobal: counted,
    disorderCauses: v.partial(v.strictObject(Object.fromEntries(causes.map((cause) => [cause, counted])))),
    disorderDistanceMax: counted,
    skipped: counted,
    unseen: described(counted, 'Acknowledged and not yet delivered.'),
    unseenOldestMs: described(ms, 'Age of the oldest of them.'),
    lag: described(
      counted,
      'Records that the group has not saved as read; of a queue or table what is ready and in hand.',
    ),
    lagMax: described(counted, 'The largest of what was found every 100 ms.'),
    rebalances: counted,
    replayable: described(counted, 'Done with, and could be given again: a log keeps it, a queue does not.'),
    verdict: described(
      v.picklist(['exactly-once effect', 'at-least-once', 'at-most-once', 'none']),
      'The strongest guarantee that the run did not contradict.',
    ),
    order: v.picklist(['global', 'per key', 'none']),
    latency: v.nullable(latency),
    wait: v.nullable(latency),
    evidence: described(v.record(v.string(), v.array(evidence)), 'The first messages that show each kind of anomaly.'),
  }),
  "One group's reading of one topic, or that of whoever competes for the messages of a queue or table. owed = applied + lost + gone + expired + superseded + dropped + deadLettered + inFlight, at every instant.",
);

const check = v.strictObject({
  id: v.string(),
  claim: v.string(),
  of: described(v.string(), 'Id of the node that the claim is about.'),
  holds: v.boolean(),
  finding: described(v.string(), 'One sentence with the figure found.'),
  firstBreachMs: v.nullable(ms),
  messages: described(v.array(counted), 'The first messages that broke it.'),
});

export const reportSchema = v.strictObject({
  format: v.literal('sluice-report/1'),
  engine: described(v.string(), 'Version of the engine; digests of different versions cannot be compared.'),
  title: v.string(),
  seed: counted,
  untilMs: described(ms, 'Simulated time of the run.'),
  events: counted,
  messages: described(counted, 'Logical messages attempted.'),
  digest: described(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)), 'Stands for every event of the run.'),
  nodes: v.array(v.strictObject({ id: v.string(), kind: v.string(), name: v.string(), figures })),
  edges: v.array(v.strictObject({ id: v.string(), kind: v.string(), figures })),
  sources: v.array(source),
  subscriptions: v.array(subscription),
  checks: v.array(check),
});

/** Fails to compile when the report gains or loses a member that the schema does not know. */
type Same<A, B> = [keyof A] extends [keyof B] ? ([keyof B] extends [keyof A] ? true : never) : never;
const complete: [
  Same<v.InferOutput<typeof reportSchema>, Report>,
  Same<v.InferOutput<typeof source>, Report['sources'][number]>,
  Same<v.InferOutput<typeof subscription>, Report['subscriptions'][number]>,
  Same<v.InferOutput<typeof check>, Report['checks'][number]>,
] = [true, true, true, true];

/** The text of `public/report.schema.json`. */
export function reportSchemaText(): string {
  const head = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sluice report',
    description: 'What `npm run --silent sim -- FILE.json --json` prints. All times are simulated, in milliseconds.',
  };
  const { $schema: _, ...body } = toJsonSchema(reportSchema);
  return complete.every(Boolean) ? `${JSON.stringify({ ...head, ...body }, null, 2)}\n` : '';
}
