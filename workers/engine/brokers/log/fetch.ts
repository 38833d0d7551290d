/** Fetching: a reader asks for all its partitions at once; the broker answers as soon as one of them has something. */
import { empty, removeFrom } from '../../core/columns.ts';
import { fromMs } from '../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import { addChance } from '../../ledger/ledger.ts';
import { HOP, noteHop, noteLogHops } from '../../ledger/hops.ts';
import { addLogChances } from '../../ledger/whole-batches.ts';
import { patientLatencyNs } from '../../network.ts';
import { FLIGHT_OF, writeFlight } from '../../observe/flights.ts';
import type { InstanceState, LinkState, ReaderState } from '../../handlers/handler-state.ts';
import type { CursorState } from './log-state.ts';
import { pushFetched, pushStretch } from '../../handlers/record-ring.ts';
import type { Run } from '../../state.ts';
import { isPlaced, isServed, leaderProcess } from './brokers.ts';
import { holdBack } from './fetch-quota.ts';
import { passGaps } from './gaps.ts';
import { countRecords, isAborted } from './partition.ts';
import { logOf, resetPosition } from './positions.ts';
import { readableEnd, readsCommitted } from './transactions/isolation.ts';
import { answerShare, dropInbound, requestShare } from './share/share-fetch.ts';
import { logSubscription } from './subscription.ts';

function linkOf(run: Run, reader: ReaderState): LinkState {
  return run.links[reader.link]!;
}

/** Asks for the partitions whose fetched records have all been handed out. One request at a time. [KF1] */
export function requestFetch(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  if (reader.share) {
    requestShare(run, readerIndex);
    return;
  }
  const instance = run.instances[reader.instance]!;
  if (instance.process.crashed || instance.process.frozen || instance.stopped) return;
  if (reader.outstanding) {
    // A request that waits at the broker was sent for other partitions: one that has records now is not made to wait.
    // [KF4] But for fetch.min.bytes it is.
    const waits = linkOf(run, reader).settings.fetchMinBytes > 1;
    if (waits || !reader.parked || !couldReadSome(run, readerIndex)) return;
    unpark(run, readerIndex);
  }
  if (!wantsSome(run, readerIndex)) return;
  reader.outstanding = true;
  reader.ticket += 1;
  sendFetch(run, readerIndex);
}

function wantsRecords(reader: number, cursor: CursorState): boolean {
  return cursor.reader === reader && cursor.fetchOffset >= 0 && cursor.buffered === 0 && !cursor.paused;
}

function wantsSome(run: Run, readerIndex: number): boolean {
  for (const cursor of run.readers[readerIndex]!.cursors)
    if (wantsRecords(readerIndex, run.cursors[cursor]!)) return true;
  return false;
}

function couldReadSome(run: Run, readerIndex: number): boolean {
  for (const cursor of run.readers[readerIndex]!.cursors) if (couldRead(run, readerIndex, cursor)) return true;
  return false;
}

function couldRead(run: Run, reader: number, cursorIndex: number): boolean {
  const cursor = run.cursors[cursorIndex]!;
  const log = run.topics[logSubscription(run, cursor.subscription).topic]!.partitions[cursor.partition]!;
  return (
    isServed(run, log) &&
    readableEnd(linkOf(run, run.readers[reader]!).settings, log) > cursor.fetchOffset &&
    wantsRecords(reader, cursor)
  );
}

function sendFetch(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  const edge = run.edges[linkOf(run, reader).edge]!;
  // A cut edge swallows the request; healing it sends a new one.
  if (edge.cut) return;
  const delay = patientLatencyNs(run, edge, edge.backward);
  at(run, run.nowNs + delay, PRIORITY.broker, OP.fetchArrives, readerIndex, reader.ticket);
}

/** Starts the reader's outstanding request anew: its edge healed, or its broker is back. */
export function refetch(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  unpark(run, readerIndex);
  if (reader.share) dropInbound(run, readerIndex);
  reader.outstanding = false;
  reader.ticket += 1;
  requestFetch(run, readerIndex);
}

/** Forgets what the reader was waiting for. */
export function stopReader(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  unpark(run, readerIndex);
  if (reader.share) dropInbound(run, readerIndex);
  reader.outstanding = false;
  reader.ticket += 1;
  reader.inbound = [];
}

function unpark(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  if (!reader.parked) return;
  reader.parked = false;
  const topic = run.topics[logSubscription(run, linkOf(run, reader).subscription).topic]!;
  const place = topic.parked.indexOf(readerIndex);
  if (place >= 0) removeFrom(topic.parked, place);
}

