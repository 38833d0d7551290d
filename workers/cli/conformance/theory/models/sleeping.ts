/**
 * A worker that looks for more whenever it is done, and stays away for a while when there is nothing: a poller of a table that
 * costs nothing, which polls again at once as long as it finds something.
 */
import * as v from 'valibot';
import { runUntil } from '../../../../engine/engine.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { consumer, insert, instantNs, poll, producer, start, store } from '../design.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model, type Plan } from '../plan.ts';
import { measureQueues, queueFigure } from '../queues.ts';
import { pool, sum } from '../tally.ts';
import { field } from '../table.ts';
import { distribution, pollable } from './durations.ts';

interface Sleeper {
  readonly rate: number;
  readonly mean: number;
  readonly service: Distribution;
  readonly away: Distribution;
  /** Seconds. */
  readonly awayMean: number;
}

function plan({ rate, mean, service, away, awayMean }: Sleeper, relaxation: number | undefined): Plan | null {
  const rho = rate * mean;
  if (rho >= 1) return null;
  const remembered = relaxation ?? relaxationOf(rho) + rate * awayMean;
  const before = warmUp(remembered);
  return {
    size: sizes(remembered),
    run(seed, size) {
      const run = start(
        {
          nodes: [
            producer('source', { arrivals: { type: 'poisson', ratePerSecond: rate } }),
            store('table'),
            consumer('worker', { workMs: service }),
          ],
          edges: [
            insert('source', 'table'),
            poll('table', 'worker', { intervalMs: pollable(away), pollAgain: 'whenAny' }),
          ],
        },
        seed,
      );
      const [fromNs, untilNs] = [before, before + size].map((messages) => instantNs(messages / rate));
      runUntil(run, fromNs!);
      const idleBefore = run.polls[0]!.idlePolls;
      const tally = pool(measureQueues(run, fromNs!, untilNs!));
      return { ...tally, sums: { ...tally.sums, idle: run.polls[0]!.idlePolls - idleBefore } };
    },
    units: (tally) => sum(tally, 'queue0.messages'),
    figure(tally, metric) {
      if (metric === 'empty_polls_per_s') return sum(tally, 'idle') / (sum(tally, 'queue0.ns') / 1e9);
      return queueFigure(tally, 0, metric, { servers: 1 });
    },
  };
}

const NEVER_SETTLES = 'The queue never settles: its load is not below 1.';

const drainParameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  service: v.optional(v.string(), 'exponential'),
  service_scv: v.optional(v.number()),
  sleep: field.positive,
  pollers: v.optional(v.literal(1), 1),
});

export const drainAndSleep: Model = model(drainParameters, (given, { relaxation }) => {
  const { arrival_rate: rate, service_mean: mean, sleep } = given;
  const service = distribution(given.service, mean, given.service_scv);
  const away: Distribution = { type: 'constant', mean: sleep * 1000 };
  return plan({ rate, mean, service, away, awayMean: sleep }, relaxation) ?? uncovered(NEVER_SETTLES);
});

const vacationParameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  service: v.optional(v.string(), 'exponential'),
  service_scv: v.optional(v.number()),
  vacation_mean: field.positive,
  vacation: v.optional(v.string(), 'exponential'),
  servers: v.optional(v.literal(1), 1),
});

export const vacations: Model = model(vacationParameters, (given, { relaxation }) => {
  const { arrival_rate: rate, service_mean: mean, vacation_mean: awayMean } = given;
  const service = distribution(given.service, mean, given.service_scv);
  const away = distribution(given.vacation, awayMean, undefined);
  return plan({ rate, mean, service, away, awayMean }, relaxation) ?? uncovered(NEVER_SETTLES);
});
