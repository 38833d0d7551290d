import { COLUMN, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const ASK_Y = 80;
const ANSWER_Y = 500;

export const requestReply: Example = {
  id: 'request-reply',
  theme: 'delivery',
  title: 'Request and reply, and late answers',
  question: 'Who is told the price, and who has hung up?',
  summary:
    'A shop asks for prices over one topic and reads the answers from another, matched by correlation id. From 6 s to 10 s the pricing service is three times slower: requests time out and are sent again, and that alone is more than it can do: it never recovers, and works for nobody. Answers come late, or twice.',
  scenario: playingScenario({
    title: 'Request and reply, and late answers',
    notes:
      'The shop asks 10 times a second, waits for 1.2 s and asks once more before it gives up. Two instances price 16 a second in all, and a third of that from 6 s to 10 s.',
    seed: 3,
    nodes: [
      {
        id: 'shop',
        kind: 'client',
        name: 'shop',
        position: { x: COLUMN.producer, y: (ASK_Y + ANSWER_Y) / 2 - 70 },
        arrivals: { type: 'poisson', ratePerSecond: 10 },
        key: { type: 'uniform', keys: 40 },
        timeoutMs: 1200,
        retries: 1,
      },
      {
        id: 'requests',
        kind: 'topic',
        name: 'price requests',
        position: { x: COLUMN.topic, y: ASK_Y - 80 },
        partitions: 2,
      },
      {
        id: 'replies',
        kind: 'topic',
        name: 'price replies',
        position: { x: COLUMN.topic, y: ANSWER_Y - 60 },
        partitions: 1,
      },
      {
        id: 'pricing',
        kind: 'consumer',
        name: 'pricing',
        position: { x: COLUMN.consumer, y: (ASK_Y + ANSWER_Y) / 2 - 180 },
        instances: 2,
        workMs: { type: 'exponential', mean: 60 },
      },
      laneNote(
        'n1',
        ASK_Y,
        'Each attempt is a message; its id travels with the answer. The shop takes the first answer to any attempt, and counts what comes after it.',
        'yellow',
      ),
      laneNote(
        'n2',
        ANSWER_Y,
        'A late answer was delivered as promised, and is of no use. Restart with retries of the shop at 0: the queue drains after the slow-down.',
        'red',
      ),
    ],
    edges: [
      { id: 'ask', kind: 'publish', from: 'shop', to: 'requests', network: visibleNetwork(30) },
      {
        id: 'take',
        kind: 'subscribe',
        from: 'requests',
        to: 'pricing',
        commit: 'after',
        maxPollRecords: 2,
        ...QUICK_GROUP,
        network: visibleNetwork(30),
      },
      { id: 'answer', kind: 'publish', from: 'pricing', to: 'replies', lingerMs: 0, network: visibleNetwork(30) },
      {
        id: 'hear',
        kind: 'subscribe',
        from: 'replies',
        to: 'shop',
        commit: 'after',
        ...QUICK_GROUP,
        network: visibleNetwork(30),
      },
    ],
    faults: [{ id: 'slow', atMs: 6000, do: 'slow', target: 'pricing', factor: 3, forMs: 4000 }],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'pricing' },
      { id: 'c2', claim: 'latencyBelow', of: 'pricing', percentile: 95, ms: 1000 },
    ],
    panels: ['lag', 'latency'],
  }),
};
