/**
 * Fetching in a share group (KIP-932): a member asks for records of its partitions, takes its acknowledgements along, and the
 * broker locks for it what is available. There is no fetching ahead: a member asks when it polls.
 */
import { empty, removeFrom } from '../../../core/columns.ts';
import { at, deferred, OP, PRIORITY } from '../../../events.ts';
import type { InstanceState, LinkState, ReaderState } from '../../../handlers/handler-state.ts';
import { pushFetched } from '../../../handlers/record-ring.ts';
import { HOP, noteHop } from '../../../ledger/hops.ts';
import { addChance, dropChance } from '../../../ledger/ledger.ts';
import { MESSAGE_FLAG } from '../../../ledger/messages.ts';
import { patientLatencyNs } from '../../../network.ts';
import { FLIGHT_OF, writeFlight } from '../../../observe/flights.ts';
import { rowOf } from '../../../pool.ts';
import type { Process, Run } from '../../../state.ts';
import { leaderProcess } from '../brokers.ts';
import { dropSaid, NONE, noteSaidFlight, takeAcknowledgements, takeSaid } from './share-acknowledge.ts';
import { isHole } from '../partition.ts';
import { acquire, passGap } from './share-partition.ts';
import { bringUpToDate, lockEndNs, openShare, sharedBy, watchLocks } from './share-records.ts';
import { logSubscription } from '../subscription.ts';
import { M } from '../../../ledger/layout.ts';

function linkOf(run: Run, reader: ReaderState): LinkState {
  return run.links[reader.link]!;
}

/** [KW9] Whether the process would poll now: it has handed out everything, and explicit acknowledgements are all given. */
export function wantsToPoll(run: Run, instance: InstanceState): boolean {
  const { process, phase, records } = instance;
  if (process.crashed || process.frozen || instance.stopped) return false;
  if (phase !== 'idle' && phase !== 'processing') return false;
  const { concurrency } = run.consumers[instance.consumer]!.settings;
  if (concurrency === 1 || acknowledgesExplicitly(run, instance)) return instance.unfinished === 0;
  return instance.workers.length - instance.idleWorkers < concurrency && records.head === records.split;
}

/** The acknowledgement mode is that of the consumer's first connection. */
export function acknowledgesExplicitly(run: Run, instance: InstanceState): boolean {
  const link = run.consumers[instance.consumer]!.links[0];
  return link !== undefined && run.links[link]!.settings.share.acknowledgementMode === 'explicit';
}

/** A poll that finds nothing in memory asks for more. */
export function requestShare(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  const instance = run.instances[reader.instance]!;
  const edge = run.edges[linkOf(run, reader).edge]!;
  if (reader.outstanding || reader.cursors.length === 0 || !wantsToPoll(run, instance)) return;
  if (instance.records.tail > instance.records.split) return;
  reader.outstanding = true;
  reader.ticket += 1;
  // A cut edge swallows the request; healing it sends a new one.
  if (edge.cut) return;
  const row = takeSaid(run, reader.instance, linkOf(run, reader).subscription, edge);
  const arriveNs = run.nowNs + patientLatencyNs(run, edge, edge.backward);
  noteSaidFlight(run, edge, row, arriveNs);
  at(run, arriveNs, PRIORITY.broker, OP.shareFetchArrives, readerIndex, reader.ticket, row);
}

/** Acknowledgements that find no fetch to go along with have a request of their own. */
export function sendAcknowledgements(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.share === null || instance.share.saidCursors.length === 0) return;
  for (const readerIndex of instance.readers) {
    const reader = run.readers[readerIndex]!;
    const edge = run.edges[linkOf(run, reader).edge]!;
    if (edge.cut) continue;
    const row = takeSaid(run, index, linkOf(run, reader).subscription, edge);
    if (row === NONE) continue;
    const arriveNs = run.nowNs + patientLatencyNs(run, edge, edge.backward);
    noteSaidFlight(run, edge, row, arriveNs);
    at(run, arriveNs, PRIORITY.broker, OP.shareAcknowledgeArrives, readerIndex, row);
  }
}

