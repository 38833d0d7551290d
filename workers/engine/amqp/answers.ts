/** What instances answer to deliveries: they acknowledge them, give them back, or reject them. */
import { COPY, SERIALS } from '../brokers/amqp/copies.ts';
import { OUTCOME, settle, type Outcome } from '../brokers/amqp/settle.ts';
import { at, OP, PRIORITY } from '../events.ts';
import type { Worker } from '../handlers/handler-state.ts';
import { dropChance, slotOf } from '../ledger/ledger.ts';
import { TAKEN } from '../ledger/messages.ts';
import { isLost, latencyNs, passesAtOnce } from '../network.ts';
import { FLIGHT_OF } from '../observe/flights.ts';
import type { EdgeState, Run } from '../state.ts';
import type { AmqpFeed, AmqpSession } from './amqp-state.ts';
import { delivered, NO_ANSWER } from './deliveries.ts';
import { noteAmqpFlight } from './flights.ts';
import { watchMemory } from './memory.ts';
import { takeOutcomes } from './outcomes.ts';
import { recordIsDone } from './stream-offsets.ts';
import { streamOf } from './streams.ts';
import { subscriptionOf } from './subscription.ts';

/** A handler takes it. With early acknowledgement the broker is told so now. */
export function beginAmqpDelivery(run: Run, index: number, worker: Worker): void {
  const feed = run.amqp.feeds[-1 - worker.cursor]!;
  worker.subscription = feed.subscription;
  worker.slot = slotOf(run, worker.row, worker.subscription);
  if (feed.settings.ack !== 'before' || worker.offset === NO_ANSWER) return;
  if (streamOf(run, feed) !== null) recordIsDone(run, index, -1 - worker.cursor, worker.offset);
  answer(run, index, feed, worker.offset, OUTCOME.acknowledged);
  worker.offset = NO_ANSWER;
}

export function endAmqpDelivery(run: Run, index: number, worker: Worker, failed: boolean): void {
  const feed = run.amqp.feeds[-1 - worker.cursor]!;
  if (worker.offset !== NO_ANSWER && !feed.gone) {
    // [RC13] basic.reject: it counts as a delivery that failed.
    const refused = feed.settings.onFailure === 'requeue' ? OUTCOME.returned : OUTCOME.rejected;
    if (streamOf(run, feed) !== null) recordIsDone(run, index, -1 - worker.cursor, worker.offset);
    answer(run, index, feed, worker.offset, failed ? refused : OUTCOME.acknowledged);
  }
  // [RS3] A stream does not deliver it again.
  const isOver = failed && streamOf(run, feed) !== null;
  dropChance(run, worker.row, worker.slot, isOver ? TAKEN.byRejection : TAKEN.byNothing);
}

/** Sends an acknowledgement or its opposite. */
function answer(run: Run, index: number, feed: AmqpFeed, handle: number, outcome: Outcome): void {
  const session = run.amqp.sessions[index]!;
  if (session.channel < 0) return;
  const edge = run.edges[feed.edge]!;
  if (passesAtOnce(run, edge, session.lastBackwardNs)) {
    session.lastBackwardNs = run.nowNs;
    answerArrives(run, handle, outcome);
  } else sendAnswer(run, index, feed, edge, session, handle, outcome);
}

/** An answer goes over an edge that may lose it or hold it up. */
function sendAnswer(
  run: Run,
  index: number,
  feed: AmqpFeed,
  edge: EdgeState,
  session: AmqpSession,
  handle: number,
  outcome: Outcome,
): void {
  if (edge.dropAcks || isLost(run, edge.backward)) {
    noteAmqpFlight(run, feed.edge, run.nowNs, FLIGHT_OF.lostAck, -1, index);
    return;
  }
  if (edge.cut) {
    session.parked.push(handle, outcome);
    return;
  }
  const arriveNs = Math.max(run.nowNs + latencyNs(run, edge, edge.backward), session.lastBackwardNs);
  session.lastBackwardNs = arriveNs;
  noteAmqpFlight(
    run,
    feed.edge,
    arriveNs,
    outcome === OUTCOME.acknowledged ? FLIGHT_OF.commit : FLIGHT_OF.refusal,
    -1,
    index,
  );
  if (arriveNs <= run.nowNs) answerArrives(run, handle, outcome);
  else at(run, arriveNs, PRIORITY.broker, OP.amqpAnswerArrives, 0, handle, outcome);
}

/** The broker hears what became of a delivery, if it is still that delivery. */
export function answerArrives(run: Run, handle: number, outcome: number): void {
  const { broker } = run.amqp;
  const { copies } = broker;
  const copy = Math.floor(handle / SERIALS);
  if (copies.serial[copy] !== handle - copy * SERIALS || copies.channel[copy]! < 0) return;
  const core = copies.queue[copy]!;
  const row = copies.message[copy]!;
  const queue = run.amqp.queues[run.amqp.queueOf[core]!]!;
  const consumer = copies.consumer[copy]!;
  const ofStream = (copies.flags[copy]! & COPY.ofStream) !== 0;
  settle(broker, copy, outcome as Outcome, run.nowNs);
  if (outcome === OUTCOME.acknowledged) {
    queue.acknowledged += 1;
    if (consumer >= 0) run.amqp.feeds[run.amqp.feedOf[consumer]!]!.acknowledged += 1;
    if (!ofStream) dropChance(run, row, slotOf(run, row, subscriptionOf(run, core)));
  } else if (outcome !== OUTCOME.rejected && !ofStream) queue.requeued += 1;
  takeOutcomes(run);
  if (run.amqp.settings !== null) watchMemory(run);
}

/** An edge has healed: what it held up goes on. */
export function resumeDeliveries(run: Run, feedIndex: number): void {
  const { deliveries, feeds, sessions } = run.amqp;
  const { consumer } = feeds[feedIndex]!;
  for (const index of run.consumers[consumer]!.instances) {
    const session = sessions[index];
    if (session === null || session === undefined) continue;
    const { parked } = session;
    session.parked = [];
    for (let i = 0; i < parked.length; i += 2) answerArrives(run, parked[i]!, parked[i + 1]!);
  }
  deliveries.rows.forEach((delivery, index) => {
    if (delivery === null || !delivery.held || delivery.feed !== feedIndex) return;
    delivery.held = false;
    delivered(run, index);
  });
}
