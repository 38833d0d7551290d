/** What faces see of queues of SQS, topics of SNS, and their edges. */
import {
  oldestNs,
  priceOf,
  requestsOf,
  sendersHold,
  SQS_IN_FLIGHT,
  topicPrice,
  topicRequests,
  type Run,
  type SqsPlace,
  type SqsSource,
} from '../engine/engine.ts';
import { PUBLISH } from '../protocol/frame.ts';
import { SNS, SQS, SQS_TIMERS, type SnsBlock, type SqsBlock } from '../protocol/frame-sqs.ts';

export function packSqs(run: Run, index: number, { at, timersAt }: SqsBlock, values: Float64Array): void {
  const place = run.sqs.places[index]!;
  const { visible, inFlight, delayed, waiting, settings } = place.queue;
  values[at + SQS.visible] = visible;
  values[at + SQS.inFlight] = inFlight;
  values[at + SQS.delayed] = delayed;
  values[at + SQS.oldestNs] = oldestNs(run, place);
  values[at + SQS.waiting] = waiting.count;
  values[at + SQS.sends] = place.sends;
  values[at + SQS.receives] = place.receives;
  values[at + SQS.deletes] = place.deletes;
  values[at + SQS.changes] = place.changes;
  values[at + SQS.emptyReceives] = place.emptyReceives;
  values[at + SQS.throttled] = place.throttled;
  values[at + SQS.visibilityNs] = settings.visibilityTimeoutNs;
  values[at + SQS.requests] = requestsOf(place);
  values[at + SQS.pricePerMillion] = priceOf(place);
  values[at + SQS.timers] = packTimers(run, place, timersAt, values);
}

/** Looked at of the heap of timers: its front holds nearly always the next ones, and a frame has no time to sort them all. */
const LOOKED_AT = 127;
const remaining = new Float64Array(LOOKED_AT);

/** How long hidden messages stay hidden, the shortest first. Returns how many there are. */
function packTimers(run: Run, { queue }: SqsPlace, at: number, values: Float64Array): number {
  const { timers, rows } = queue;
  let count = 0;
  for (let i = 0; i < timers.size && i < LOOKED_AT; i += 1) {
    const row = timers.item[i]!;
    if (rows.state[row] !== SQS_IN_FLIGHT) continue;
    remaining[count] = Math.max(0, rows.visibleAtNs[row]! - run.nowNs);
    count += 1;
  }
  remaining.subarray(0, count).sort();
  const shown = Math.min(count, SQS_TIMERS);
  for (let i = 0; i < shown; i += 1) values[at + i] = remaining[i]!;
  return shown;
}

export function packSns(run: Run, index: number, { at }: SnsBlock, values: Float64Array): void {
  const topic = run.sqs.topics[index]!;
  values[at + SNS.publishes] = topic.publishes;
  values[at + SNS.published] = topic.published;
  values[at + SNS.requests] = topicRequests(topic);
  values[at + SNS.pricePerMillion] = topicPrice(topic);
}

/** What is in the hands of the clients behind a source. */
export function packSenders(run: Run, source: SqsSource, at: number, values: Float64Array): void {
  const { waiting, calls } = sendersHold(run, source);
  values[at + PUBLISH.queued] = waiting;
  values[at + PUBLISH.requestsInFlight] = calls;
}