/** A leader of the topic's partitions that is frozen; null for none. The connection may be another group's by now. */
function frozenLeader(run: Run, reader: ReaderState): Process | null {
  for (const log of run.topics[logSubscription(run, linkOf(run, reader).subscription).topic]!.partitions) {
    const process = leaderProcess(run, log);
    if (process?.frozen === true) return process;
  }
  return null;
}

export function shareFetchArrives(run: Run, readerIndex: number, ticket: number, row: number): void {
  const reader = run.readers[readerIndex]!;
  const process = row === NONE ? null : frozenLeader(run, reader);
  if (process !== null && deferred(process, OP.shareFetchArrives, readerIndex, ticket, row)) return;
  acknowledgementsArrive(run, readerIndex, row);
  if (reader.ticket !== ticket || run.edges[linkOf(run, reader).edge]!.cut) return;
  if (answerShare(run, readerIndex)) return;
  reader.parked = true;
  run.topics[logSubscription(run, linkOf(run, reader).subscription).topic]!.parked.push(readerIndex);
}

export function shareAcknowledgeArrives(run: Run, readerIndex: number, row: number): void {
  const process = frozenLeader(run, run.readers[readerIndex]!);
  if (process !== null && deferred(process, OP.shareAcknowledgeArrives, readerIndex, row, 0)) return;
  acknowledgementsArrive(run, readerIndex, row);
}

function acknowledgementsArrive(run: Run, readerIndex: number, row: number): void {
  if (row === NONE) return;
  const { subscription, edge } = linkOf(run, run.readers[readerIndex]!);
  const { cut, lastCutNs } = run.edges[edge]!;
  if (cut || rowOf(run.acknowledgements, row).sentNs < lastCutNs) {
    dropSaid(run, row);
    return;
  }
  takeAcknowledgements(run, row);
  wakeShareReaders(run, logSubscription(run, subscription).topic);
}

/** [KW3] Locks what is available for a reader, and sends it. False when that is nothing. */
export function answerShare(run: Run, readerIndex: number): boolean {
  const reader = run.readers[readerIndex]!;
  const { settings, subscription, edge: edgeIndex } = linkOf(run, reader);
  const { member } = run.instances[reader.instance]!;
  const edge = run.edges[edgeIndex]!;
  if (edge.cut || member < 0 || run.members[member]!.gone || !logSubscription(run, subscription).active) return false;
  const count = reader.cursors.length;
  for (let i = 0; i < count && reader.inbound.length < 3 * settings.maxPollRecords; i += 1)
    acquireFor(run, reader, member, reader.cursors[(i + reader.rotate) % count]!);
  if (reader.inbound.length === 0) return false;
  reader.rotate = (reader.rotate + 1) % count;
  const arriveNs = run.nowNs + patientLatencyNs(run, edge, edge.forward);
  noteFlights(run, reader, edgeIndex, arriveNs);
  at(run, arriveNs, PRIORITY.client, OP.shareFetchReturns, readerIndex, reader.ticket);
  return true;
}

function acquireFor(run: Run, reader: ReaderState, member: number, cursorIndex: number): void {
  const { settings } = linkOf(run, reader);
  const { share, log } = sharedBy(run, cursorIndex)!;
  if (leaderProcess(run, log)?.frozen !== false) return;
  openShare(run, cursorIndex, settings.share);
  bringUpToDate(run, cursorIndex);
  const taken = (): number[] =>
    acquire(share, member, {
      max: settings.maxPollRecords - reader.inbound.length / 3,
      below: log.highWatermark,
      windowMax: settings.share.maxRecordLocks,
      lockEndsNs: lockEndNs(run, settings.share),
    });
  let offsets = taken();
  while (offsets.some((offset) => isHole(log, offset))) {
    for (const offset of offsets) if (isHole(log, offset)) passGap(share, offset);
    bringUpToDate(run, cursorIndex);
    hand(
      run,
      reader,
      cursorIndex,
      offsets.filter((offset) => !isHole(log, offset)),
    );
    offsets = taken();
  }
  hand(run, reader, cursorIndex, offsets);
  watchLocks(run, cursorIndex);
}

