import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const PLAIN_Y = 80;
const IDEMPOTENT_Y = 330;

function lane(prefix: string, name: string, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-checkout`,
      kind: 'producer',
      name: 'checkout',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'constant', ratePerSecond: 6 },
      key: { type: 'uniform', keys: 8 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `orders ${name}`,
      position: { x: COLUMN.topic, y: middleY - 60 },
      partitions: 1,
    },
    {
      id: `${prefix}-warehouse`,
      kind: 'consumer',
      name: `warehouse ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 60 },
      instances: 1,
      workMs: { type: 'exponential', mean: 50 },
    },
  ];
}

function edges(prefix: string, members: Partial<Extract<ScenarioEdge, { kind: 'publish' }>>): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-checkout`,
      to: `${prefix}-log`,
      ...members,
      maxInFlight: 1,
      requestTimeoutMs: 800,
      network: visibleNetwork(100),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-warehouse`,
      commit: 'after',
      maxPollRecords: 5,
      ...QUICK_GROUP,
      network: visibleNetwork(50),
    },
  ];
}

const LOSSES_MS = [3000, 8000];

export const lostAcknowledgement: Example = {
  id: 'lost-acknowledgement',
  theme: 'delivery',
  title: 'A lost acknowledgement doubles an order',
  question: 'Where do duplicates come from when nothing crashed?',
  summary:
    'For half a second the broker’s answers get lost. The orders are in the log, but the producer does not know and sends them again: the warehouse ships twice. The idempotent producer below retries just the same, and the broker drops the copy.',
  scenario: playingScenario({
    title: 'A lost acknowledgement doubles an order',
    notes:
      'A producer that hears nothing cannot tell a lost request from a lost answer. Retrying risks a duplicate, not retrying risks a loss; sequence numbers let the broker tell the difference.',
    seed: 1,
    nodes: [
      laneFrame('f1', 'Without idempotence', PLAIN_Y, 180),
      laneFrame('f2', 'With idempotence', IDEMPOTENT_Y, 180),
      ...lane('p', 'plain', PLAIN_Y),
      ...lane('i', 'idempotent', IDEMPOTENT_Y),
      laneNote(
        'n1',
        PLAIN_Y,
        'At 3 s answers stop for half a second: after 800 ms the orders are sent again, and the log holds them twice. Try acks 0: no retries, no duplicates, and no idea.',
        'red',
      ),
      laneNote(
        'n2',
        IDEMPOTENT_Y,
        'The same lost answers and the same retry, but the broker knows the sequence number and appends nothing. Click the duplicates above to see one order’s life.',
        'green',
      ),
    ],
    edges: [...edges('p', { enableIdempotence: false }), ...edges('i', {})],
    faults: LOSSES_MS.flatMap((atMs, place) =>
      ['p', 'i'].map((prefix) => ({
        id: `${prefix}-acks-${place + 1}`,
        atMs,
        do: 'dropAcks' as const,
        target: `${prefix}-publish`,
        forMs: 500,
      })),
    ),
    checks: ['p', 'i'].flatMap((prefix) => [
      { id: `${prefix}-twice`, claim: 'noDuplicateEffects' as const, of: `${prefix}-warehouse` },
      { id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-warehouse` },
    ]),
    panels: ['guarantees', 'trace'],
  }),
};
