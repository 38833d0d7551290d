/** The form of an experiment's report, as a schema: what `public/experiment.schema.json` says. */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { SOURCE_COUNTS, SUBSCRIPTION_COUNTS } from '../../engine/engine.ts';
import type { ExperimentReport } from '../../experiments/experiment.ts';
import { described } from './described.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ms = v.pipe(v.number(), v.minValue(0));

const estimate = described(
  v.strictObject({
    mean: v.number(),
    halfWidth: described(v.nullable(ms), "By Student's t. Null for a single replication."),
    confidence: described(v.number(), 'Probability that the true mean lies within halfWidth of the mean.'),
  }),
  'A mean over replications.',
);

function estimates<const Name extends string>(...names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, estimate])) as Record<Name, typeof estimate>;
}

const latency = v.nullable(
  described(
    v.strictObject(estimates('count', 'meanMs', 'minMs', 'maxMs', 'p50Ms', 'p95Ms', 'p99Ms', 'p999Ms')),
    'Each replication has its own mean and quantiles (within 0.8 %); these are their means.',
  ),
);

const source = described(
  v.strictObject({
    edge: described(v.string(), 'Id of the publish edge.'),
    node: v.string(),
    topic: v.string(),
    ...estimates(...SOURCE_COUNTS),
  }),
  'One publish edge, counted after the warm-up.',
);

const subscription = described(
  v.strictObject({
    topic: v.string(),
    group: v.string(),
    ...estimates(...SUBSCRIPTION_COUNTS),
    latency,
    wait: latency,
  }),
  "One group's reading of one topic, counted after the warm-up. The terms are those of the report.",
);

export const experimentSchema = v.strictObject({
  format: v.literal('sluice-experiment/1'),
  engine: described(v.string(), 'Version of the engine; digests of different versions cannot be compared.'),
  title: v.string(),
  untilMs: described(ms, 'Simulated time of each replication, the warm-up included.'),
  warmUp: v.strictObject({
    by: v.picklist(['none', 'time', 'MSER-5']),
    ms: described(ms, 'Left out of every replication.'),
    settled: described(v.boolean(), 'False when MSER-5 found no end of the warm-up in the first half of the run.'),
  }),
  replications: described(
    v.array(v.strictObject({ seed: count, digest: v.string(), events: count, messages: count })),
    'The first has the seed of the scenario. Digest, events and messages are of the whole run.',
  ),
  sources: v.array(source),
  subscriptions: v.array(subscription),
  checks: described(
    v.array(
      v.strictObject({
        id: v.string(),
        claim: v.string(),
        of: described(v.string(), 'Id of the node that the claim is about.'),
        held: described(count, 'Replications in which it held, judged over the whole run.'),
      }),
    ),
    'The claims of the scenario.',
  ),
});

/** Fails to compile when what is printed and the schema differ. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;
const complete: Same<Plain<v.InferOutput<typeof experimentSchema>>, Plain<ExperimentReport>> = true;

/** The text of `public/experiment.schema.json`. */
export function experimentSchemaText(): string {
  const head = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sluice experiment',
    description:
      'What `npm run --silent sim -- FILE.json --json` prints with --replications or --warm-up. All times are simulated, in milliseconds.',
  };
  const { $schema: _, ...body } = toJsonSchema(experimentSchema);
  return complete ? `${JSON.stringify({ ...head, ...body }, null, 2)}\n` : '';
}
