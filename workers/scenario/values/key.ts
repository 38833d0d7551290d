import * as v from 'valibot';
import { integer, number, text } from '../fields.ts';

const keys = integer({
  label: 'Distinct keys',
  help: 'How many different keys occur: k0, k1, …',
  unit: 'count',
  default: 12,
  min: 1,
  max: 100_000,
});

/** Which key each message carries: it decides the partition, and what "in order" means. */
export const keySchema = v.variant('type', [
  v.strictObject({ type: v.literal('none') }),
  v.strictObject({ type: v.literal('uniform'), keys }),
  v.strictObject({
    type: v.literal('zipf'),
    keys,
    exponent: number({
      label: 'Skew',
      help: 'Key k is drawn in proportion to 1/(k+1)^skew: 0 is uniform, 1 has a hot key.',
      unit: 'factor',
      default: 1,
      min: 0,
      max: 5,
    }),
  }),
  v.strictObject({
    type: v.literal('fixed'),
    key: text({ label: 'Key', help: 'Every message carries this key.', default: 'k0', maxLength: 200 }),
  }),
  v.strictObject({ type: v.literal('unique') }),
  v.strictObject({
    type: v.literal('listed'),
    keys: text({
      label: 'Keys in order',
      help: 'One key a line, for one message after the other; after the last the list begins anew. An empty line is a message without a key.',
      default: 'k0\nk1\nk2',
      maxLength: 100_000,
    }),
  }),
]);

/** A complete key choice, defaults filled in. */
export type KeyChoice = v.InferOutput<typeof keySchema>;
