/** The waiting rooms of a source's clients, whatever family they are of, and what they come to together. [BP1] */
import { unreachable } from '../core/assert.ts';
import type { Family } from '../ledger/subscription.ts';
import type { Run } from '../state.ts';
import type { SourceState } from './client-state.ts';
import { stalledNs, type WaitingRoom } from './waiting-room.ts';

/** The room of one client, by its index in the array of its family. */
function roomOf(run: Run, family: Family, client: number): WaitingRoom {
  switch (family) {
    case 'log':
      return run.clients[client]!;
    case 'sqs':
      return run.sqs.senders[client]!;
    case 'amqp':
      return run.amqp.publishers[client]!;
    case 'table':
      return run.inserters[client]!;
    default:
      return unreachable(family);
  }
}

export function roomsOf(run: Run, { family, clients }: SourceState): WaitingRoom[] {
  return clients.map((client) => roomOf(run, family, client));
}

/** Messages that wait for room now. */
export function blockedAt(run: Run, { family, clients }: SourceState): number {
  let blocked = 0;
  for (const client of clients) blocked += roomOf(run, family, client).blocked;
  return blocked;
}

/** Time for which somebody waited, summed over the source's clients, up to now. */
export function stalledAt(run: Run, { family, clients, ledger }: SourceState): number {
  let stalled = ledger.stalledNs;
  for (const client of clients) stalled += stalledNs(run, roomOf(run, family, client));
  return stalled;
}
