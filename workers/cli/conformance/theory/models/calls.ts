/** Services called in series, each of which may fail: handlers in a row, of which one that fails passes nothing on. */
import * as v from 'valibot';
import { runUntil } from '../../../../engine/engine.ts';
import { consumer, instantNs, producer, publish, start, subscribe, topic } from '../design.ts';
import { model, type Model } from '../plan.ts';
import { EMPTY, sum } from '../tally.ts';
import { field } from '../table.ts';

const parameters = v.object({
  service_availability: field.probability,
  services: v.pipe(field.count, v.maxValue(50)),
});

/** One a millisecond: nothing takes any time, so none waits for another. */
const RATE = 1000;

export const availability: Model = model(parameters, ({ service_availability, services }) => {
  const names = Array.from({ length: services }, (_, i) => i);
  return {
    size: { min: 10_000, max: Infinity },
    cost: services,
    run(seed, size) {
      const run = start(
        {
          nodes: [
            producer('source', { arrivals: { type: 'constant', ratePerSecond: RATE }, limit: size }),
            ...names.flatMap((i) => [
              topic(`calls${i}`),
              consumer(`service${i}`, {
                workMs: { type: 'constant', mean: 0 },
                failureRate: 1 - service_availability,
              }),
            ]),
          ],
          edges: names.flatMap((i) => [
            publish(i === 0 ? 'source' : `service${i - 1}`, `calls${i}`),
            subscribe(`calls${i}`, `service${i}`),
          ]),
        },
        seed,
      );
      runUntil(run, instantNs(size / RATE + 1));
      const { attempted } = run.sources[0]!.ledger;
      return { ...EMPTY, sums: { asked: attempted, answered: run.subscriptions.at(-1)!.ledger.applied } };
    },
    units: (tally) => sum(tally, 'asked'),
    figure(tally, metric) {
      const answered = sum(tally, 'answered') / sum(tally, 'asked');
      if (metric === 'end_to_end_availability') return answered;
      return metric === 'end_to_end_failure' ? 1 - answered : undefined;
    },
  };
});