/** The request is at the broker: answered at once if there is something to read, else parked. */
export function fetchArrives(run: Run, readerIndex: number, ticket: number): void {
  const reader = run.readers[readerIndex]!;
  const link = linkOf(run, reader);
  const topicIndex = logSubscription(run, link.subscription).topic;
  const topic = run.topics[topicIndex]!;
  if (reader.ticket !== ticket || run.edges[link.edge]!.cut) return;
  if (!isPlaced(run, topic)) {
    const process = leaderProcess(run, topic.partitions[0]!);
    if (process !== null && deferred(process, OP.fetchArrives, readerIndex, ticket, 0)) return;
  }
  if (answer(run, readerIndex)) return;
  reader.parked = true;
  topic.parked.push(readerIndex);
  const { fetchMinBytes, fetchMaxWaitMs } = link.settings;
  if (fetchMinBytes > 1)
    at(run, run.nowNs + fromMs(fetchMaxWaitMs), PRIORITY.broker, OP.fetchTimesOut, readerIndex, ticket);
}

/** [KF4] The request has waited long enough: it is answered with what there is, also with nothing. */
export function fetchTimesOut(run: Run, readerIndex: number, ticket: number): void {
  const reader = run.readers[readerIndex]!;
  if (reader.ticket !== ticket || !reader.parked) return;
  unpark(run, readerIndex);
  collectAll(run, readerIndex);
  respond(run, readerIndex);
}

/** Collects what each wanted partition has up to the high watermark. False when that is nothing. */
function answer(run: Run, readerIndex: number): boolean {
  const reader = run.readers[readerIndex]!;
  if (reader.share) return answerShare(run, readerIndex);
  collectAll(run, readerIndex);
  if (reader.inbound.length === 0) return false;
  const { fetchMinBytes } = linkOf(run, reader).settings;
  if (fetchMinBytes > 1 && inboundBytes(run, reader) < fetchMinBytes) {
    empty(reader.inbound);
    return false;
  }
  if (holdBack(run, readerIndex)) return true;
  respond(run, readerIndex);
  return true;
}

/** [KF2] What each wanted partition has, in turn; together up to fetch.max.bytes, the first record always. */
function collectAll(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  const { fetchMaxBytes, maxPartitionFetchBytes } = linkOf(run, reader).settings;
  empty(reader.inbound);
  const count = reader.cursors.length;
  const isTight = count * maxPartitionFetchBytes > fetchMaxBytes;
  let room = fetchMaxBytes;
  for (let i = 0; i < count; i += 1) {
    const cursorIndex = reader.cursors[(i + reader.rotate) % count]!;
    const cursor = run.cursors[cursorIndex]!;
    if (!wantsRecords(readerIndex, cursor)) continue;
    const before = reader.inbound.length;
    collect(
      run,
      reader,
      cursorIndex,
      cursor,
      isTight ? Math.min(room, maxPartitionFetchBytes) : maxPartitionFetchBytes,
    );
    if (!isTight) continue;
    room -= inboundBytes(run, reader, before);
    if (room <= 0) return;
  }
}

/** Bytes of what is on its way to a reader, from that place of the list on. */
function inboundBytes(run: Run, { inbound }: ReaderState, from = 0): number {
  let bytes = 0;
  for (let i = from; i < inbound.length; i += 3) {
    const log = logOf(run, run.cursors[inbound[i]!]!);
    for (let offset = inbound[i + 1]!; offset < inbound[i + 2]!; offset += 1) bytes += log.bytes[offset & log.mask]!;
  }
  return bytes;
}

function respond(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  reader.rotate = (reader.rotate + 1) % Math.max(1, reader.cursors.length);
  const edge = run.edges[linkOf(run, reader).edge]!;
  const delay = patientLatencyNs(run, edge, edge.forward);
  noteFlights(run, reader, run.nowNs + delay);
  at(run, run.nowNs + delay, PRIORITY.client, OP.fetchReturns, readerIndex, reader.ticket);
}

/** @param room bytes; the first record of the whole answer always fits */
function collect(run: Run, reader: ReaderState, cursorIndex: number, cursor: CursorState, room: number): void {
  const log = run.topics[logSubscription(run, cursor.subscription).topic]!.partitions[cursor.partition]!;
  const { settings } = linkOf(run, reader);
  if (!isServed(run, log)) return;
  if (cursor.fetchOffset < log.start || cursor.fetchOffset > log.end) {
    if (!resetPosition(run, reader.instance, cursorIndex, settings)) return;
  }
  const end = readableEnd(settings, log);
  if (log.totalBytes <= room) {
    // All of it fits.
    if (end > cursor.fetchOffset) reader.inbound.push(cursorIndex, cursor.fetchOffset, end);
    return;
  }
  let to = cursor.fetchOffset;
  let bytes = 0;
  // The first record of an answer comes whatever its size.
  if (to < end && reader.inbound.length === 0) {
    bytes = log.bytes[to & log.mask]!;
    to += 1;
  }
  while (to < end && bytes + log.bytes[to & log.mask]! <= room) {
    bytes += log.bytes[to & log.mask]!;
    to += 1;
  }
  if (to > cursor.fetchOffset) reader.inbound.push(cursorIndex, cursor.fetchOffset, to);
}

