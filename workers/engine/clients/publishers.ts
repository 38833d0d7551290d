/** The clients behind sources of every family: what happens to them with the process that they run in. */
import { admitWaiting, crashPublisher } from '../amqp/publisher.ts';
import type { Family } from '../ledger/subscription.ts';
import { crashSender, trySendCalls } from '../sqs/sender.ts';
import type { Run } from '../state.ts';
import { crashInserter, sendWaiting } from '../table/inserter.ts';
import { crashClient } from './client.ts';
import { trySend } from './sender.ts';

type Deed = (run: Run, client: number) => void;

const crash: Readonly<Record<Family, Deed>> = {
  log: crashClient,
  amqp: crashPublisher,
  sqs: crashSender,
  table: crashInserter,
};

const resume: Readonly<Record<Family, Deed>> = {
  log: trySend,
  amqp: admitWaiting,
  sqs: trySendCalls,
  table: sendWaiting,
};

/**
 * The process has died, and with it the clients of these sources.
 *
 * @param place of the client among those of each source: the instance's position, 0 for a producer
 */
export function crashPublishers(run: Run, sources: readonly number[], place: number): void {
  doToClients(run, sources, place, crash);
}

/** The process goes on after it was frozen: its clients send what is ready. */
export function resumePublishers(run: Run, sources: readonly number[], place: number): void {
  doToClients(run, sources, place, resume);
}

function doToClients(run: Run, sources: readonly number[], place: number, deeds: Readonly<Record<Family, Deed>>): void {
  for (const index of sources) {
    const { family, clients } = run.sources[index]!;
    const client = clients[place];
    if (client !== undefined) deeds[family](run, client);
  }
}
