/** A consumer that is drawn away from one family of brokers and to another, while it is at work. */
import { expect, test } from 'vitest';
import type { Scenario } from '../../scenario/document.ts';
import { validateScenario } from '../../scenario/validate.ts';
import { lab, type Lab } from '../testing/lab.ts';
import { checkRows, checkVerdicts } from '../testing/rows.ts';

/** Each family with a producer of its own; the consumer reads from one of them. */
const FAMILIES = {
  log: {
    node: { kind: 'topic' },
    publish: 'publish',
    read: { kind: 'subscribe', autoOffsetReset: 'earliest', initialRebalanceDelayMs: 0 },
  },
  amqp: { node: { kind: 'queue' }, publish: 'amqpPublish', read: { kind: 'amqpConsume', prefetch: 5 } },
  sqs: { node: { kind: 'sqs', visibilityTimeoutMs: 2000 }, publish: 'sqsSend', read: { kind: 'sqsReceive' } },
  table: {
    node: { kind: 'store' },
    publish: 'insert',
    read: { kind: 'poll', intervalMs: { type: 'constant', mean: 50 } },
  },
} as const;
type Name = keyof typeof FAMILIES;
const names = Object.keys(FAMILIES) as Name[];

function world(first: Name): Scenario {
  const arrivals = { type: 'constant', ratePerSecond: 50 };
  const { scenario, diagnostics } = validateScenario({
    format: 'sluice/1',
    seed: 3,
    nodes: [
      ...names.map((name) => ({ id: name, ...FAMILIES[name].node })),
      ...names.map((name) => ({ id: `${name}-source`, kind: 'producer', arrivals, limit: 20 })),
      { id: 'c', kind: 'consumer', concurrency: 3, workMs: { type: 'constant', mean: 150 } },
    ],
    edges: [
      ...names.map((name) => ({ id: `to-${name}`, kind: FAMILIES[name].publish, from: `${name}-source`, to: name })),
      { id: 'read', ...FAMILIES[first].read, from: first, to: 'c' },
    ],
  });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  return scenario;
}

const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));

const isBusy = ({ run }: Lab): boolean => run.instances[0]!.workers.some(({ busy }) => busy);

test.each(pairs)('[ED13] from %s to %s: it reads all of the other, also after a crash', (from, to) => {
  const place = lab(world(from)).until(500);
  expect(isBusy(place)).toBe(true);
  place.edit(
    { op: 'remove', in: 'edges', id: 'read' },
    { op: 'add', in: 'edges', item: { id: 'other', ...FAMILIES[to].read, from: to, to: 'c' } },
  );
  // The last work of a log is finished.
  expect(isBusy(place)).toBe(from === 'log');
  place.until(8000);
  place.fault({ do: 'crash', target: 'c' }).until(8100).fault({ do: 'restart', target: 'c' }).until(20_000);
  checkRows(place.run);
  checkVerdicts(place.run);
  const read = place.report().subscriptions.find(({ topic }) => topic === to)!;
  expect(read).toMatchObject({ applied: 20, lost: 0, inFlight: 0 });
});
