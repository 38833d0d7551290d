/** Identities of queueing theory, by their names. */
import { notCovered, type Outcome } from '../../cases.ts';
import { COMPARISONS } from './comparisons.ts';
import { LAWS } from './laws.ts';
import { QUEUES } from './queues.ts';
import { RINGS } from './rings.ts';

const HELD: Readonly<Record<string, () => string | null>> = { ...LAWS, ...COMPARISONS, ...QUEUES, ...RINGS };

/** What the engine lacks, or what a single run cannot show. */
const UNCOVERED: Readonly<Record<string, string>> = {
  'time-scaling':
    'Times are whole nanoseconds, and each draw is rounded to one: latencies scale within a nanosecond a draw only.',
  'seed-independence': 'Its z-scores are those of all rows of the tables over many seeds, not of one case.',
  'work-conservation-order': 'Queues here deliver the first first, or by priority; none delivers the last first.',
  'time-average-weighting': 'It is a definition. This command measures by it.',
};

export function runIdentity(id: string): Outcome {
  const law = Object.hasOwn(HELD, id) ? HELD[id] : undefined;
  if (law === undefined) {
    const reason = Object.hasOwn(UNCOVERED, id) ? UNCOVERED[id] : undefined;
    return notCovered(reason ?? `Nothing is known of the identity "${id}".`);
  }
  const finding = law();
  return finding === null ? { verdict: 'pass' } : { verdict: 'fail', reason: finding };
}
