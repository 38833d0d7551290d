/**
 * What streams mean to the ledger. A record is kept for the stream itself, by an obligation that is owed nothing, so that its message
 * has a row as long as the stream has the record; and every subscription to the stream has a chance to apply it as long as one of
 * its readers may be sent it: from the lowest *floor* of its readers on.
 *
 *     start            floor        position      end
 *      │ kept for others │ again after a crash │ to come │
 */
import { HOP, noteHop } from '../ledger/hops.ts';
import { addChance, disown, dropChance, oweTo, slotOf } from '../ledger/ledger.ts';
import { CLASS, obligationAt, TAKEN } from '../ledger/messages.ts';
import { M, O } from '../ledger/layout.ts';
import { forgetMissed } from '../ledger/replay.ts';
import type { Run } from '../state.ts';
import type { AmqpFeed } from './amqp-state.ts';
import { createStreamReader, pushRecord, recordAt, type StreamReader, type StreamRecords } from './stream-state.ts';

/** The stream that a feed reads; null where it reads a queue. */
export function streamOf({ amqp }: Run, feed: AmqpFeed): StreamRecords | null {
  return amqp.queues[feed.queue]!.stream;
}

/** A record is at the end of a stream. */
export function enterStream(run: Run, row: number, index: number): void {
  const { queues, feeds } = run.amqp;
  const queue = queues[index]!;
  const stream = queue.stream!;
  const offset = pushRecord(stream, row);
  queue.enqueued += 1;
  const keeper = oweTo(run, row, queue.subscription);
  disown(run, row, keeper);
  addChance(run, row, keeper);
  for (const feed of stream.feeds) {
    const { floor, subscription } = feeds[feed]!;
    if (offset >= floor) addChance(run, row, oweTo(run, row, subscription));
  }
  noteHop(run, row, HOP.queued, queue.subscription, -1, -1);
}

/** The oldest record is gone from a stream. @param taken what the ledger is to call it */
export function retireRecord(run: Run, index: number, taken: number): void {
  const { queues, feeds } = run.amqp;
  const { stream, subscription: keeper } = queues[index]!;
  const { start } = stream!;
  const row = recordAt(stream!, start);
  stream!.start = start + 1;
  for (const feed of stream!.feeds) {
    const { floor, subscription } = feeds[feed]!;
    if (start >= floor) dropChance(run, row, slotOf(run, row, subscription), taken);
  }
  dropChance(run, row, slotOf(run, row, keeper));
}

/** The reader of the instance at that place. */
export function readerOf({ readers }: AmqpFeed, place: number): StreamReader {
  while (readers.length <= place) readers.push(createStreamReader());
  return readers[place]!;
}

/**
 * The lowest offset that a reader may begin at when it consumes anew, whatever happens until then.
 *
 * [RS6] From what is stored, if anything is; else as `x-stream-offset` says.
 */
function restartOf({ settings }: AmqpFeed, { stored, floor }: StreamReader, { start, end }: StreamRecords): number {
  if (stored >= 0 && settings.offsetTracking === 'broker') return stored;
  const { streamOffset: asked } = settings;
  if (asked === 'first') return 0;
  if (asked === 'next') return end;
  if (asked === 'last') return Math.max(start, end - 1);
  // As time goes by an age leads to later records only.
  return /^\d+$/.test(asked) ? Number(asked) : Math.min(floor, end);
}

/** An instance reads a stream from now on. @param began the first offset that it is to get */
export function readerBegins(run: Run, index: number, place: number, number: number, began: number): void {
  const feed = run.amqp.feeds[index]!;
  const reader = readerOf(feed, place);
  reader.number = number;
  reader.position = began;
  reader.floor = began;
  reader.floor = Math.min(began, restartOf(feed, reader, streamOf(run, feed)!));
  moveFloor(run, feed, true);
}

function numbered({ readers }: AmqpFeed, number: number): StreamReader | null {
  for (let place = 0; place < readers.length; place += 1) if (readers[place]!.number === number) return readers[place]!;
  return null;
}

