/**
 * A subscription as the ledger knows it: somebody to whom messages are owed. Which family of brokers it reads from says what
 * else there is to know of it: a group's reading of a topic, or whoever competes for the messages of a queue.
 */
import { createHistogram, type Histogram } from '../core/histogram.ts';
import { createSubscriptionLedger, type SubscriptionLedger } from './accounts.ts';

/** Families of brokers: logs (Kafka), queues behind exchanges (RabbitMQ), managed queues (SQS), tables of a database. */
export type Family = 'log' | 'amqp' | 'sqs' | 'table';

/** Survives its consumers, as saved positions and queues do. */
export interface SubscriptionState {
  family: Family;
  /** Its place in `run.subscriptions`. */
  index: number;
  /** What it reads, as index into the family's own array (`topics` of a log), and the id of its node. */
  origin: number;
  node: string;
  /** False while nothing is owed to it. */
  active: boolean;
  /** What it reads keeps what was read, so that it may go back. */
  goesBack: boolean;
  /** Messages that it missed and is owed no more, with what they came to: should it go back, they are owed again. */
  missedIds: number[];
  missedFates: number[];
  /** Messages that it applied and did not save, by id, while it is not active: offered again if it comes back. */
  appliedUnsaved: number[];
  ledger: SubscriptionLedger;
  latency: Histogram;
  wait: Histogram;
  lagMax: number;
}

/** One that nothing is owed to yet. */
export function createSubscription<F extends Family>(
  family: F,
  index: number,
  origin: number,
  node: string,
): SubscriptionState & { family: F } {
  return {
    family,
    index,
    origin,
    node,
    active: false,
    goesBack: family === 'log',
    missedIds: [],
    missedFates: [],
    appliedUnsaved: [],
    ledger: createSubscriptionLedger(),
    latency: createHistogram(),
    wait: createHistogram(),
    lagMax: 0,
  };
}
