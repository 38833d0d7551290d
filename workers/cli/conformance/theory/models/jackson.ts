/**
 * Open Jackson networks: each node is a queue and its consumer, which publishes what it has worked on to an exchange that draws one
 * of its bindings. A binding key more is a chance more, so probabilities are whole numbers of keys.
 */
import * as v from 'valibot';
import { runUntil } from '../../../../engine/engine.ts';
import type { ScenarioEdge, ScenarioNode } from '../../../../scenario/document.ts';
import {
  bind,
  consume,
  consumer,
  enqueue,
  exchange,
  instantNs,
  producer,
  queue,
  start,
  type Design,
} from '../design.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model } from '../plan.ts';
import { measureQueues, meanSeconds, queueFigure } from '../queues.ts';
import { pool, sum } from '../tally.ts';
import { field } from '../table.ts';

const NODES_MAX = 20;

const parameters = v.object({
  external_rates: v.pipe(v.array(v.pipe(v.number(), v.minValue(0))), v.minLength(1), v.maxLength(NODES_MAX)),
  routing: v.array(v.array(field.probability)),
  service_means: field.list,
  servers: v.array(field.count),
});
type Network = v.InferOutput<typeof parameters>;

/** Binding keys that an exchange has at most. */
const KEYS_MAX = 5000;

/** Keys for every next node and, at last, for leaving; null when the probabilities are no such fractions or more than one. */
function keysOf(row: readonly number[]): readonly number[] | null {
  for (let all = 1; all <= KEYS_MAX; all += 1) {
    const keys = row.map((probability) => Math.round(probability * all));
    if (row.some((probability, i) => Math.abs(probability * all - keys[i]!) > 1e-9 * all)) continue;
    const left = keys.reduce((rest, count) => rest - count, all);
    return left < 0 ? null : [...keys, left];
  }
  return null;
}

/** Rates of all visits: what comes from outside and from each other, until it no longer changes. */
function ratesOf({ external_rates, routing }: Network): readonly number[] {
  let rates: readonly number[] = external_rates;
  for (let round = 0; round < 1000; round += 1) {
    const before = rates;
    rates = external_rates.map((outside, to) =>
      before.reduce((all, rate, from) => all + rate * routing[from]![to]!, outside),
    );
  }
  return rates;
}

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `${i}`).join('\n');

function design({ external_rates, service_means, servers }: Network, keys: readonly (readonly number[])[]): Design {
  const nodes: ScenarioNode[] = external_rates.map((_, i) => queue(`queue${i}`));
  const edges: ScenarioEdge[] = [];
  nodes.push(exchange('away', { type: 'fanout' }));
  external_rates.forEach((ratePerSecond, i) => {
    const workMs = { type: 'exponential', mean: service_means[i]! * 1000 } as const;
    nodes.push(consumer(`node${i}`, { concurrency: servers[i]!, workMs }), exchange(`next${i}`, { type: 'x-random' }));
    edges.push(consume(`queue${i}`, `node${i}`, { prefetch: servers[i]! }), enqueue(`node${i}`, `next${i}`));
    keys[i]!.forEach((count, to) => {
      if (count > 0)
        edges.push(bind(`next${i}`, to < keys.length ? `queue${to}` : 'away', { bindingKeys: lines(count) }));
    });
    if (ratePerSecond === 0) return;
    nodes.push(producer(`source${i}`, { arrivals: { type: 'poisson', ratePerSecond } }));
    edges.push(enqueue(`source${i}`, `queue${i}`));
  });
  return { nodes, edges };
}

export const jackson: Model = model(parameters, (given, { relaxation }) => {
  const { external_rates, routing, service_means, servers } = given;
  const count = external_rates.length;
  const isSquare = [service_means, servers, routing, ...routing].every(({ length }) => length === count);
  if (!isSquare) return uncovered('Every node needs its service, its servers and a probability for every other node.');
  const keys = routing.map(keysOf);
  if (keys.includes(null))
    return uncovered('Probabilities are fractions of at most 5,000, and no more than 1 together.');
  const rates = ratesOf(given);
  const rho = Math.max(...rates.map((rate, i) => (rate * service_means[i]!) / servers[i]!));
  if (!(rho < 1)) return uncovered('A node never settles: its load is not below 1.');
  const outside = external_rates.reduce((all, rate) => all + rate, 0);
  const remembered = relaxation ?? relaxationOf(rho);
  const before = warmUp(remembered);
  return {
    size: sizes(remembered),
    cost: Math.ceil(rates.reduce((all, rate) => all + rate, 0) / outside),
    run(seed, size) {
      const run = start(
        design(
          given,
          keys.flatMap((row) => (row === null ? [] : [row])),
        ),
        seed,
      );
      const [fromNs, untilNs] = [before, before + size].map((messages) => instantNs(messages / outside));
      runUntil(run, fromNs!);
      const tally = pool(measureQueues(run, fromNs!, untilNs!));
      return { ...tally, sums: { ...tally.sums, messages: size } };
    },
    units: (tally) => sum(tally, 'messages'),
    figure(tally, metric) {
      if (metric === 'L_total') return sumOf(count, (i) => queueFigure(tally, i, 'L', { servers: 1 })!);
      if (metric === 'W_total') return sumOf(count, (i) => queueFigure(tally, i, 'L', { servers: 1 })!) / outside;
      const match = /^(lambda|L|Lq|W_per_visit|utilisation)_node(\d+)$/.exec(metric);
      const index = Number(match?.[2]) - 1;
      if (match === null || !(index >= 0 && index < count)) return undefined;
      if (match[1] === 'W_per_visit') return meanSeconds(tally.histograms[`queue${index}.sojourn`]);
      const name = match[1] === 'lambda' ? 'throughput' : match[1]!;
      return queueFigure(tally, index, name, { servers: servers[index]! });
    },
  };
});

function sumOf(count: number, of: (index: number) => number): number {
  let all = 0;
  for (let i = 0; i < count; i += 1) all += of(i);
  return all;
}
