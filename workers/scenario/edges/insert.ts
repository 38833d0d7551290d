import { integer, milliseconds, shape, toggle } from '../fields.ts';
import { distributionSchema } from '../values/distribution.ts';
import { defineProtocol } from './definition.ts';
import { network } from './network.ts';
import { onFull } from './on-full.ts';

/** A client that inserts a row for every message, each in a transaction of its own. */
export const insert = defineProtocol({
  edge: 'insert',
  from: ['producer', 'client', 'consumer'],
  to: ['store'],
  label: 'Insert',
  summary: 'A row for every message. It is acknowledged when the transaction is committed.',
  version: 1,
  parameters: {
    poolSize: integer({
      label: 'Connections of the pool',
      help: 'How many inserts of a process are under way at once. Beyond there is no room.',
      unit: 'count',
      default: 10,
      min: 1,
      max: 1000,
    }),
    ...onFull,
    timeoutMs: milliseconds({
      label: 'Timeout',
      help: 'How long the client waits for an answer before it gives the connection up. Whether the row is there it does not know.',
      default: 5000,
      min: 1,
      max: 3_600_000,
    }),
    retries: integer({
      label: 'Retries',
      help: 'How often a message is inserted again after that. If the first row was there, there are two.',
      unit: 'count',
      default: 0,
      min: 0,
      max: 1_000_000,
    }),
    retryBackoffMs: milliseconds({
      label: 'Retry backoff',
      help: 'How long it waits before that.',
      default: 100,
      min: 1,
      max: 3_600_000,
    }),
    transactionMs: shape(distributionSchema, {
      label: 'Rest of the transaction',
      help: 'How long the transaction goes on after the insert, with other statements of the service, until it commits. The row has its id by then, and nobody sees it.',
      default: { type: 'constant', mean: 0 },
      simplified: 'The other statements take no time on a core, and the commit no way of its own.',
    }),
    uniqueKey: toggle({
      label: 'Unique key',
      help: 'The row carries the id of its message, and a second one is not inserted (ON CONFLICT DO NOTHING), as long as the first is in the table.',
      default: false,
    }),
    network,
  },
  startingValues: { retries: 3, timeoutMs: 1000 },
});
