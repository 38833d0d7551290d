/** Clients of every family for an instance that a consumer has gained. */
import type { ClientState } from '../clients/client-state.ts';
import type { Family } from '../ledger/subscription.ts';
import type { Run } from '../state.ts';
import { addAmqpPublisher } from './amqp-edges.ts';
import { addClient } from './sources.ts';
import { addReceiver, addSender } from './sqs.ts';
import { addInserter, addPoller } from './stores.ts';

/** For one of its consumer's sources. */
export function addPublisher(run: Run, source: number, owner: ClientState['owner']): void {
  switch (run.sources[source]!.family) {
    case 'log':
      return addClient(run, source, owner);
    case 'amqp':
      return addAmqpPublisher(run, source, owner);
    case 'sqs':
      return addSender(run, source, owner);
    case 'table':
      return addInserter(run, source, owner);
  }
}

/** For one of its consumer's feeds. An instance of RabbitMQ's has one connection, which it opens when it is up. */
export function addFeedClient(run: Run, family: Family, feed: number, instance: number): void {
  switch (family) {
    case 'sqs':
      return addReceiver(run, feed, instance);
    case 'table':
      return addPoller(run, instance, feed);
    case 'log':
    case 'amqp':
  }
}
