import { expect, test } from 'vitest';
import type { Design } from '../../../workers/scenario/document.ts';
import { fetchValidator } from '../../document/judge.ts';
import { remarksOn } from './remarks.ts';

const position = { x: 0, y: 0 };

test('what a broker refuses is said beside what a colleague would ask, each about its item', async () => {
  await fetchValidator();
  const design: Design = {
    nodes: [
      { id: 'p', kind: 'producer', name: 'orders', position },
      { id: 'q', kind: 'queue', name: 'log', position, type: 'stream' },
      { id: 'k', kind: 'consumer', name: 'billing', position, instances: 2 },
    ],
    edges: [
      { id: 'pq', kind: 'amqpPublish', from: 'p', to: 'q' },
      { id: 'qk', kind: 'amqpConsume', from: 'q', to: 'k', prefetch: 0 },
    ],
    faults: [],
    checks: [],
  };
  const remarks = remarksOn(design);
  expect(remarks.filter(({ item }) => item?.id === 'qk').map(({ sentence }) => sentence)).toEqual([
    'RabbitMQ refuses "billing" as a consumer of the stream "log": readers of a stream need a prefetch of their own. Set a prefetch above 0, not shared by the channel.',
    'Each of the 2 instances of "billing" reads all of the stream "log": they do not share the work. Let one instance read it, or make it a queue.',
  ]);
  expect(remarks.find(({ item }) => item?.id === 'pq')?.fix?.label).toBe('Ask for confirms');
});
