/** Identities of queueing theory, by their names. */
import { notCovered, type Outcome } from '../../cases.ts';
import { COMPARISONS } from './comparisons.ts';
import { LAWS } from './laws.ts';
import { QUEUES } from './queues.ts';
import { ORDERS } from './orders.ts';
import { RINGS } from './rings.ts';
import { SCALES } from './scales.ts';

const HELD: Readonly<Record<string, () => string | null>> = {
  ...LAWS,
  ...COMPARISONS,
  ...QUEUES,
  ...RINGS,
  ...ORDERS,
  ...SCALES,
};

export function runIdentity(id: string): Outcome {
  const law = Object.hasOwn(HELD, id) ? HELD[id] : undefined;
  if (law === undefined) return notCovered(`Nothing is known of the identity "${id}".`);
  const finding = law();
  return finding === null ? { verdict: 'pass' } : { verdict: 'fail', reason: finding };
}
