import type { JournalEntry, ScenarioEdge, ScenarioNode } from '../document.ts';
import { consuming, noteAt, publishing } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';
import { COLUMN } from './queue-lane.ts';

const WORK_Y = 60;
const WAIT_Y = 300;
const AT_ONCE_Y = 540;

const dead = (from: string, to: string): ScenarioEdge => ({ id: `${from}-${to}`, kind: 'deadLetter', from, to });

/** A shop, the queue of its charges, and who makes them: the second lane by other names. */
function lane(suffix: '' | '2', how: string, y: number): readonly ScenarioNode[] {
  return [
    {
      id: `shop${suffix}`,
      kind: 'producer',
      name: `shop${how}`,
      position: { x: COLUMN.producer, y },
      arrivals: { type: 'constant', ratePerSecond: 4 },
      key: { type: 'unique' },
    },
    { id: `charge${suffix}`, kind: 'queue', name: `charge${how}`, position: { x: COLUMN.topic, y } },
    {
      id: `bank${suffix}`,
      kind: 'consumer',
      name: `card company${how}`,
      position: { x: COLUMN.consumer, y },
      workMs: { type: 'constant', mean: 60 },
    },
  ];
}

/** From then on such a share of the cards cannot be charged. */
function changed(atMs: number, poisonRate: number, label: string): JournalEntry {
  return {
    atMs,
    edit: ['bank', 'bank2'].map((id) => ({ op: 'change', in: 'nodes', id, set: { poisonRate } })),
    label,
  };
}

export const retryWithDelay: Example = {
  id: 'retry-with-delay',
  theme: 'queues',
  title: 'Retry with a delay, by dead letters',
  question: 'How does a queue try again later?',
  summary:
    'One bank of four is down from 4 s to 9 s: charges of its cards fail. Above, such a charge is rejected: its dead letter waits two seconds in a queue that nobody reads, expires there, and goes back to work. Below, it is requeued, and is tried again and again while all others wait.',
  scenario: playingScenario({
    title: 'Retry with a delay, by dead letters',
    notes:
      'A time to live and two dead-letter edges make a delay of what has none. The ways back: rejected to wait, expired to charge. Look into the trace of a message for its deaths: queue, reason, how often.',
    seed: 3,
    nodes: [
      ...lane('', '', WORK_Y),
      {
        id: 'wait',
        kind: 'queue',
        name: 'wait 2 s',
        position: { x: COLUMN.topic, y: WAIT_Y },
        messageTtlMs: 2000,
      },
      ...lane('2', ', at once', AT_ONCE_Y),
      noteAt(
        'n1',
        COLUMN.note,
        WORK_Y,
        'A charge that fails is tried every two seconds, and meanwhile all others go through.',
        'green',
      ),
      noteAt(
        'n2',
        COLUMN.consumer,
        WAIT_Y,
        'Nobody reads this queue. What has been here for two seconds expires, and its dead letter is work again.',
        'yellow',
      ),
      noteAt(
        'n3',
        COLUMN.note,
        AT_ONCE_Y,
        'A requeued message goes back to where it was: at the head. Nothing behind it gets a chance.',
        'red',
      ),
    ],
    edges: [
      publishing('shop', 'charge'),
      consuming('charge', 'bank', { prefetch: 1, onFailure: 'reject' }),
      dead('charge', 'wait'),
      dead('wait', 'charge'),
      publishing('shop2', 'charge2'),
      consuming('charge2', 'bank2', { prefetch: 1, onFailure: 'requeue' }),
    ],
    journal: [changed(4000, 0.25, 'A bank goes down'), changed(9000, 0, 'The bank is back')],
    checks: [
      { id: 'c1', claim: 'lagBelow', of: 'bank', messages: 12 },
      { id: 'c2', claim: 'lagBelow', of: 'bank2', messages: 12 },
      { id: 'c3', claim: 'noLoss', of: 'bank' },
    ],
    panels: ['flow', 'latency'],
  }),
};
