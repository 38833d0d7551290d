/** Edges over which something is published, of whatever family: each is a source, with a client for every process that publishes. */
import type { ClientState, SourceState } from '../clients/client-state.ts';
import { createSourceLedger } from '../ledger/accounts.ts';
import type { ResolvedEdge } from '../../scenario/resolve.ts';
import type { Run } from '../state.ts';
import { addEdgeState } from './places.ts';

/** What a source has whatever family it is of. It is the next one of the run: to be opened before another is begun. */
export function beginSource(run: Run, edge: ResolvedEdge): Omit<SourceState, 'family'> {
  return {
    edge: addEdgeState(run, edge, run.sources.length),
    gone: false,
    sequence: 0,
    clients: [],
    ledger: createSourceLedger(),
  };
}

/** @param addClient adds the family's client for a process; later ones come by `families.ts` */
export function openSource(
  run: Run,
  source: SourceState,
  addClient: (run: Run, source: number, owner: ClientState['owner']) => void,
): void {
  const index = run.sources.length;
  run.sources.push(source);
  const from = run.places[run.edges[source.edge]!.from]!;
  if (from.kind === 'producer') {
    run.producers[from.index]!.sources.push(index);
    addClient(run, index, { kind: 'producer', index: from.index });
    return;
  }
  const consumer = run.consumers[from.index]!;
  consumer.sources.push(index);
  for (const instance of consumer.instances) addClient(run, index, { kind: 'instance', index: instance });
}

/** @param closeClient ends one of its clients as a crash would [ED5] */
export function closeSource(run: Run, index: number, closeClient: (client: number) => void): void {
  const source = run.sources[index]!;
  source.gone = true;
  run.edges[source.edge]!.gone = true;
  for (const client of source.clients) closeClient(client);
  // A handler may be at any of its consumer's sources: it passes by those that are gone.
  for (const producer of run.producers) producer.sources = producer.sources.filter((each) => each !== index);
}