/** A record was sent to a reader. */
export function readerIsSent(run: Run, index: number, number: number, offset: number): void {
  const feed = run.amqp.feeds[index]!;
  const reader = numbered(feed, number);
  if (reader === null) return;
  reader.position = offset + 1;
  const floor = Math.min(reader.position, restartOf(feed, reader, streamOf(run, feed)!));
  if (floor === reader.floor) return;
  reader.floor = floor;
  moveFloor(run, feed, false);
}

/** The broker sends a reader nothing more. @param forGood its instance has been stopped */
export function readerEnds(run: Run, index: number, place: number, forGood: boolean): void {
  const feed = run.amqp.feeds[index]!;
  const stream = streamOf(run, feed);
  if (stream === null || place >= feed.readers.length) return;
  const reader = feed.readers[place]!;
  if (reader.number >= 0) reader.floor = restartOf(feed, reader, stream);
  reader.number = -1;
  reader.timer = false;
  reader.unstored = 0;
  if (forGood) reader.floor = Infinity;
  moveFloor(run, feed, true);
}

/** [RS7] The broker knows where a reader is to go on. */
export function readerIsStored(run: Run, index: number, place: number, offset: number): void {
  const feed = run.amqp.feeds[index]!;
  const stream = streamOf(run, feed);
  if (stream === null || place >= feed.readers.length || offset > stream.end) return;
  const reader = feed.readers[place]!;
  reader.stored = offset;
  if (reader.floor === Infinity) return;
  const floor = restartOf(feed, reader, stream);
  reader.floor = reader.number < 0 ? floor : Math.min(reader.position, floor);
  moveFloor(run, feed, false);
}

/**
 * The subscription's floor follows those of its readers. One whose last instance has been stopped is still owed what it was.
 *
 * @param stepping whether what is now below it was never sent to any of them
 */
function moveFloor(run: Run, feed: AmqpFeed, stepping: boolean): void {
  const stream = streamOf(run, feed)!;
  let floor = Infinity;
  for (const reader of feed.readers) if (reader.floor < floor) floor = reader.floor;
  const before = feed.floor;
  if (floor === Infinity || floor === before) return;
  feed.floor = floor;
  if (floor < before) {
    oweAgain(run, feed, Math.max(floor, stream.start), Math.min(before, stream.end));
    return;
  }
  for (let offset = Math.max(before, stream.start); offset < Math.min(floor, stream.end); offset += 1) {
    const row = recordAt(stream, offset);
    if (stepping) noteHop(run, row, HOP.skipped, -1, -1, -1);
    dropChance(run, row, slotOf(run, row, feed.subscription));
  }
}

/** [RS8] What is to be read once more is owed, whatever had become of it; what was applied stays applied. */
function oweAgain(run: Run, feed: AmqpFeed, from: number, until: number): void {
  const { subscription } = feed;
  const stream = streamOf(run, feed)!;
  const found = new Set<number>();
  for (let offset = from; offset < until; offset += 1) {
    const row = recordAt(stream, offset);
    const slot = oweTo(run, row, subscription);
    addChance(run, row, slot);
    found.add(run.messages.num[row + M.id]!);
  }
  forgetMissed(run, run.subscriptions[subscription]!, found);
}

/** Nothing is owed to a feed's subscription any more; what it has applied stays in its accounts. */
export function dismissReaders(run: Run, index: number): void {
  const feed = run.amqp.feeds[index]!;
  const stream = streamOf(run, feed);
  if (stream === null) return;
  const { floor, subscription } = feed;
  for (let offset = Math.max(floor, stream.start); offset < stream.end; offset += 1) {
    const row = recordAt(stream, offset);
    const slot = slotOf(run, row, subscription);
    const { rows } = run.messages.obligations;
    if (rows[obligationAt(run.messages, row, slot) + O.class] === CLASS.inFlight) disown(run, row, slot);
    dropChance(run, row, slot, TAKEN.byNothing);
  }
  feed.floor = Infinity;
  feed.readers = [];
  stream.feeds = stream.feeds.filter((each) => each !== index);
  run.subscriptions[subscription]!.active = false;
}
