import type { ScenarioNode } from '../document.ts';
import { playingScenario, visibleNetwork, type Example } from './example.ts';
import { COLUMN, laneFrame, laneNote } from './queue-lane.ts';

const TABLE_Y = 110;
const QUEUE_Y = 470;

/** The same jobs and the same workers, whatever lies between them. */
function ends(prefix: string, how: string, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-shop`,
      kind: 'producer',
      name: 'shop',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'poisson', ratePerSecond: 12 },
      key: { type: 'uniform', keys: 30 },
    },
    {
      id: `${prefix}-mailer`,
      kind: 'consumer',
      name: `mailer, ${how}`,
      position: { x: COLUMN.consumer, y: middleY - 90 },
      instances: 3,
      workMs: { type: 'uniform', min: 60, max: 180 },
      crash: { mtbfMs: 20_000, restartMs: 1500 },
    },
  ];
}

export const databaseAsAQueue: Example = {
  id: 'database-as-a-queue',
  title: 'A database as a queue, against a broker',
  theme: 'load',
  question: 'What does it cost to poll a table instead of running a broker?',
  summary:
    'Three workers poll a jobs table every second; below, the same workers are pushed the same jobs by a broker. The table makes every job wait, answers polls that find nothing, and keeps what is done until the nightly job. Set the interval to 50 ms, the locks to none or to FOR UPDATE, or the claim to a status, and watch what each of them buys.',
  scenario: playingScenario({
    title: 'A database as a queue, against a broker',
    notes:
      'A row that is polled every second waits for half of that on average, and every poll is a query whether it finds anything or not. In return a job is inserted in the same database as everything else, and nothing more has to be run. With SKIP LOCKED workers take different rows; without locks they do the same work; a claim by status that has no lease is stuck after a crash.',
    seed: 8,
    nodes: [
      laneFrame('f1', 'A table that is polled', TABLE_Y, 300),
      laneFrame('f2', 'A queue that pushes', QUEUE_Y, 300),
      ...ends('t', 'polling', TABLE_Y),
      {
        id: 't-jobs',
        kind: 'store',
        name: 'jobs table',
        position: { x: COLUMN.topic, y: TABLE_Y - 80 },
        autovacuumNaptimeMs: 10_000,
      },
      ...ends('q', 'pushed', QUEUE_Y),
      {
        id: 'q-jobs',
        kind: 'queue',
        name: 'jobs queue',
        position: { x: COLUMN.topic, y: QUEUE_Y - 70 },
        type: 'classic',
      },
      laneNote(
        'n1',
        TABLE_Y,
        'A row waits until somebody polls, half of the interval if all are idle. Rows that are done stay, and dead versions until the vacuum.',
        'red',
      ),
      laneNote(
        'n2',
        QUEUE_Y,
        'Delivered when it comes. But it is one more system, and its confirms are one more wait.',
        'green',
      ),
    ],
    edges: [
      {
        id: 't-insert',
        kind: 'insert',
        from: 't-shop',
        to: 't-jobs',
        retries: 3,
        network: visibleNetwork(40),
      },
      {
        id: 't-poll',
        kind: 'poll',
        from: 't-jobs',
        to: 't-mailer',
        intervalMs: { type: 'constant', mean: 1000 },
        batchSize: 2,
        done: 'mark',
        network: visibleNetwork(15),
      },
      {
        id: 'q-publish',
        kind: 'amqpPublish',
        from: 'q-shop',
        to: 'q-jobs',
        confirms: true,
        persistent: true,
        network: visibleNetwork(40),
      },
      {
        id: 'q-consume',
        kind: 'amqpConsume',
        from: 'q-jobs',
        to: 'q-mailer',
        ack: 'after',
        prefetch: 2,
        network: visibleNetwork(15),
      },
    ],
    checks: [
      { id: 't-latency', claim: 'latencyBelow', of: 't-mailer', percentile: 50, ms: 500 },
      { id: 'q-latency', claim: 'latencyBelow', of: 'q-mailer', percentile: 50, ms: 500 },
      { id: 't-loss', claim: 'noLoss', of: 't-mailer' },
      { id: 'q-loss', claim: 'noLoss', of: 'q-mailer' },
    ],
    panels: ['guarantees', 'flow'],
  }),
};
