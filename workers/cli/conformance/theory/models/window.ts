/** A producer's requests in flight as a window of permits: the broker's appends are the server. */
import * as v from 'valibot';
import { runUntil } from '../../../../engine/engine.ts';
import { instantNs, producer, publish, start, topic } from '../design.ts';
import { model, uncovered, type Model } from '../plan.ts';
import { EMPTY, sum } from '../tally.ts';
import { field } from '../table.ts';

const parameters = v.object({
  window: v.pipe(field.count, v.maxValue(1000)),
  round_trip: v.pipe(v.number(), v.minValue(0)),
  service_mean: field.positive,
  service: v.literal('deterministic'),
  servers: v.optional(v.literal(1), 1),
});
type Window = v.InferOutput<typeof parameters>;

/** Round trips in times of service, of which twice as many permits are still a setting. */
const REACH = 400;

/** Cycles measured, after as many. */
const CYCLES = 200;

export const inFlightWindow: Model = model(parameters, (given) => {
  const { window, round_trip, service_mean } = given;
  if (round_trip > REACH * service_mean) return uncovered('No window that a producer may have saturates the server.');
  const saturating = 2 * Math.ceil(1 + round_trip / service_mean);
  return {
    deterministic: true,
    size: { min: 1, max: 1 },
    run(seed) {
      const [own, one, most] = [window, 1, saturating].map((permits) => throughput(given, permits, seed));
      return { ...EMPTY, sums: { own: own!, one: one!, most: most! } };
    },
    units: () => window * CYCLES,
    figure(tally, metric) {
      const cycle = window / sum(tally, 'own');
      switch (metric) {
        case 'throughput':
          return sum(tally, 'own');
        case 'cycle_time':
          return cycle;
        case 'queue_wait':
          return cycle - 1 / sum(tally, 'one');
        // So many windows of one are as fast as the server can be.
        case 'saturation_window':
          return sum(tally, 'most') / sum(tally, 'one');
        default:
          return undefined;
      }
    },
  };
});

/** Messages a second over a whole number of cycles. */
function throughput({ round_trip, service_mean }: Window, permits: number, seed: number): number {
  const cycleS = Math.max(round_trip + service_mean, permits * service_mean);
  // Twice as many messages as can pass; those that find the buffer full are not sent.
  const ratePerSecond = 2 / service_mean;
  const bytes = 100;
  const run = start(
    {
      nodes: [
        producer('source', { arrivals: { type: 'constant', ratePerSecond }, sizeBytes: bytes }),
        topic('topic', {
          appendMs: service_mean * 1000,
          retentionMs: 60_000,
          segmentMs: 100,
          retentionCheckIntervalMs: 100,
        }),
      ],
      edges: [
        publish('source', 'topic', {
          acks: '1',
          enableIdempotence: false,
          batchSize: 0,
          maxInFlight: permits,
          bufferMemory: 4 * permits * bytes,
          onFull: 'drop',
          network: { latencyMs: { type: 'constant', mean: (round_trip * 1000) / 2 } },
        }),
      ],
    },
    seed,
  );
  const acknowledgedAt = (cycles: number): number => {
    runUntil(run, instantNs(cycles * cycleS + cycleS / 2));
    return run.sources[0]!.ledger.acknowledged;
  };
  const before = acknowledgedAt(CYCLES);
  return (acknowledgedAt(2 * CYCLES) - before) / (CYCLES * cycleS);
}
