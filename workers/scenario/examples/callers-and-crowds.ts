import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { consuming, noteAt, publishing } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';
import { laneFrame } from './queue-lane.ts';

const X = { client: 0, queue: 360, responder: 700, note: 1060 } as const;
const CALLERS_Y = 200;
const CROWD_Y = 680;

type Asking = Partial<Extract<ScenarioNode, { kind: 'client' }>>;

/** A client with an exclusive queue for its replies, and a service of its own. */
function lane(prefix: string, name: string, middleY: number, asking: Asking) {
  const nodes: ScenarioNode[] = [
    {
      id: `${prefix}-client`,
      kind: 'client',
      name,
      position: { x: X.client, y: middleY - 70 },
      key: { type: 'uniform', keys: 12 },
      timeoutMs: 4000,
      ...asking,
    },
    { id: `${prefix}-asked`, kind: 'queue', name: 'requests', position: { x: X.queue, y: middleY - 160 } },
    {
      id: `${prefix}-replies`,
      kind: 'queue',
      name: `replies to the ${name}`,
      position: { x: X.queue, y: middleY + 30 },
      durable: false,
    },
    {
      id: `${prefix}-stock`,
      kind: 'consumer',
      name: 'stock',
      position: { x: X.responder, y: middleY - 70 },
      instances: 1,
      workMs: { type: 'exponential', mean: 60 },
    },
  ];
  const plain = { confirms: false, persistent: false } as const;
  const edges: ScenarioEdge[] = [
    publishing(`${prefix}-client`, `${prefix}-asked`, plain),
    consuming(`${prefix}-asked`, `${prefix}-stock`, { prefetch: 5 }),
    publishing(`${prefix}-stock`, `${prefix}-replies`, plain),
    consuming(`${prefix}-replies`, `${prefix}-client`, { exclusive: true }),
  ];
  return { nodes, edges };
}

const callers = lane('k', 'clerks', CALLERS_Y, { callers: 12, thinkMs: { type: 'exponential', mean: 900 } });
const crowd = lane('w', 'web', CROWD_Y, { arrivals: { type: 'poisson', ratePerSecond: 10 } });

export const callersAndCrowds: Example = {
  id: 'callers-and-crowds',
  theme: 'load',
  title: 'Twelve callers, or a crowd',
  question: 'Why does one client survive the slow-down that drowns the other?',
  summary:
    'Two clients ask ten times a second each, over a queue, with an exclusive queue for the replies. Twelve clerks wait for their answer before they ask again; the web asks whenever somebody comes. From 5 s to 11 s both services are four times slower: the clerks ask less, the crowd does not.',
  scenario: playingScenario({
    title: 'Twelve callers, or a crowd',
    notes:
      'A service answers 16 requests a second, and 4 while it is slow. Clients wait for 4 s. Of twelve clerks who think for 0.9 s at most twelve wait, which takes 3 s at the worst.',
    seed: 8,
    nodes: [
      laneFrame('kf', 'Callers', CALLERS_Y, 400),
      ...callers.nodes,
      noteAt(
        'n1',
        X.note,
        CALLERS_Y - 80,
        'A clerk who waits does not ask. However slow the service is, no more than twelve requests are open: the queue presses back.',
        'green',
      ),
      laneFrame('wf', 'A crowd', CROWD_Y, 400),
      ...crowd.nodes,
      noteAt(
        'n2',
        X.note,
        CROWD_Y - 90,
        'The web goes on asking. What has been given up is still in the queue, and is answered all the same: late, and before those who still wait.',
        'red',
      ),
    ],
    edges: [...callers.edges, ...crowd.edges],
    faults: ['k', 'w'].map((prefix) => ({
      id: `${prefix}-slow`,
      atMs: 5000,
      do: 'slow',
      target: `${prefix}-stock`,
      factor: 4,
      forMs: 6000,
    })),
    checks: [
      { id: 'c1', claim: 'latencyBelow', of: 'k-stock', percentile: 99, ms: 4000 },
      { id: 'c2', claim: 'latencyBelow', of: 'w-stock', percentile: 99, ms: 4000 },
    ],
    panels: ['flow', 'latency'],
  }),
};
