import { createRun, eventCount, fromMs, runUntil } from '../workers/engine/engine.ts';
import { amqpDocument } from './amqp/scenario.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { scenarioOf } from './scenario.ts';
import { applied, steady } from './steady.ts';
import { inTurns, short } from './turns.ts';

const RATE = 500_000;
/** Messages a wall second where nothing but the brokers' and the consumers' part is simulated. */
const GOAL = 1.5e6;
const MESSAGES = { smoke: 2000, full: 300_000, long: 1_500_000 };
/** One way. The second is that of a network within one data centre. */
const LATENCIES_MS = [0, 0.25];

function measure(extent: Extent): readonly Finding[] {
  const runs = LATENCIES_MS.map((latencyMs) => {
    const run = createRun(scenarioOf(amqpDocument(RATE, latencyMs, 1)));
    runUntil(run, fromMs(20));
    return { run, events: eventCount(run), applied: applied(run) };
  });
  const turnMs = (sizeFor(extent, MESSAGES) / RATE) * 1000;
  const lanes = Object.fromEntries(
    runs.map(({ run }, place) => [place, steady(`8 queues, 16 consumers, ${LATENCIES_MS[place]} ms`, run, turnMs)]),
  );
  const measured = inTurns(extent, lanes);
  return runs.map(({ run, events, applied: before }, place): Finding => {
    for (const { ledger } of run.subscriptions) {
      if (ledger.lost + ledger.gone + ledger.dropped > 0) throw new Error('Messages were lost.');
      if (ledger.inFlight > 1000) throw new Error(`${ledger.inFlight} messages wait: the consumers do not keep up.`);
    }
    const { perSecond } = measured[place]!;
    const eventsPerMessage = (eventCount(run) - events) / (applied(run) - before);
    return {
      what: `exchange, 8 queues, 16 consumers, prefetch 20, an acknowledgement each, ${LATENCIES_MS[place]} ms one way`,
      figure: `${short(perSecond)} messages/s, ${eventsPerMessage.toFixed(2)} events a message`,
      reference: '',
      ratio: null,
      goal: place === 0 ? `${short(GOAL)} messages/s` : '',
      met: place === 0 ? perSecond >= GOAL : null,
    };
  });
}

export const bench: Bench = {
  about:
    'RabbitMQ: publishing with confirms, routing, dispatch, acknowledgements and the ledger, at 500,000 messages/s.',
  run: measure,
};
