/** A producer's batches: closed by size or by linger, whichever comes first. */
import * as v from 'valibot';
import { difference } from '../../../../engine/core/histogram.ts';
import { copyPlain } from '../../../../engine/core/plain.ts';
import { nowNs, runUntil, type Run } from '../../../../engine/engine.ts';
import { consumer, instantNs, producer, publish, start, subscribe, topic } from '../design.ts';
import { model, warmUp, type Model } from '../plan.ts';
import { meanSeconds, percentile } from '../queues.ts';
import { EMPTY, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watch, type Observer } from '../watch.ts';
import { M } from '../../../../engine/ledger/layout.ts';

const parameters = v.object({ arrival_rate: field.positive, batch_size: field.count, linger: field.positive });

const MESSAGE_BYTES = 100;

export const batching: Model = model(parameters, ({ arrival_rate, batch_size, linger }) => ({
  size: { min: 10_000, max: Infinity },
  run(seed, size) {
    const run = start(
      {
        nodes: [
          producer('source', { arrivals: { type: 'poisson', ratePerSecond: arrival_rate }, sizeBytes: MESSAGE_BYTES }),
          topic('topic'),
          consumer('reader', { workMs: { type: 'constant', mean: 0 } }),
        ],
        edges: [
          publish('source', 'topic', { lingerMs: linger * 1000, batchSize: batch_size * MESSAGE_BYTES }),
          subscribe('topic', 'reader'),
        ],
      },
      seed,
    );
    runUntil(run, instantNs(warmUp(0) / arrival_rate));
    const fromNs = nowNs(run);
    const before = copyPlain(run.subscriptions[0]!.wait);
    const batches = watchBatches(run, batch_size);
    watch(run, fromNs + instantNs(size / arrival_rate), [batches]);
    // Nothing else takes time, so that a message's wait for its reader is its delay in the batch.
    const delay = difference(run.subscriptions[0]!.wait, before);
    const sums = { ...batches.sums, ns: nowNs(run) - fromNs, messages: delay.total };
    return { ...EMPTY, sums, histograms: { delay } };
  },
  units: (tally) => sum(tally, 'messages'),
  figure: batchFigure,
}));

/** Counts batches as they reach the log. */
function watchBatches(begin: Run, full: number): Observer & { readonly sums: Record<string, number> } {
  const sums = { batches: 0, batched: 0, full: 0, openNs: 0 };
  let end = begin.topics[0]!.partitions[0]!.end;
  return {
    sums,
    happened(run) {
      const log = run.topics[0]!.partitions[0]!;
      if (log.end === end) return;
      const count = log.end - end;
      sums.batches += 1;
      sums.batched += count;
      if (count === full) sums.full += 1;
      // A batch opens with its first message.
      sums.openNs += nowNs(run) - run.messages.num[log.row[end & log.mask]! + M.producedNs]!;
      end = log.end;
    },
  };
}

function batchFigure(tally: Tally, metric: string): number | undefined {
  const batches = sum(tally, 'batches');
  switch (metric) {
    case 'batch_size_mean':
      return sum(tally, 'batched') / batches;
    case 'time_to_close_mean':
      return sum(tally, 'openNs') / batches / 1e9;
    case 'P_closed_by_size':
      return sum(tally, 'full') / batches;
    case 'batches_per_s':
      return batches / (sum(tally, 'ns') / 1e9);
    case 'delay_mean':
      return meanSeconds(tally.histograms['delay']);
    default:
      return metric.startsWith('delay_')
        ? percentile(tally.histograms['delay'], metric.slice('delay_'.length))
        : undefined;
  }
}
