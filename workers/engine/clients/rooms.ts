/** The waiting rooms of a source's clients, whatever family they are of, and what they come to together. [BP1] */
import type { Run } from '../state.ts';
import type { SourceState } from './client-state.ts';
import { stalledNs, type WaitingRoom } from './waiting-room.ts';

export function roomsOf(run: Run, { family, clients }: SourceState): WaitingRoom[] {
  switch (family) {
    case 'log':
      return clients.map((index) => run.clients[index]!);
    case 'sqs':
      return clients.map((index) => run.sqs.senders[index]!);
    case 'amqp':
      return clients.map((index) => run.amqp.publishers[index]!);
    case 'table':
      return clients.map((index) => run.inserters[index]!);
    default:
      return family satisfies never;
  }
}

/** Messages that wait for room now. */
export function blockedAt(run: Run, source: SourceState): number {
  return roomsOf(run, source).reduce((sum, { blocked }) => sum + blocked, 0);
}

/** Time for which somebody waited, summed over the source's clients, up to now. */
export function stalledAt(run: Run, source: SourceState): number {
  return roomsOf(run, source).reduce((sum, room) => sum + stalledNs(run, room), source.ledger.stalledNs);
}
