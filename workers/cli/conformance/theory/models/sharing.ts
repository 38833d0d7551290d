/** Processor sharing: one instance with more workers than it ever needs, and so many cores for all of them. */
import * as v from 'valibot';
import { consumer, instantNs, NotExpressible, producer, publish, start, subscribe, topic } from '../design.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model } from '../plan.ts';
import { measureQueues, queueFigure } from '../queues.ts';
import { pool, sum } from '../tally.ts';
import { field } from '../table.ts';
import { distribution } from './durations.ts';

const parameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  service: v.optional(v.string(), 'exponential'),
  service_scv: v.optional(v.number()),
  servers: v.optional(field.count, 1),
});

/** As many workers as one instance may have. */
const WORKERS_MAX = 1000;
/** How rarely one worker more would be needed. */
const RARELY = 1e-9;

export const processorSharing: Model = model(parameters, (given, { relaxation }) => {
  const { arrival_rate: rate, service_mean: mean, servers } = given;
  const rho = (rate * mean) / servers;
  if (rho >= 1) return uncovered('The queue never settles: its load is not below 1.');
  // Of M/G/1 the number in the system is geometric; with more cores what is beyond them is.
  const workers = Math.min(WORKERS_MAX, servers + Math.ceil(Math.log(RARELY) / Math.log(rho)));
  const remembered = relaxation ?? relaxationOf(rho);
  const before = warmUp(remembered);
  const workMs = distribution(given.service, mean, given.service_scv);
  return {
    size: sizes(remembered),
    run(seed, size) {
      const run = start(
        {
          nodes: [
            producer('source', { arrivals: { type: 'poisson', ratePerSecond: rate } }),
            topic('queue'),
            consumer('server', { concurrency: workers, cores: servers, workMs }),
          ],
          edges: [publish('source', 'queue'), subscribe('queue', 'server')],
        },
        seed,
      );
      const [fromNs, untilNs] = [before, before + size].map((messages) => instantNs(messages / rate));
      const tally = pool(measureQueues(run, fromNs!, untilNs!));
      if (tally.histograms['queue0.wait']!.max > 0) throw new NotExpressible('More workers are needed than there are.');
      return tally;
    },
    units: (tally) => sum(tally, 'queue0.messages'),
    figure(tally, metric) {
      if (metric === 'P_empty') return 1 - queueFigure(tally, 0, 'P_N_gt_0', { servers })!;
      return queueFigure(tally, 0, metric, { servers });
    },
  };
});
