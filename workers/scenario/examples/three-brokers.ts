import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const KAFKA_Y = 110;
const RABBITMQ_Y = 430;
const SQS_Y = 750;

/** The same work for the same orders, by instances that die as often. */
function workers(id: string, name: string, middleY: number): ScenarioNode {
  return {
    id,
    kind: 'consumer',
    name,
    position: { x: COLUMN.consumer, y: middleY - 100 },
    instances: 3,
    workMs: { type: 'exponential', mean: 120 },
    crash: { mtbfMs: 9000, restartMs: 700 },
  };
}

const network = visibleNetwork(40);

const edges: readonly ScenarioEdge[] = [
  { id: 'to-kafka', kind: 'publish', from: 'orders', to: 'log', lingerMs: 20, network },
  { id: 'from-kafka', kind: 'subscribe', from: 'log', to: 'kafka', commit: 'after', ...QUICK_GROUP, network },
  {
    id: 'to-rabbitmq',
    kind: 'amqpPublish',
    from: 'orders',
    to: 'queue',
    confirms: true,
    persistent: true,
    network,
  },
  { id: 'from-rabbitmq', kind: 'amqpConsume', from: 'queue', to: 'rabbit', prefetch: 5, network },
  { id: 'to-sqs', kind: 'sqsSend', from: 'orders', to: 'sqs', network },
  {
    id: 'from-sqs',
    kind: 'sqsReceive',
    from: 'sqs',
    to: 'poller',
    maxNumberOfMessages: 5,
    waitTimeMs: 5000,
    network,
  },
];

export const threeBrokers: Example = {
  id: 'three-brokers',
  theme: 'brokers',
  title: 'Kafka, RabbitMQ and SQS on one workload',
  question: 'What does the choice of a broker change?',
  summary:
    'The same orders go to a log, a queue and a managed queue, and the same work is done for them by processes that die as often. The table below fills itself from the run: how much each gets through, what order is left of the orders of a customer, what was done twice, what could be read again, and what it took to build.',
  scenario: playingScenario({
    title: 'Kafka, RabbitMQ and SQS on one workload',
    notes:
      'Nothing in the table is an opinion: it counts. Change one thing on one lane (one instance, a prefetch of 1, a FIFO queue, commits before the work) and see which figures move.',
    seed: 7,
    nodes: [
      laneFrame('f1', 'Kafka: a log in partitions, one reader each', KAFKA_Y, 260),
      laneFrame('f2', 'RabbitMQ: a queue that pushes to whoever has room', RABBITMQ_Y, 260),
      laneFrame('f3', 'SQS: a queue that hides what was received', SQS_Y, 260),
      {
        id: 'orders',
        kind: 'producer',
        name: 'orders',
        position: { x: COLUMN.producer, y: RABBITMQ_Y - 70 },
        arrivals: { type: 'poisson', ratePerSecond: 14 },
        key: { type: 'uniform', keys: 8 },
      },
      { id: 'log', kind: 'topic', name: 'orders log', position: { x: COLUMN.topic, y: KAFKA_Y - 90 }, partitions: 3 },
      workers('kafka', 'shipping, Kafka', KAFKA_Y),
      laneNote(
        'n1',
        KAFKA_Y,
        'Orders of a customer stay in order. After a crash what was not committed is read again, and the log keeps it all.',
        'green',
      ),
      { id: 'queue', kind: 'queue', name: 'orders queue', position: { x: COLUMN.topic, y: RABBITMQ_Y - 70 } },
      workers('rabbit', 'shipping, RabbitMQ', RABBITMQ_Y),
      laneNote(
        'n2',
        RABBITMQ_Y,
        'Any instance takes any order, so none waits for another, and none keeps the order of a customer. A crash brings back what was in hand, at once.',
        'yellow',
      ),
      {
        id: 'sqs',
        kind: 'sqs',
        name: 'orders SQS',
        position: { x: COLUMN.topic, y: SQS_Y - 70 },
        visibilityTimeoutMs: 2000,
      },
      workers('poller', 'shipping, SQS', SQS_Y),
      laneNote(
        'n3',
        SQS_Y,
        'Nobody tells the queue of a crash: what was in hand comes back when its visibility timeout ends.',
        'blue',
      ),
    ],
    edges,
    checks: [
      { id: 'kafka-order', claim: 'orderPerKey', of: 'kafka' },
      { id: 'rabbit-order', claim: 'orderPerKey', of: 'rabbit' },
      { id: 'sqs-order', claim: 'orderPerKey', of: 'poller' },
      { id: 'kafka-loss', claim: 'noLoss', of: 'kafka' },
      { id: 'rabbit-loss', claim: 'noLoss', of: 'rabbit' },
      { id: 'sqs-loss', claim: 'noLoss', of: 'poller' },
    ],
    panels: ['guarantees'],
  }),
};
