import { createRun, eventCount, fromMs, runUntil } from '../workers/engine/engine.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { scenarioOf } from './scenario.ts';
import { applied, steady } from './steady.ts';
import { inTurns, short } from './turns.ts';

const TABLES = 8;
const INSTANCES = 4;
/** Of all tables: what a database with two cores each takes, a row an insert. */
const RATE = 16_000;
const MESSAGES = { smoke: 400, full: 30_000, long: 150_000 };
const START_MS = { smoke: 50, full: 500 };
const NETWORK = { latencyMs: { type: 'constant', mean: 0.25 } };

/** Inserts of a row each; pollers that lock, skip what is locked, and delete, ten rows at a time. */
function documentOf(seed: number): unknown {
  const tables = Array.from({ length: TABLES }, (_, index) => index);
  return {
    format: 'sluice/1',
    title: 'The path through tables',
    seed,
    nodes: tables.flatMap((index) => [
      {
        id: `source${index}`,
        kind: 'producer',
        arrivals: { type: 'poisson', ratePerSecond: RATE / TABLES },
        key: { type: 'uniform', keys: 10_000 },
      },
      { id: `table${index}`, kind: 'store' },
      { id: `group${index}`, kind: 'consumer', instances: INSTANCES, workMs: { type: 'constant', mean: 0.01 } },
    ]),
    edges: tables.flatMap((index) => [
      { kind: 'insert', from: `source${index}`, to: `table${index}`, network: NETWORK },
      {
        kind: 'poll',
        from: `table${index}`,
        to: `group${index}`,
        intervalMs: { type: 'constant', mean: 5 },
        batchSize: 10,
        network: NETWORK,
      },
    ]),
  };
}

function measure(extent: Extent): readonly Finding[] {
  const run = createRun(scenarioOf(documentOf(1)));
  runUntil(run, fromMs(sizeFor(extent, START_MS)));
  const began = { applied: applied(run), events: eventCount(run) };
  const turnMs = (sizeFor(extent, MESSAGES) / RATE) * 1000;
  const measured = inTurns(extent, { tables: steady('tables', run, turnMs) });
  const messages = applied(run) - began.applied;
  for (const { ledger } of run.subscriptions) {
    if (ledger.lost + ledger.gone + ledger.duplicateEffects > 0) throw new Error('Messages were lost or doubled.');
    if (extent !== 'smoke' && ledger.inFlight > RATE / TABLES) throw new Error('The pollers do not keep up.');
  }
  return [
    {
      what: `table path, ${TABLES} tables, ${TABLES * INSTANCES} pollers that skip what is locked`,
      figure: `${short(measured.tables.perSecond)} messages/s, ${((eventCount(run) - began.events) / messages).toFixed(2)} events a message`,
      reference: '',
      ratio: null,
      goal: '',
      met: null,
    },
  ];
}

export const bench: Bench = {
  about: 'Eight tables used as queues: an insert a message, ten rows a poll, everything accounted.',
  run: measure,
};
