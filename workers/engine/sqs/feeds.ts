/** What an instance of a consumer does with what it receives, see `handlers/feeds.ts` and `handlers/deliveries.ts`. */
import { endInstance } from '../scaling/cost.ts';
import type { Worker } from '../handlers/handler-state.ts';
import { wake } from '../events.ts';
import { M, O } from '../ledger/layout.ts';
import { dropChance, slotOf } from '../ledger/ledger.ts';
import { MESSAGE_FLAG, obligationAt } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import { callHandles } from './handle-calls.ts';
import { ask, deleteDone, hangUp } from './receiver.ts';
import type { SqsFeed, SqsReceiver } from './sqs-state.ts';

/** The clients of an instance, one a feed. */
function receiversOf(run: Run, index: number): number[] {
  const instance = run.instances[index]!;
  return run.consumers[instance.consumer]!.feeds.flatMap(
    (feed) => run.sqs.feeds[feed]!.receivers[instance.index] ?? [],
  );
}

function receiverOf(run: Run, { receivers }: SqsFeed, index: number): SqsReceiver {
  return run.sqs.receivers[receivers[run.instances[index]!.index]!]!;
}

export function openSqsFeeds(run: Run, index: number): void {
  wake(run, index);
}

export function loseSqsFeeds(run: Run, index: number): void {
  for (const receiver of receiversOf(run, index)) hangUp(run, receiver);
}

export function pollSqsFeeds(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (!instance.leaving) {
    const { feeds } = run.consumers[instance.consumer]!;
    for (let i = 0; i < feeds.length; i += 1) {
      const receiver = run.sqs.feeds[feeds[i]!]!.receivers[instance.index];
      if (receiver !== undefined) ask(run, receiver);
    }
    return;
  }
  if (instance.unfinished > 0) return;
  for (const receiver of receiversOf(run, index)) {
    deleteDone(run, run.sqs.receivers[receiver]!, true);
    hangUp(run, receiver);
  }
  endInstance(run, instance);
  instance.leaving = false;
  instance.phase = 'down';
}

/** Whose delivery it is, by a record's or a worker's cursor. */
export function sqsSubscription(run: Run, cursor: number): number {
  return run.sqs.places[run.sqs.feeds[-1 - cursor]!.place]!.subscription;
}

export function beginSqsDelivery(run: Run, worker: Worker): void {
  worker.subscription = sqsSubscription(run, worker.cursor);
  worker.slot = slotOf(run, worker.row, worker.subscription);
  const { messages } = run;
  const obligation = obligationAt(messages, worker.row, worker.slot);
  if (messages.obligations.rows[obligation + O.delivered]! > 0)
    messages.int[worker.row + M.flags]! |= MESSAGE_FLAG.redelivered;
}

export function endSqsDelivery(run: Run, index: number, worker: Worker, failed: boolean): void {
  const feed = run.sqs.feeds[-1 - worker.cursor]!;
  if (!feed.gone) finish(run, index, feed, worker, failed);
  dropChance(run, worker.row, worker.slot);
}

/** [SQ20] What is done is deleted; what failed comes back when its time is over, or at once. */
function finish(run: Run, index: number, feed: SqsFeed, { offset: handle, cursor }: Worker, failed: boolean): void {
  const { settings } = feed;
  if (failed) {
    if (settings.onFailure === 'release') callHandles(run, -1 - cursor, 0, [handle]);
  } else if (settings.deleteWhen === 'after') receiverOf(run, feed, index).done.push(handle);
  const { unfinished } = run.instances[index]!;
  if (settings.deleteWhen === 'after') deleteDone(run, receiverOf(run, feed, index), unfinished === 0);
}