/** Records arrive in the instance's memory; each is one more copy that may be applied. */
export function fetchReturns(run: Run, readerIndex: number, ticket: number): void {
  const reader = run.readers[readerIndex]!;
  const instance = run.instances[reader.instance]!;
  const link = linkOf(run, reader);
  if (reader.ticket !== ticket || run.edges[link.edge]!.cut) return;
  if (deferred(instance.process, OP.fetchReturns, readerIndex, ticket, 0)) return;
  reader.outstanding = false;
  const { inbound } = reader;
  for (let i = 0; i < inbound.length; i += 3) {
    if (run.cursors[inbound[i]!]!.reader === readerIndex)
      take(run, reader, instance, link, inbound[i]!, inbound[i + 1]!, inbound[i + 2]!);
  }
  empty(inbound);
}

function take(
  run: Run,
  reader: ReaderState,
  { records }: InstanceState,
  link: LinkState,
  cursorIndex: number,
  from: number,
  to: number,
): void {
  const cursor = run.cursors[cursorIndex]!;
  const { topic, slot } = logSubscription(run, cursor.subscription);
  const log = run.topics[topic]!.partitions[cursor.partition]!;
  const { row: rows, mask } = log;
  const first = Math.max(from, log.start);
  const committedOnly = log.transactions !== null && readsCommitted(link.settings);
  if (log.holes > 0 || committedOnly) passGaps(log, cursor, { from: first, to, committedOnly });
  if (committedOnly) {
    for (let offset = first; offset < to; offset += 1) {
      const row = rows[offset & mask]!;
      if (row < 0 || isAborted(log, offset)) continue;
      noteHop(run, row, HOP.fetched, reader.instance, cursor.partition, offset);
      addChance(run, row, slot);
      pushFetched(records, row, cursorIndex, offset);
    }
  } else if (first < to) {
    addLogChances(run, log, first, to, slot);
    pushStretch(records, log, first, to, cursorIndex);
    noteLogHops(run, log, first, to, HOP.fetched, reader.instance, cursor.partition);
  }
  const count = Math.max(0, countRecords(log, first, to, committedOnly));
  cursor.buffered += count;
  link.fetched += count;
  cursor.fetchOffset = to;
}

/** The high watermark of a partition moved: readers that wait for it are answered. */
export function wakeReaders(run: Run, topicIndex: number, partition: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.parked.length === 0 || leaderProcess(run, topic.partitions[partition]!)?.frozen === true) return;
  const { parked } = topic;
  // Those that cannot be answered go to the end of the line, and are not asked again.
  let unasked = parked.length;
  for (let i = 0; i < unasked;) {
    const readerIndex = parked[i]!;
    const reader = run.readers[readerIndex]!;
    if (!reads(run, reader, partition)) {
      i += 1;
      continue;
    }
    removeFrom(parked, i);
    unasked -= 1;
    reader.parked = false;
    if (answer(run, readerIndex)) continue;
    reader.parked = true;
    parked.push(readerIndex);
  }
}

function reads(run: Run, reader: ReaderState, partition: number): boolean {
  for (const cursor of reader.cursors) if (run.cursors[cursor]!.partition === partition) return true;
  return false;
}

function noteFlights(run: Run, reader: ReaderState, arriveNs: number): void {
  if (run.flights === null) return;
  const link = linkOf(run, reader);
  const topic = run.topics[logSubscription(run, link.subscription).topic]!;
  for (let i = 0; i < reader.inbound.length; i += 3) {
    const from = reader.inbound[i + 1]!;
    const cursor = run.cursors[reader.inbound[i]!]!;
    const log = topic.partitions[cursor.partition]!;
    const to = reader.inbound[i + 2]!;
    writeFlight(run.flights, {
      edge: link.edge,
      departNs: run.nowNs,
      arriveNs,
      kind: FLIGHT_OF.data,
      messages: countRecords(log, from, to, false),
      color: log.key[from & log.mask]!,
      partition: cursor.partition,
      instance: run.instances[reader.instance]!.index,
    });
  }
}
