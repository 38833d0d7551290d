import { PRODUCER } from '../../workers/protocol/frame.ts';

/**
 * Whether what this producer made had nowhere to go. Over its `publish` edges attempted = acknowledged + refused +
 * unknown + waiting; only without any are its facts counted as attempted all the same. `at` is where its block begins.
 */
export function sentNowhere(values: Float64Array, at: number): boolean {
  const of = (figure: number) => values[at + figure]!;
  const known = of(PRODUCER.acknowledged) + of(PRODUCER.refused) + of(PRODUCER.unknown) + of(PRODUCER.waiting);
  return known === 0 && of(PRODUCER.attempted) > 0;
}
