/** What a consumer reads by in families other than the log: its feeds, edges of one family at a time. */
import { WORKERS_MAX } from '../clients/application.ts';
import { loseFeeds } from '../handlers/feeds.ts';
import { abortWork, dismissWorkers, dropRecords } from '../handlers/handler.ts';
import { M } from '../ledger/layout.ts';
import { rowsInUse } from '../ledger/messages.ts';
import type { Family } from '../ledger/subscription.ts';
import type { Run } from '../state.ts';

/** A consumer gains a feed, by its place in the family's own array. */
export function openFeed(run: Run, consumer: number, family: Family, feed: number): void {
  readOver(run, consumer, family);
  run.consumers[consumer]!.feeds.push(feed);
}

/** @param feed the family's own record of it */
export function closeFeed(run: Run, index: number, feed: { edge: number; gone: boolean; consumer: number }): void {
  const consumer = run.consumers[feed.consumer]!;
  feed.gone = true;
  run.edges[feed.edge]!.gone = true;
  consumer.feeds = consumer.feeds.filter((each) => each !== index);
}

/**
 * [ED13] From now on a consumer reads over this family. What it holds of another is given up: the edges are gone by which somebody would
 * hear what became of it.
 */
export function readOver(run: Run, index: number, family: Family): void {
  const consumer = run.consumers[index]!;
  if (consumer.family === family) return;
  for (const instance of consumer.instances) {
    giveUp(run, instance, ({ cursor }) => cursor < 0);
    loseFeeds(run, consumer.family, instance);
  }
  consumer.family = family;
}

/** What an instance holds and `leaves` picks is given up, work in progress included. */
export function giveUp(run: Run, index: number, leaves: (held: { readonly cursor: number }) => boolean): void {
  const instance = run.instances[index]!;
  dropRecords(run, index, leaves);
  instance.workers.forEach((worker, number) => {
    if (worker.busy && leaves(worker)) forgetWaiter(run, index * WORKERS_MAX + number);
  });
  abortWork(run, index, leaves);
  dismissWorkers(instance, run.consumers[instance.consumer]!);
  if (instance.phase === 'processing' && instance.unfinished === 0) instance.phase = 'idle';
}

/** Nobody waits for the fate of what the handler has published. */
function forgetWaiter(run: Run, waiter: number): void {
  const { num } = run.messages;
  for (const row of rowsInUse(run.messages)) if (num[row + M.waiter] === waiter) num[row + M.waiter] = -1;
}
