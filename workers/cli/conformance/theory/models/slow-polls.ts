/** A poller that rests after each query, which takes its time: rows wait from their commit until the query that sees them has ended. */
import * as v from 'valibot';
import { createHistogram, mean, quantile, record } from '../../../../engine/core/histogram.ts';
import { runUntil } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { consumer, insert, instantNs, poll, producer, start, store } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, sizes, warmUp, type Model } from '../plan.ts';
import { EMPTY, sum } from '../tally.ts';
import { field } from '../table.ts';
import { watch } from '../watch.ts';

const parameters = v.object({
  sleep_between_polls: field.positive,
  query_latency: field.positive,
  pollers: v.optional(v.literal(1), 1),
});

/** Messages in a cycle: the cases leave the rate open. */
const PER_CYCLE = 20;
/** As many as a poll may take. */
const ALL = 100_000;
const RELAXATION = 20;

export const slowPolls: Model = model(parameters, (given, { relaxation = RELAXATION }) => {
  const cycle = given.sleep_between_polls + given.query_latency;
  const rate = PER_CYCLE / cycle;
  // Whole cycles, so that as many polls fall into each span.
  const spanOf = (messages: number): number => Math.ceil(messages / rate / cycle) * cycle;
  const before = spanOf(warmUp(relaxation));
  return {
    size: sizes(relaxation),
    run(seed, messages) {
      const run = start(
        {
          nodes: [
            producer('source', { arrivals: { type: 'poisson', ratePerSecond: rate } }),
            // Inserts take as long as queries, and do not hold them up.
            store('table', { readMs: { type: 'constant', mean: given.query_latency * 1000 }, cores: 64 }),
            consumer('poller', { workMs: { type: 'constant', mean: 0 } }),
          ],
          edges: [
            insert('source', 'table'),
            poll('table', 'poller', {
              intervalMs: { type: 'constant', mean: given.sleep_between_polls * 1000 },
              batchSize: ALL,
              pollAgain: 'never',
              claim: 'delete',
            }),
          ],
        },
        seed,
      );
      runUntil(run, instantNs(before));
      const delay = createHistogram();
      const committed = new Map<number, number>();
      const happened = hopReader(run, ({ what, message, timeNs }) => {
        if (what === HOP.inserted) committed.set(message, timeNs);
        const since = committed.get(message);
        if (what !== HOP.started || since === undefined) return;
        record(delay, timeNs - since);
        committed.delete(message);
      });
      const polls = run.polls[0]!.polls;
      watch(run, instantNs(before + spanOf(messages)), [{ happened }]);
      const sums = { messages: delay.total, polls: run.polls[0]!.polls - polls, seconds: spanOf(messages) };
      return { ...EMPTY, sums, histograms: { delay } };
    },
    units: (tally) => sum(tally, 'messages'),
    figure(tally, metric) {
      const { delay } = tally.histograms;
      if (metric === 'delay_mean') return mean(delay!) / 1e9;
      if (metric === 'delay_p95') return quantile(delay!, 0.95) / 1e9;
      return metric === 'queries_per_s' ? sum(tally, 'polls') / sum(tally, 'seconds') : undefined;
    },
  };
});
