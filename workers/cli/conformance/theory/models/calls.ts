/** Services called in series, each of which may fail: handlers in a row, of which one that fails passes nothing on. */
import * as v from 'valibot';
import { runUntil } from '../../../../engine/engine.ts';
import {
  client,
  consumer,
  instantNs,
  NotExpressible,
  producer,
  publish,
  start,
  subscribe,
  topic,
  type Design,
} from '../design.ts';
import { model, type Model } from '../plan.ts';
import { EMPTY, pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watchUntil } from '../watch.ts';
import { distribution } from './durations.ts';

const parameters = v.object({
  service_availability: field.probability,
  services: v.pipe(field.count, v.maxValue(50)),
});

/** One a millisecond: nothing takes any time, so none waits for another. */
const RATE = 1000;

/** A row of services that each pass on what they are called for, but for those who fail; the last one answers, if anybody listens. */
function services(count: number, available: number, caller: string, answers: string | null): Design {
  const names = Array.from({ length: count }, (_, i) => i);
  const failureRate = 1 - available;
  return {
    nodes: names.flatMap((i) => [
      topic(`calls${i}`),
      consumer(`service${i}`, { workMs: { type: 'constant', mean: 0 }, failureRate }),
    ]),
    edges: [
      ...names.flatMap((i) => [
        publish(i === 0 ? caller : `service${i - 1}`, `calls${i}`),
        subscribe(`calls${i}`, `service${i}`),
      ]),
      ...(answers === null ? [] : [publish(`service${count - 1}`, answers)]),
    ],
  };
}

type Chain = v.InferOutput<typeof parameters>;
const constant = { type: 'constant', ratePerSecond: RATE } as const;

function askedOnce({ services: count, service_availability }: Chain, seed: number, size: number): Tally {
  const { nodes, edges } = services(count, service_availability, 'source', null);
  const run = start({ nodes: [producer('source', { arrivals: constant, limit: size }), ...nodes], edges }, seed);
  runUntil(run, instantNs(size / RATE + 1));
  const { attempted } = run.sources[0]!.ledger;
  return { ...EMPTY, sums: { asked: attempted, answered: run.subscriptions.at(-1)!.ledger.applied } };
}

/** A caller who asks the whole chain again. */
function askedAgain(chain: Chain, retries: number, seed: number, size: number): Tally {
  const { nodes, edges } = services(chain.services, chain.service_availability, 'caller', 'answers');
  const run = start(
    {
      nodes: [client('caller', { arrivals: constant, limit: size, timeoutMs: 1, retries }), ...nodes, topic('answers')],
      edges: [...edges, subscribe('answers', 'caller')],
    },
    seed,
  );
  runUntil(run, instantNs((size + retries) / RATE + 1));
  const { answered, givenUp } = run.consumers.flatMap(({ requester }) => requester ?? [])[0]!;
  return { ...EMPTY, sums: { [`asked${retries}`]: answered + givenUp, [`failed${retries}`]: givenUp } };
}

const AGAIN = /^end_to_end_failure_with_(\d)_retries$/;

export const availability: Model = model(parameters, (chain, { metrics }) => {
  const retries = [...new Set(metrics.flatMap((metric) => AGAIN.exec(metric)?.[1] ?? []))].map(Number);
  return {
    size: { min: 10_000, max: Infinity },
    cost: chain.services * (1 + retries.length),
    run: (seed, size) =>
      pool([askedOnce(chain, seed, size), ...retries.map((count) => askedAgain(chain, count, seed, size))]),
    units: (tally) => sum(tally, 'asked'),
    figure(tally, metric) {
      const count = AGAIN.exec(metric)?.[1];
      if (count !== undefined) return sum(tally, `failed${count}`) / sum(tally, `asked${count}`);
      const answered = sum(tally, 'answered') / sum(tally, 'asked');
      if (metric === 'end_to_end_availability') return answered;
      return metric === 'end_to_end_failure' ? 1 - answered : undefined;
    },
  };
});

const callParameters = v.object({
  service_mean: field.positive,
  latency: v.optional(v.string(), 'exponential'),
  latency_scv: v.optional(v.number()),
  timeout: field.positive,
});

/** Workers of the service, of which so many are busy on average: nobody waits for one. */
const WORKERS = 1000;
const BUSY = 50;

/** A client that asks once and gives up when its patience is over. */
export const impatientCall: Model = model(callParameters, (given) => {
  const { service_mean: mean, timeout } = given;
  const ratePerSecond = BUSY / mean;
  const workMs = distribution(given.latency, mean, given.latency_scv);
  return {
    size: { min: 10_000, max: Infinity },
    cost: 2,
    run(seed, size) {
      const run = start(
        {
          nodes: [
            client('caller', {
              arrivals: { type: 'poisson', ratePerSecond },
              limit: size,
              timeoutMs: timeout * 1000,
              retries: 0,
            }),
            topic('calls'),
            consumer('service', { concurrency: WORKERS, workMs }),
            topic('answers'),
          ],
          edges: [
            publish('caller', 'calls'),
            subscribe('calls', 'service'),
            publish('service', 'answers'),
            subscribe('answers', 'caller'),
          ],
        },
        seed,
      );
      const requester = run.consumers.flatMap((one) => one.requester ?? [])[0]!;
      const untilNs = instantNs((2 * size) / ratePerSecond + timeout);
      const done = watchUntil(run, untilNs, () => requester.answered + requester.givenUp === size);
      if (!done) throw new NotExpressible('Calls were still open after twice the time that they should take.');
      if (run.subscriptions.some(({ wait }) => wait.max > 0)) throw new NotExpressible('Calls waited for a worker.');
      return {
        ...EMPTY,
        sums: { calls: size, givenUp: requester.givenUp, answeredNs: requester.roundTrip.sum },
      };
    },
    units: (tally) => sum(tally, 'calls'),
    figure(tally, metric) {
      const [calls, givenUp] = [sum(tally, 'calls'), sum(tally, 'givenUp')];
      if (metric === 'P_timeout') return givenUp / calls;
      // Who gives up has waited for as long as that.
      if (metric === 'latency_mean') return (sum(tally, 'answeredNs') / 1e9 + givenUp * timeout) / calls;
      return undefined;
    },
  };
});
