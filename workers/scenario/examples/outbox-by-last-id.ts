import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, visibleNetwork, type Example } from './example.ts';

const LAST_ID_Y = 100;
const READY_Y = 420;

/** A service that writes what happened into an outbox, in its own transactions, and a relay that reads it. */
function lane(prefix: string, middleY: number, relay: string): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-orders`,
      kind: 'producer',
      name: 'orders',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'poisson', ratePerSecond: 6 },
      key: { type: 'uniform', keys: 20 },
    },
    {
      id: `${prefix}-outbox`,
      kind: 'store',
      name: 'outbox',
      position: { x: COLUMN.topic + 60, y: middleY - 80 },
      autovacuumNaptimeMs: 10_000,
    },
    {
      id: `${prefix}-relay`,
      kind: 'consumer',
      name: relay,
      position: { x: COLUMN.consumer, y: middleY - 60 },
      workMs: { type: 'constant', mean: 10 },
    },
  ];
}

function edges(prefix: string, read: 'ready' | 'afterLastId'): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-insert`,
      kind: 'insert',
      from: `${prefix}-orders`,
      to: `${prefix}-outbox`,
      transactionMs: { type: 'exponential', mean: 150 },
      network: visibleNetwork(40),
    },
    {
      id: `${prefix}-poll`,
      kind: 'poll',
      from: `${prefix}-outbox`,
      to: `${prefix}-relay`,
      intervalMs: { type: 'constant', mean: 250 },
      batchSize: 100,
      read,
      network: visibleNetwork(40),
    },
  ];
}

export const outboxByLastId: Example = {
  id: 'outbox-by-last-id',
  theme: 'delivery',
  title: 'An outbox that is read by its last id',
  question: 'Why is a row missing that is in the table?',
  summary:
    'A row gets its id when it is inserted, and is seen when its transaction commits. A relay that remembers the last id that it saw goes past rows whose transactions take longer, and never comes back: they are lost, without a crash or an error. Below, the same orders are read by what is ready, and none is missing. Make the rest of the transaction shorter and see the loss become rare, and stay.',
  scenario: playingScenario({
    title: 'An outbox that is read by its last id',
    notes:
      'Sequences do not wait for commits, so the order of ids is not that of commits. Whoever reads by the largest id loses what was still open. A mark on each row (ready, done), a delay longer than any transaction, or the log of the database itself (change data capture) keep what an id cannot.',
    seed: 4,
    nodes: [
      laneFrame('f1', 'WHERE id > the last one', LAST_ID_Y, 240),
      laneFrame('f2', 'WHERE it is ready', READY_Y, 240),
      ...lane('i', LAST_ID_Y, 'relay by last id'),
      ...lane('r', READY_Y, 'relay of what is ready'),
      laneNote(
        'n1',
        LAST_ID_Y,
        'Orders whose transactions are overtaken are acknowledged and lie in the table, and the relay never asks for them. Look for "lost".',
        'red',
      ),
      laneNote('n2', READY_Y, 'Late ones are found late, out of order, and not lost.', 'green'),
    ],
    edges: [...edges('i', 'afterLastId'), ...edges('r', 'ready')],
    checks: ['i', 'r'].map((prefix) => ({ id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-relay` })),
    panels: ['guarantees', 'trace'],
  }),
};
