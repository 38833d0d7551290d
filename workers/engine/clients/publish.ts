/** A fact sets out along an edge: from here on it is in the hands of the client that its destination asks for. */
import { sendAmqp } from '../amqp/publisher.ts';
import { sendSqs } from '../sqs/sender.ts';
import type { Run } from '../state.ts';
import type { LogSource, SourceState } from './client-state.ts';
import { insertMessage } from '../table/inserter.ts';
import { send } from './client.ts';

/**
 * @param client of the source's family
 * @param parent row of the message whose handling brought this one about, -1 for a fact of its own
 * @param waiter the handler to resume when its fate is known, -1 for none
 * @param flags bits of `MESSAGE_FLAG` that it has from the start
 */
export function publish(
  run: Run,
  source: SourceState,
  client: number,
  key: number,
  bytes: number,
  parent: number,
  waiter: number,
  flags: number,
): void {
  switch (source.family) {
    case 'log':
      return send(run, source as LogSource, client, key, bytes, parent, waiter, flags);
    case 'amqp':
      return sendAmqp(run, client, key, bytes, parent, waiter, flags);
    case 'sqs':
      return sendSqs(run, client, key, bytes, parent, waiter, flags);
    case 'table':
      return insertMessage(run, client, key, bytes, parent, waiter, flags);
  }
}
