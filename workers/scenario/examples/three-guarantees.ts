import type { Fault, ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const BEFORE_Y = 90;
const AFTER_Y = 350;
const IDEMPOTENT_Y = 610;

interface Lane {
  readonly prefix: string;
  readonly name: string;
  readonly middleY: number;
  readonly replicationFactor: number;
}

function lane({ prefix, name, middleY, replicationFactor }: Lane): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-payments`,
      kind: 'producer',
      name: 'payments',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'poisson', ratePerSecond: 9 },
      key: { type: 'uniform', keys: 40 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `payments ${name}`,
      position: { x: COLUMN.topic, y: middleY - 80 },
      partitions: 2,
      ...(replicationFactor > 1 ? { replicationFactor, minInsyncReplicas: 2, replicationMs: 20, electionMs: 800 } : {}),
    },
    {
      id: `${prefix}-ledger`,
      kind: 'consumer',
      name: `ledger ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 80 },
      instances: 2,
      workMs: { type: 'exponential', mean: 160 },
    },
  ];
}

function edges(prefix: string, commit: 'before' | 'after'): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-payments`,
      to: `${prefix}-log`,
      requestTimeoutMs: 600,
      network: visibleNetwork(60),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-ledger`,
      commit,
      maxPollRecords: 8,
      ...QUICK_GROUP,
      network: visibleNetwork(30),
    },
  ];
}

/** The same crashes of both instances in the first two lanes. */
function crashes(prefix: string): readonly Fault[] {
  return [3000, 7000, 11_000].map((atMs, place) => ({
    id: `${prefix}-crash-${place + 1}`,
    atMs,
    do: 'crash',
    target: `${prefix}-ledger`,
    forMs: 800,
  }));
}

/** What the third lane goes through: acknowledgements get lost, then the leader's broker dies. */
const HARDSHIPS: readonly Fault[] = [
  { id: 'i-acks-1', atMs: 3000, do: 'dropAcks', target: 'i-publish', forMs: 900 },
  { id: 'i-acks-2', atMs: 7000, do: 'dropAcks', target: 'i-publish', forMs: 900 },
  { id: 'i-crash', atMs: 11_000, do: 'crash', target: 'i-log', forMs: 3000 },
];

export const threeGuarantees: Example = {
  id: 'three-guarantees',
  theme: 'delivery',
  title: 'At most once, at least once, idempotent',
  question: 'What do the delivery guarantees cost when something crashes?',
  summary:
    'Three lanes under crashes. Committing before the work loses payments, committing after it doubles them, and an idempotent producer survives lost acknowledgements and a dead broker with neither.',
  scenario: playingScenario({
    title: 'At most once, at least once, idempotent',
    notes:
      'The first two lanes differ in one setting, the moment of the commit. The third shows what idempotence protects: the way from the producer into the log, not the work behind it.',
    seed: 3,
    nodes: [
      laneFrame('f1', 'At most once: commit before the work', BEFORE_Y, 200),
      laneFrame('f2', 'At least once: commit after the work', AFTER_Y, 200),
      laneFrame('f3', 'Idempotent producer: lost acknowledgements and a broker crash', IDEMPOTENT_Y, 200),
      ...lane({ prefix: 'b', name: 'A', middleY: BEFORE_Y, replicationFactor: 1 }),
      ...lane({ prefix: 'a', name: 'B', middleY: AFTER_Y, replicationFactor: 1 }),
      ...lane({ prefix: 'i', name: 'C', middleY: IDEMPOTENT_Y, replicationFactor: 3 }),
      laneNote(
        'n1',
        BEFORE_Y,
        'Both instances die at 3, 7 and 11 s. What they had committed and not yet worked on is lost, but nothing is ever applied twice.',
        'red',
      ),
      laneNote(
        'n2',
        AFTER_Y,
        'The same crashes. Nothing is lost, but what was applied and not yet committed comes again. Try fewer records per poll.',
        'yellow',
      ),
      laneNote(
        'n3',
        IDEMPOTENT_Y,
        'The producer retries and the broker drops the copies. A crash of the consumer would still double: try one here, by its menu.',
        'green',
      ),
    ],
    edges: [...edges('b', 'before'), ...edges('a', 'after'), ...edges('i', 'after')],
    faults: [...crashes('b'), ...crashes('a'), ...HARDSHIPS].sort((one, other) => one.atMs - other.atMs),
    checks: ['b', 'a', 'i'].flatMap((prefix) => [
      { id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-ledger` },
      { id: `${prefix}-twice`, claim: 'noDuplicateEffects' as const, of: `${prefix}-ledger` },
    ]),
    panels: ['guarantees', 'checks'],
  }),
};
