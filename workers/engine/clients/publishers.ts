/** The clients behind sources of every family: what happens to them with the process that they run in. */
import { admitWaiting, crashPublisher } from '../amqp/publisher.ts';
import { crashSender, trySendCalls } from '../sqs/sender.ts';
import type { Run } from '../state.ts';
import { crashInserter, sendWaiting } from '../table/inserter.ts';
import { crashClient } from './client.ts';
import { trySend } from './sender.ts';

/**
 * The process has died, and with it the clients of these sources.
 *
 * @param place of the client among those of each source: the instance's position, 0 for a producer
 */
export function crashPublishers(run: Run, sources: readonly number[], place: number): void {
  for (const index of sources) {
    const { family, clients } = run.sources[index]!;
    const client = clients[place];
    if (client === undefined) continue;
    switch (family) {
      case 'log':
        crashClient(run, client);
        break;
      case 'amqp':
        crashPublisher(run, client);
        break;
      case 'sqs':
        crashSender(run, client);
        break;
      case 'table':
        crashInserter(run, client);
        break;
    }
  }
}

/** The process goes on after it was frozen: its clients send what is ready. */
export function resumePublishers(run: Run, sources: readonly number[], place: number): void {
  for (const index of sources) {
    const { family, clients } = run.sources[index]!;
    const client = clients[place];
    if (client === undefined) continue;
    switch (family) {
      case 'log':
        trySend(run, client);
        break;
      case 'amqp':
        admitWaiting(run, client);
        break;
      case 'sqs':
        trySendCalls(run, client);
        break;
      case 'table':
        sendWaiting(run, client);
        break;
    }
  }
}
