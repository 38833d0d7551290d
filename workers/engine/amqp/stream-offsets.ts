/**
 * [RS7] Offsets that the broker keeps for readers of a stream. A client stores the offset after the message that was done last: with every
 * so many messages, and so long after the first that is not stored. It goes on from there when it consumes anew.
 */
import { SERIALS } from '../brokers/amqp/copies.ts';
import { fromMs } from '../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { isLost, latencyNs } from '../network.ts';
import type { Run } from '../state.ts';
import { readerIsStored, readerOf, streamOf } from './streams.ts';

/** A handler is done with a delivery, or was done with it before it began. */
export function recordIsDone(run: Run, index: number, feedIndex: number, handle: number): void {
  const feed = run.amqp.feeds[feedIndex]!;
  if (feed.settings.offsetTracking !== 'broker') return;
  const { copies } = run.amqp.broker;
  const copy = Math.floor(handle / SERIALS);
  if (copies.serial[copy] !== handle % SERIALS) return;
  const { process, index: place } = run.instances[index]!;
  const reader = readerOf(feed, place);
  reader.done = copies.order[copy]! + 1;
  reader.unstored += 1;
  if (reader.unstored >= feed.settings.storeEvery) {
    store(run, index, feedIndex);
    return;
  }
  if (reader.timer) return;
  reader.timer = true;
  const dueNs = run.nowNs + fromMs(feed.settings.storeMs);
  at(run, dueNs, PRIORITY.client, OP.amqpStoreDue, index, feedIndex, process.incarnation);
}

/** What was done since the last time is stored at the latest now. */
export function storeDue(run: Run, index: number, feedIndex: number, incarnation: number): void {
  const { process, index: place, stopped } = run.instances[index]!;
  const feed = run.amqp.feeds[feedIndex]!;
  if (process.incarnation !== incarnation || stopped || feed.gone || streamOf(run, feed) === null) return;
  if (deferred(process, OP.amqpStoreDue, index, feedIndex, incarnation)) return;
  const reader = readerOf(feed, place);
  if (!reader.timer) return;
  reader.timer = false;
  if (reader.unstored > 0) store(run, index, feedIndex);
}

/** The client tells the broker, and waits for no answer. What a cut edge or the network swallows is stored with the next messages. */
function store(run: Run, index: number, feedIndex: number): void {
  const feed = run.amqp.feeds[feedIndex]!;
  const session = run.amqp.sessions[index]!;
  const reader = readerOf(feed, run.instances[index]!.index);
  reader.unstored = 0;
  const edge = run.edges[feed.edge]!;
  if (session.channel < 0 || edge.cut || edge.dropAcks || isLost(run, edge.backward)) return;
  const arriveNs = Math.max(run.nowNs + latencyNs(run, edge, edge.backward), session.lastBackwardNs);
  session.lastBackwardNs = arriveNs;
  if (arriveNs <= run.nowNs) offsetArrives(run, index, feedIndex, reader.done);
  else at(run, arriveNs, PRIORITY.broker, OP.amqpOffsetStored, index, feedIndex, reader.done);
}

/** A client that closes its connection in good order stores what it has done. */
export function storeAll(run: Run, index: number): void {
  const { consumer, index: place } = run.instances[index]!;
  for (const each of run.consumers[consumer]!.feeds) {
    const feed = run.amqp.feeds[each]!;
    if (streamOf(run, feed) !== null && readerOf(feed, place).unstored > 0) store(run, index, each);
  }
}

/** The broker hears of it. */
export function offsetArrives(run: Run, index: number, feedIndex: number, offset: number): void {
  if (!run.amqp.down && !run.amqp.feeds[feedIndex]!.gone)
    readerIsStored(run, feedIndex, run.instances[index]!.index, offset);
}
