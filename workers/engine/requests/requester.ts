/** Request and reply: a client asks, waits, and matches what comes back by the correlation id. [RR1] */
import { drawKey } from '../clients/key-choice.ts';
import { publish } from '../clients/publish.ts';
import { sampleNs } from '../core/distributions.ts';
import { record } from '../core/histogram.ts';
import { fromMs } from '../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import type { InstanceState } from '../handlers/handler-state.ts';
import { M } from '../ledger/layout.ts';
import type { Run } from '../state.ts';
import { ASK, askOf, forgetOld, noteAttempt, openAsk, type RequesterState } from './requester-state.ts';

/** The one process of a client. */
function processOfClient(run: Run, consumer: number): InstanceState {
  return run.instances[run.consumers[consumer]!.instances[0]!]!;
}

/** Whether a client could ask now: its process is up and runs. */
export function canAsk(run: Run, consumer: number): boolean {
  const { process, stopped } = processOfClient(run, consumer);
  return !process.crashed && !process.frozen && !stopped;
}

/** [RR1] A new question: its first attempt goes out along every edge. */
export function ask(run: Run, consumer: number, key: number): void {
  const requester = run.consumers[consumer]!.requester!;
  const number = openAsk(requester, run.nowNs, key);
  requester.open += 1;
  attemptAsk(run, consumer, number);
}

function attemptAsk(run: Run, consumer: number, number: number): void {
  const { requester, sources, instances } = run.consumers[consumer]!;
  const { asks, settings } = requester!;
  const { index } = run.instances[instances[0]!]!;
  const place = number & asks.mask;
  asks.attempts[place]! += 1;
  const before = run.messages.lastId;
  for (const source of sources) {
    const outlet = run.sources[source]!;
    if (!outlet.gone) publish(run, outlet, outlet.clients[index]!, asks.key[place]!, settings.sizeBytes, -1, -1, 0);
  }
  for (let message = before + 1; message <= run.messages.lastId; message += 1) {
    noteAttempt(requester!, message, number);
    requester!.sent += 1;
  }
  const dueNs = run.nowNs + fromMs(settings.timeoutMs);
  at(run, dueNs, PRIORITY.client, OP.requestTimesOut, consumer, number, asks.attempts[place]);
}

/** [RR2] Its patience is over: it asks once more, or gives up. */
export function requestTimesOut(run: Run, consumer: number, number: number, attempt: number): void {
  const { requester } = run.consumers[consumer]!;
  if (requester === null || !isWaiting(requester, number, attempt)) return;
  if (deferred(processOfClient(run, consumer).process, OP.requestTimesOut, consumer, number, attempt)) return;
  requester.timedOut += 1;
  const { retries, retryBackoffMs } = requester.settings;
  if (attempt <= retries) {
    at(run, run.nowNs + fromMs(retryBackoffMs), PRIORITY.client, OP.requestAgain, consumer, number, attempt);
    return;
  }
  requester.givenUp += 1;
  endAsk(run, consumer, number, ASK.givenUp);
}

export function requestAgain(run: Run, consumer: number, number: number, attempt: number): void {
  const { requester } = run.consumers[consumer]!;
  if (requester === null || !isWaiting(requester, number, attempt)) return;
  if (deferred(processOfClient(run, consumer).process, OP.requestAgain, consumer, number, attempt)) return;
  attemptAsk(run, consumer, number);
}

function isWaiting({ asks }: RequesterState, number: number, attempt: number): boolean {
  if (number < asks.head) return false;
  const place = number & asks.mask;
  return asks.state[place] === ASK.open && asks.attempts[place] === attempt;
}

/** [RR3] [RR4] A reply was read. `correlation` is the id of the request that it goes back to. */
export function answerArrives(run: Run, consumer: number, requester: RequesterState, correlation: number): void {
  const { asks } = requester;
  const number = askOf(requester, correlation);
  const state = number < 0 ? ASK.abandoned : asks.state[number & asks.mask]!;
  if (state === ASK.abandoned) requester.strays += 1;
  else if (state === ASK.answered) requester.duplicates += 1;
  else if (state === ASK.givenUp) requester.late += 1;
  else {
    requester.answered += 1;
    record(requester.roundTrip, run.nowNs - asks.askedNs[number & asks.mask]!);
    endAsk(run, consumer, number, ASK.answered);
  }
}

/**
 * [RR7] Whether what is published for the message in `row` is to go where these clients read: not if another one asked. A reply
 * to nobody who is known, and what is read by no client, goes wherever it is drawn.
 *
 * @param listeners indexes into `consumers`
 */
export function isAddressed(run: Run, listeners: readonly number[], row: number): boolean {
  if (listeners.length === 0) return true;
  const correlation = run.messages.num[row + M.root]!;
  const asked = run.consumers.findIndex(({ requester }) => requester !== null && askOf(requester, correlation) >= 0);
  return asked < 0 || listeners.includes(asked);
}

function endAsk(run: Run, consumer: number, number: number, state: number): void {
  const requester = run.consumers[consumer]!.requester!;
  requester.asks.state[number & requester.asks.mask] = state;
  requester.open -= 1;
  forgetOld(requester);
  if (requester.settings.callers > 0) startThinking(run, consumer, requester);
}

/** [RR5] A caller thinks, and then asks. */
function startThinking(run: Run, consumer: number, requester: RequesterState): void {
  requester.thinking += 1;
  const slow = run.consumers[consumer]!.slowFactor;
  const thinkNs = Math.round(sampleNs(requester.think, run.streams, requester.thinkStream) * slow);
  const fromNs = Math.max(run.nowNs, fromMs(requester.settings.startMs));
  at(run, fromNs + thinkNs, PRIORITY.source, OP.callerAsks, consumer, requester.generation);
}

export function callerAsks(run: Run, consumer: number, generation: number): void {
  const { requester } = run.consumers[consumer]!;
  if (requester === null || requester.generation !== generation) return;
  if (deferred(processOfClient(run, consumer).process, OP.callerAsks, consumer, generation, 0)) return;
  requester.thinking -= 1;
  const { callers, limit, stopMs } = requester.settings;
  // There are fewer callers now.
  if (requester.thinking + requester.open >= callers) return;
  const producer = run.producers[requester.producer]!;
  if ((limit > 0 && producer.facts >= limit) || (stopMs > 0 && run.nowNs > fromMs(stopMs))) return;
  producer.facts += 1;
  ask(run, consumer, drawKey(run, producer));
}

/** Brings as many callers as there are to be: at the start, after a restart, and when there are to be more. */
export function gatherCallers(run: Run, consumer: number): void {
  const { requester } = run.consumers[consumer]!;
  if (requester === null || !canAsk(run, consumer)) return;
  const missing = requester.settings.callers - requester.thinking - requester.open;
  for (let i = 0; i < missing; i += 1) startThinking(run, consumer, requester);
}

/** [RR6] Its process has died: nobody waits for these answers any more. */
export function abandonAsks(requester: RequesterState): void {
  const { asks } = requester;
  for (let number = asks.head; number < asks.tail; number += 1) {
    if (asks.state[number & asks.mask] !== ASK.open) continue;
    asks.state[number & asks.mask] = ASK.abandoned;
    requester.abandoned += 1;
  }
  requester.open = 0;
  requester.thinking = 0;
  requester.generation += 1;
}
