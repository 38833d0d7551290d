/** [HD2] The order of edges in the document is that of a fact's ways out, of a handler's steps, and of subscriptions. */
import { connectionChanged } from '../handlers/instance.ts';
import type { ConsumerState } from '../handlers/handler-state.ts';
import type { Run } from '../state.ts';

/** Puts what hangs on a node's edges into the design's order; those that are gone come last. */
export function orderSteps(run: Run): void {
  const places = new Map(run.design.edges.map((edge, place) => [edge.id, place]));
  const placeOf = (edge: number): number => places.get(run.edges[edge]!.id) ?? Infinity;
  const bySource = (a: number, b: number): number =>
    compare(placeOf(run.sources[a]!.edge), placeOf(run.sources[b]!.edge));
  const byLink = (a: number, b: number): number => compare(placeOf(run.links[a]!.edge), placeOf(run.links[b]!.edge));
  for (const producer of run.producers) producer.sources.sort(bySource);
  for (const consumer of run.consumers) {
    const before = [...consumer.sources];
    const first = consumer.links[0];
    consumer.sources.sort(bySource);
    consumer.links.sort(byLink);
    // The conversation with the coordinator goes over the first edge.
    if (consumer.links[0] !== first) for (const index of consumer.instances) connectionChanged(run, index, true);
    if (before.some((source, step) => consumer.sources[step] !== source)) keepSteps(run, consumer, before);
  }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Handlers that wait at a step go on waiting at it, wherever it is now. */
function keepSteps(run: Run, consumer: ConsumerState, before: readonly number[]): void {
  for (const index of consumer.instances) {
    for (const worker of run.instances[index]!.workers) {
      const source = before[worker.step];
      if (worker.busy && source !== undefined) worker.step = consumer.sources.indexOf(source);
    }
  }
}