/** Puts acquired records into the response. */
function hand(run: Run, reader: ReaderState, cursorIndex: number, offsets: readonly number[]): void {
  const { cursor, share, log } = sharedBy(run, cursorIndex)!;
  const { slot } = logSubscription(run, cursor.subscription);
  for (const offset of offsets) {
    const row = log.row[offset & log.mask]!;
    if (share.deliveries[offset & share.mask]! > 1) run.messages.int[row + M.flags]! |= MESSAGE_FLAG.redelivered;
    // From now on a copy is on its way.
    addChance(run, row, slot);
    reader.inbound.push(cursorIndex, offset, row);
  }
}

/** A response that nobody waits for any more: its copies are gone, and its locks run out. */
export function dropInbound(run: Run, readerIndex: number): void {
  const reader = run.readers[readerIndex]!;
  const { slot } = logSubscription(run, linkOf(run, reader).subscription);
  for (let i = 0; i < reader.inbound.length; i += 3) dropChance(run, reader.inbound[i + 2]!, slot);
  empty(reader.inbound);
}

/** Records arrive in the instance's memory. */
export function shareFetchReturns(run: Run, readerIndex: number, ticket: number): void {
  const reader = run.readers[readerIndex]!;
  const instance = run.instances[reader.instance]!;
  if (reader.ticket !== ticket) return;
  if (deferred(instance.process, OP.shareFetchReturns, readerIndex, ticket, 0)) return;
  reader.outstanding = false;
  const { inbound } = reader;
  for (let i = 0; i < inbound.length; i += 3) {
    const [cursor, offset, row] = [inbound[i]!, inbound[i + 1]!, inbound[i + 2]!];
    pushFetched(instance.records, row, cursor, offset);
    noteHop(run, row, HOP.fetched, reader.instance, run.cursors[cursor]!.partition, offset);
  }
  linkOf(run, reader).fetched += inbound.length / 3;
  empty(inbound);
}

/** Something of a topic may be acquired now: members that wait for it are answered, those that waited longest first. */
export function wakeShareReaders(run: Run, topicIndex: number): void {
  const { parked } = run.topics[topicIndex]!;
  for (let i = 0; i < parked.length;) {
    const readerIndex = parked[i]!;
    const reader = run.readers[readerIndex]!;
    if (!reader.share || !answerShare(run, readerIndex)) {
      i += 1;
      continue;
    }
    reader.parked = false;
    removeFrom(parked, i);
  }
}

/** [KW7] The alarm for locks that end. */
export function shareLocksEnd(run: Run, cursorIndex: number): void {
  const { share, topic } = sharedBy(run, cursorIndex)!;
  if (share.alarmNs !== run.nowNs) return;
  share.alarmNs = Infinity;
  bringUpToDate(run, cursorIndex);
  watchLocks(run, cursorIndex);
  wakeShareReaders(run, topic);
}

function noteFlights(run: Run, { inbound, instance }: ReaderState, edge: number, arriveNs: number): void {
  if (run.flights === null) return;
  for (let i = 0; i < inbound.length; i += 3) {
    const { partition } = run.cursors[inbound[i]!]!;
    writeFlight(run.flights, {
      edge,
      departNs: run.nowNs,
      arriveNs,
      kind: FLIGHT_OF.data,
      messages: 1,
      color: run.messages.int[inbound[i + 2]! + M.key]!,
      partition,
      instance: run.instances[instance]!.index,
    });
  }
}
