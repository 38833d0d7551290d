/** Building clients: a consumer of replies whose one instance asks by itself. Whatever reads or publishes treats it as a consumer. */
import type { NodeOf } from '../../scenario/resolve.ts';
import { resolveNode } from '../../scenario/resolve.ts';
import { compileDistribution } from '../core/distributions.ts';
import { copyPlain } from '../core/plain.ts';
import { openStream } from '../core/random.ts';
import { createRequester } from '../requests/requester-state.ts';
import { abandonAsks, gatherCallers } from '../requests/requester.ts';
import type { Run } from '../state.ts';
import { addConsumer, changeConsumer, removeConsumer } from './consumers.ts';
import { changeProducer, createProducer, removeProducer } from './sources.ts';

type Client = NodeOf<'client'>;

export function addRequester(run: Run, node: Client): void {
  addConsumer(run, readerOf(node));
  const index = run.consumers.length - 1;
  const producer = createProducer(run, sourceOf(node), index);
  const stream = openStream(run.streams, run.seed, `client:${node.id}:think`);
  run.consumers[index]!.requester = createRequester(node, producer, compileDistribution(node.thinkMs), stream);
  gatherCallers(run, index);
}

export function changeRequester(run: Run, index: number, node: Client): void {
  const requester = run.consumers[index]!.requester!;
  requester.settings = node;
  requester.think = compileDistribution(node.thinkMs);
  changeConsumer(run, index, readerOf(node));
  changeProducer(run, requester.producer, sourceOf(node));
  gatherCallers(run, index);
}

export function removeRequester(run: Run, index: number): void {
  const requester = run.consumers[index]!.requester!;
  removeProducer(run, requester.producer);
  removeConsumer(run, index);
  abandonAsks(requester);
}

/** One process that reads replies one by one, in no time. */
function readerOf({ id, name, position }: Client): NodeOf<'consumer'> {
  const work = { type: 'constant', mean: 0 } as const;
  return copyPlain(resolveNode({ id, name, position, kind: 'consumer', workMs: work })) as NodeOf<'consumer'>;
}

/** When it asks, unless it is callers who decide. */
function sourceOf({ id, name, position, callers, arrivals, key, limit, startMs, stopMs }: Client): NodeOf<'producer'> {
  const silent = { type: 'constant', ratePerSecond: 0 } as const;
  const pattern = callers > 0 ? silent : arrivals;
  return copyPlain(
    resolveNode({ id, name, position, kind: 'producer', arrivals: pattern, key, limit, startMs, stopMs }),
  ) as NodeOf<'producer'>;
}
