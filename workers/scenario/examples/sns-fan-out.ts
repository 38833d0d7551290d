import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneNote, playingScenario, visibleNetwork, type Example } from './example.ts';

/** A queue that subscribes, and who receives from it. */
interface Subscriber {
  readonly id: string;
  readonly queue: string;
  readonly consumer: string;
  readonly y: number;
  readonly filterPolicy?: string;
}

const SUBSCRIBERS: readonly Subscriber[] = [
  { id: 'all', queue: 'audit queue', consumer: 'audit', y: 0 },
  { id: 'eu', queue: 'EU queue', consumer: 'EU warehouse', y: 200, filterPolicy: '{"key": [{"prefix": "eu-"}]}' },
  {
    id: 'rest',
    queue: 'overseas queue',
    consumer: 'overseas',
    y: 400,
    filterPolicy: '{"key": [{"anything-but": {"prefix": "eu-"}}]}',
  },
];

function nodesOf({ id, queue, consumer, y }: Subscriber): readonly ScenarioNode[] {
  return [
    { id: `${id}-queue`, kind: 'sqs', name: queue, position: { x: 610, y }, visibilityTimeoutMs: 4000 },
    {
      id: `${id}-reader`,
      kind: 'consumer',
      name: consumer,
      position: { x: 950, y },
      workMs: { type: 'exponential', mean: 60 },
    },
  ];
}

function edgesOf({ id, filterPolicy }: Subscriber): readonly ScenarioEdge[] {
  return [
    {
      id: `${id}-route`,
      kind: 'snsSubscribe',
      from: 'orders',
      to: `${id}-queue`,
      ...(filterPolicy !== undefined && { filterPolicy }),
      network: visibleNetwork(90),
    },
    {
      id: `${id}-receive`,
      kind: 'sqsReceive',
      from: `${id}-queue`,
      to: `${id}-reader`,
      maxNumberOfMessages: 10,
      waitTimeMs: 20_000,
      network: visibleNetwork(50),
    },
  ];
}

export const snsFanOut: Example = {
  id: 'sns-fan-out',
  theme: 'routing',
  title: 'One topic, three queues',
  question: 'How does everybody get a copy, and only of what concerns them?',
  summary:
    'A topic of SNS keeps nothing: it sends a copy of each order to every queue that subscribes, as far as the queue’s filter policy lets it. Each reader works at its own pace, because each has a queue of its own.',
  scenario: playingScenario({
    title: 'One topic, three queues',
    notes:
      'Publish and subscribe with SNS in front of SQS: the topic decides who gets a copy, the queues keep it until it is worked on. While a queue cannot be reached the topic tries again, for weeks if need be.',
    seed: 2,
    nodes: [
      {
        id: 'shop',
        kind: 'producer',
        name: 'shop',
        position: { x: COLUMN.producer, y: 200 },
        arrivals: { type: 'poisson', ratePerSecond: 8 },
        key: { type: 'listed', keys: 'eu-1\nus-1\neu-2\neu-3\njp-1\nus-2' },
      },
      { id: 'orders', kind: 'sns', name: 'orders', position: { x: 300, y: 200 } },
      ...SUBSCRIBERS.flatMap(nodesOf),
      { ...laneNote('n1', 60, 'No policy: every order comes here.', 'yellow'), position: { x: 1260, y: 20 } },
      {
        ...laneNote(
          'n2',
          260,
          'Only keys that begin with eu-. At 6 s the way to this queue is cut for three seconds: the topic tries again, and nothing is lost.',
          'green',
        ),
        position: { x: 1260, y: 200 },
      },
      {
        ...laneNote(
          'n3',
          460,
          'Everything else. Change the policy on the edge: it holds from the next order on.',
          'blue',
        ),
        position: { x: 1260, y: 400 },
      },
    ],
    edges: [
      { id: 'publish', kind: 'snsPublish', from: 'shop', to: 'orders', network: visibleNetwork(60) },
      ...SUBSCRIBERS.flatMap(edgesOf),
    ],
    faults: [{ id: 'cut', atMs: 6000, do: 'cut', target: 'eu-route', forMs: 3000 }],
    checks: SUBSCRIBERS.map(({ id }) => ({ id: `${id}-loss`, claim: 'noLoss' as const, of: `${id}-reader` })),
    panels: ['guarantees', 'flow'],
  }),
};
