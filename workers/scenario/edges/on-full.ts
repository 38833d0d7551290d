/** Backpressure at whoever publishes: what becomes of facts for which its client has no room. The same for every destination. */
import { choice, integer } from '../fields.ts';

const section = 'Buffer';

export const onFull = {
  onFull: choice({
    label: 'When there is no room',
    section,
    help: 'Let the source wait; refuse what it brings; keep one fact in so many; or merge facts of one key into the message that waits.',
    options: {
      block: 'Block the source',
      drop: 'Refuse the message',
      sample: 'Keep a sample',
      aggregate: 'Merge facts of a key',
    },
    default: 'block',
    simplified:
      'A merged message keeps its size, and whoever published what was merged goes on at once. A transactional producer neither samples nor merges: it blocks.',
  }),
  sampleEvery: integer({
    label: 'Keep one in',
    section,
    help: 'Of so many facts that find no room one waits, and the others are refused.',
    unit: 'messages',
    default: 10,
    min: 2,
    max: 1_000_000,
    when: { parameter: 'onFull', is: ['sample'] },
  }),
  aggregateMax: integer({
    label: 'Facts in one message, most',
    section,
    help: 'When a message stands for so many facts the next one of its key begins another.',
    unit: 'messages',
    default: 0,
    min: 0,
    max: 1_000_000,
    special: { value: 0, meaning: 'any number' },
    when: { parameter: 'onFull', is: ['aggregate'] },
  }),
};
