/** What queues, topics and their edges have come to, for the report and for frames. */
import { NONE } from '../brokers/sqs/queue-state.ts';
import { toMs } from '../core/time.ts';
import type { Run } from '../state.ts';
import { callsOf, dollars, priceOf, requestsOf, topicPrice, topicRequests } from './cost.ts';
import type { SqsPlace, SqsSource } from './sqs-state.ts';
import { sendersHold } from './sender.ts';

/** Age of the oldest message, nanoseconds; 0 for an empty queue. */
export function oldestNs(run: Run, { queue }: SqsPlace): number {
  return queue.oldest === NONE ? 0 : run.nowNs - queue.rows.sentNs[queue.oldest]!;
}

/** The figures of a queue by name, for the report. */
export function placeFigures(run: Run, index: number): Record<string, number> {
  const place = run.sqs.places[index]!;
  const { visible, inFlight, delayed, waiting } = place.queue;
  return {
    visible,
    inFlight,
    delayed,
    oldestMs: toMs(oldestNs(run, place)),
    waitingReceives: waiting.count,
    calls: callsOf(place),
    sendCalls: place.sends,
    receiveCalls: place.receives,
    emptyReceives: place.emptyReceives,
    deleteCalls: place.deletes,
    visibilityCalls: place.changes,
    throttledCalls: place.throttled,
    overLimitErrors: place.overLimit,
    repeatedSendsDropped: place.duplicatesDropped,
    expiredHandles: place.expiredHandles,
    deletesThatMissed: place.missedDeletes,
    movedBack: place.movedBack,
    paidRequests: requestsOf(place),
    costDollars: dollars(requestsOf(place), priceOf(place)),
    emptyReceivesDollars: dollars(place.emptyReceives, priceOf(place)),
  };
}

export function topicFigures(run: Run, index: number): Record<string, number> {
  const topic = run.sqs.topics[index]!;
  const requests = topicRequests(topic);
  return {
    publishCalls: topic.publishes,
    published: topic.published,
    repeatedPublishesDropped: topic.duplicatesDropped,
    paidRequests: requests,
    costDollars: dollars(requests, topicPrice(topic)),
  };
}

export function sendingFigures(run: Run, source: SqsSource): Record<string, number> {
  const { waiting, calls } = sendersHold(run, source);
  const { attempted, appended, retries } = source.ledger;
  return { attempted, appended, retries, queuedMessages: waiting, requestsInFlight: calls };
}
