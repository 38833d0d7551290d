/** Clients of every family for an instance that a consumer has gained. */
import type { ClientState } from '../clients/client-state.ts';
import type { Run } from '../state.ts';
import { addPublisher as addAmqpPublisher } from './amqp-edges.ts';
import { addClient } from './sources.ts';

/** For one of its consumer's sources. */
export function addPublisher(run: Run, source: number, owner: ClientState['owner']): void {
  switch (run.sources[source]!.family) {
    case 'log':
      return addClient(run, source, owner);
    case 'amqp':
      return addAmqpPublisher(run, source, owner);
    case 'sqs':
    case 'table':
  }
}
