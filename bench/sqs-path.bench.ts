import { createRun, eventCount, fromMs, runUntil, type Run } from '../workers/engine/engine.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { scenarioOf } from './scenario.ts';
import { applied, steady } from './steady.ts';
import { inTurns, short, type Contestant } from './turns.ts';

const QUEUES = 8;
/** Clients of each queue: with ten messages a receive and calls of half a millisecond they take 2.5 M messages/s in all. */
const INSTANCES = 16;
const RATE = 1_000_000;
const MESSAGES = { smoke: 2000, full: 200_000, long: 1_000_000 };
const START_MS = { smoke: 20, full: 200 };
const BEHIND_MS = 200;
/** Within one data centre. */
const NETWORK = { latencyMs: { type: 'constant', mean: 0.25 } };

interface Lane extends Contestant {
  readonly eventsPerMessage: () => number;
  /** @throws Error when a message is missing from the accounts, or the consumers do not keep up */
  readonly judge: () => void;
}

/** Ten messages a send, a receive and a delete. */
function documentOf(fifo: boolean, seed: number): unknown {
  const queues = Array.from({ length: QUEUES }, (_, index) => index);
  return {
    format: 'sluice/1',
    title: `The path through SQS, ${fifo ? 'FIFO' : 'standard'}`,
    seed,
    nodes: queues.flatMap((index) => [
      {
        id: `source${index}`,
        kind: 'producer',
        arrivals: { type: 'poisson', ratePerSecond: RATE / QUEUES },
        key: { type: 'uniform', keys: 10_000 },
      },
      {
        id: `queue${index}`,
        kind: 'sqs',
        duplicateRate: 0,
        disorderRate: 0,
        ...(fifo && { fifo: true, fifoThroughputLimit: 'perMessageGroupId', callsPerSecond: 100_000, partitions: 10 }),
      },
      { id: `group${index}`, kind: 'consumer', instances: INSTANCES, workMs: { type: 'constant', mean: 0.001 } },
    ]),
    edges: queues.flatMap((index) => [
      {
        kind: 'sqsSend',
        from: `source${index}`,
        to: `queue${index}`,
        batchSize: 10,
        lingerMs: 5,
        maxConnections: 100,
        network: NETWORK,
      },
      {
        kind: 'sqsReceive',
        from: `queue${index}`,
        to: `group${index}`,
        maxNumberOfMessages: 10,
        deleteBatchSize: 10,
        waitTimeMs: 20_000,
        network: NETWORK,
      },
    ]),
  };
}

function lane(extent: Extent, fifo: boolean): Lane {
  const run = createRun(scenarioOf(documentOf(fifo, 1)));
  runUntil(run, fromMs(sizeFor(extent, START_MS)));
  const began = { applied: applied(run), events: eventCount(run) };
  const turnMs = (sizeFor(extent, MESSAGES) / RATE) * 1000;
  return {
    ...steady(`SQS, ${fifo ? 'FIFO' : 'standard'}`, run, turnMs),
    eventsPerMessage: () => (eventCount(run) - began.events) / (applied(run) - began.applied),
    judge: () => judge(run),
  };
}

function judge(run: Run): void {
  let acknowledged = 0;
  for (const { ledger } of run.sources) {
    acknowledged += ledger.acknowledged;
    const known = ledger.acknowledged + ledger.refused + ledger.unknown + ledger.waiting;
    if (ledger.attempted !== known) throw new Error(`${ledger.attempted} attempted, ${known} accounted.`);
    if (ledger.refused + ledger.unknown > 0) throw new Error('Calls failed that should not.');
  }
  const behind = acknowledged - applied(run);
  if (behind > (RATE * BEHIND_MS) / 1000) throw new Error(`The consumers are ${behind} messages behind.`);
  for (const { ledger } of run.subscriptions)
    if (ledger.lost + ledger.gone + ledger.duplicateEffects > 0) throw new Error('Messages were lost or doubled.');
}

export const bench: Bench = {
  about: 'Eight queues of SQS, ten messages a send, a receive and a delete, everything accounted.',
  run: (extent): readonly Finding[] => {
    const lanes = { standard: lane(extent, false), fifo: lane(extent, true) };
    const measured = inTurns(extent, lanes);
    return (['standard', 'fifo'] as const).map((name): Finding => {
      const { eventsPerMessage, judge: judgeLane } = lanes[name];
      if (extent !== 'smoke') judgeLane();
      return {
        what: `SQS path, ${name === 'fifo' ? 'FIFO' : 'standard'}, ${QUEUES} queues, ${QUEUES * INSTANCES} consumers`,
        figure: `${short(measured[name].perSecond)} messages/s, ${eventsPerMessage().toFixed(2)} events a message`,
        reference: '',
        ratio: null,
        goal: '',
        met: null,
      };
    });
  },
};
