/** The form of `format: queueing-theory/1`: what a case and its rows say. Unknown members are passed over. */
import * as v from 'valibot';

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const rowSchema = v.object({
  metric: v.string(),
  expected: v.union([v.number(), v.array(v.number())]),
  /** `exact`, `numeric`, `bound_upper`, `estimate`, `approx`; others are not compared. */
  kind: v.string(),
  match: v.optional(v.string()),
  /** Standard error of an `estimate`. */
  se: v.optional(v.number()),
  rel_halfwidth_99_at_1e6: v.optional(positive),
  run_length: v.optional(
    v.object({
      rel_halfwidth_99_at_1e6: v.optional(positive),
      messages_for_1pct_99: v.optional(positive),
      replications_for_1pct_99: v.optional(positive),
    }),
  ),
});
export type Row = v.InferOutput<typeof rowSchema>;

export const caseSchema = v.object({
  case_id: v.optional(v.string()),
  model: v.string(),
  parameters: v.record(v.string(), v.unknown()),
  relaxation_messages: v.optional(v.nullable(positive)),
  rows: v.pipe(v.array(rowSchema), v.minLength(1)),
});
export type TheoryCase = v.InferOutput<typeof caseSchema>;

/** An identity has a name and holds in any run. */
export const identitySchema = v.object({ id: v.string(), formula: v.string() });

/** Parameters that models share, by the names of the tables. */
export const field = {
  positive,
  probability,
  count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
  list: v.pipe(v.array(positive), v.minLength(1), v.maxLength(20)),
} as const;
