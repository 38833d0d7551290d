/** Laws of a run beyond those of its ledger: who holds which partition, and that nothing stays behind. For tests. */
import { assert } from '../core/assert.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { isOffered } from '../brokers/log/offering.ts';
import { isHole } from '../brokers/log/partition.ts';
import { SHARE_STATE } from '../brokers/log/share/share-partition.ts';
import { ROW } from '../brokers/sqs/queue-state.ts';
import { stored } from '../brokers/sqs/rows.ts';
import { heldRecords } from '../handlers/record-ring.ts';
import { countRecords } from '../brokers/log/partition.ts';
import { logOf } from '../brokers/log/positions.ts';
import { liveCount } from '../pool.ts';
import { rulesOf } from '../build/sources.ts';
import { processOf } from '../clients/application.ts';
import type { PublishRules } from '../clients/client-state.ts';
import { publishesToLog } from '../clients/log-source.ts';
import { isDirect } from '../network.ts';
import { peekTimeNs } from '../core/event-queue.ts';
import { ASK } from '../requests/requester-state.ts';
import { roomsOf } from '../clients/rooms.ts';
import type { WaitingRoom } from '../clients/waiting-room.ts';
import type { Run } from '../state.ts';
import { checkAmqp, checkAmqpSettled, copiedRows } from './amqp-laws.ts';
import { checkStores, checkTablesSettled, tableRows } from './table-laws.ts';
import { logSubscriptions } from '../brokers/log/subscription.ts';
import { M } from '../ledger/layout.ts';

/** Every law that holds after every event. @throws AssertionFailure naming the one that does not. */
export function checkLaws(run: Run): void {
  checkInvariants(run);
  checkWorkedOut(run);
  checkHoldings(run);
  checkOwners(run);
  checkShares(run);
  checkReplicas(run);
  checkBuffers(run);
  checkAlarms(run);
  checkScaling(run);
  checkRequests(run);
  checkStores(run);
  checkAmqp(run);
  run.sources.forEach((source, index) => {
    for (const room of roomsOf(run, source)) checkWaitingRoom(run, room, `source ${index}`);
  });
}

/** What was worked out once, from settings or from who holds what, is what it would come to now. */
function checkWorkedOut(run: Run): void {
  run.sources.forEach((source, index) => {
    if (!publishesToLog(source)) return;
    const rules = rulesOf(source.settings);
    for (const name of Object.keys(rules) as (keyof PublishRules)[])
      assert(source[name] === rules[name], () => `source ${index}: ${name} is ${source[name]}, not ${rules[name]}`);
  });
  for (const edge of run.edges)
    assert(edge.direct === isDirect(edge), () => `edge ${edge.id} passes at once: ${edge.direct}`);
  run.cursors.forEach(({ reader, holder }, index) => {
    const held = reader < 0 ? -1 : run.readers[reader]!.instance;
    assert(holder === held, () => `cursor ${index} is read by instance ${held}, not ${holder}`);
  });
}

/** What a reader holds and what its partitions say of their reader agree, and records in memory are counted right. */
function checkHoldings(run: Run): void {
  run.readers.forEach((reader, index) => {
    assert(new Set(reader.cursors).size === reader.cursors.length, () => `reader ${index} holds a partition twice`);
  });
  run.cursors.forEach((cursor, index) => {
    if (cursor.reader < 0) return;
    const reader = run.readers[cursor.reader]!;
    assert(reader.cursors.includes(index), () => `cursor ${index} names a reader that does not hold it`);
    assert(
      cursor.fetchOffset < logOf(run, cursor).start || cursor.floor <= cursor.fetchOffset,
      () => `cursor ${index} reads at ${cursor.fetchOffset}, below its floor ${cursor.floor}`,
    );
    const { records } = run.instances[reader.instance]!;
    const fetched = heldRecords(records).slice(records.split - records.head);
    const buffered = fetched.filter((record) => record.cursor === index).length;
    assert(
      buffered === cursor.buffered,
      () => `cursor ${index}: ${cursor.buffered} buffered by its count, ${buffered} in memory`,
    );
  });
}

/** No two members of a group own one partition: the processes that hold it as live members are one at most. */
function checkOwners(run: Run): void {
  const holders = new Map<number, number>();
  run.instances.forEach((instance, index) => {
    if (instance.member < 0 || run.members[instance.member]!.gone) return;
    for (const reader of instance.readers) {
      if (run.readers[reader]!.share) continue;
      for (const cursor of run.readers[reader]!.cursors) {
        const other = holders.get(cursor);
        assert(other === undefined, () => `cursor ${cursor} is owned by instances ${other} and ${index}`);
        holders.set(cursor, index);
      }
    }
  });
}

/** The counts of a share-partition are those of its records, its window is within its limit, and locks are somebody's. */
function checkShares(run: Run): void {
  run.cursors.forEach((cursor, index) => {
    const { share } = cursor;
    if (share === null || share.start < 0) return;
    let [available, final, firstLockNs] = [0, 0, Infinity];
    for (let offset = share.start; offset < share.end; offset += 1) {
      const i = offset & share.mask;
      const state = share.state[i]!;
      if (state === SHARE_STATE.available) available += 1;
      else if (state === SHARE_STATE.acquired) {
        firstLockNs = Math.min(firstLockNs, share.lockEndsNs[i]!);
        assert(!run.members[share.member[i]!]!.gone, () => `cursor ${index}: a member that is gone holds ${offset}`);
      } else final += 1;
      assert(
        share.deliveries[i]! > 0 || state === SHARE_STATE.available,
        () => `cursor ${index}: ${offset} was never sent`,
      );
    }
    assert(share.available === available && share.final === final, () => `cursor ${index}: records are counted wrong`);
    assert(share.nextLockEndNs <= firstLockNs, () => `cursor ${index}: a lock ends before the first one`);
    assert(firstLockNs === Infinity || share.alarmNs <= firstLockNs, () => `cursor ${index}: nobody watches its locks`);
    assert(cursor.floor === share.start, () => `cursor ${index}: its floor is not where its window starts`);
  });
}

/** A leader, and who is in sync, are replicas; what is known of replicas is known of each, and nothing is beyond the log. */
function checkReplicas(run: Run): void {
  run.topics.forEach(({ id, partitions, gone }) => {
    if (gone) return;
    partitions.forEach((log, partition) => {
      const name = `${id}-${partition}`;
      const { replicas, isr, leader, replication, start, highWatermark, end } = log;
      assert(leader < 0 || replicas.includes(leader), () => `${name}: broker ${leader} leads and has no replica`);
      assert(
        isr.every((broker) => replicas.includes(broker)),
        () => `${name}: a broker is in sync and has no replica`,
      );
      assert(start <= highWatermark && highWatermark <= end, () => `${name}: its high watermark is outside of its log`);
      if (replication === null) return;
      assert(isr.length > 0, () => `${name}: nobody is in sync`);
      for (const column of [replication.ends, replication.marks, replication.fetched])
        assert(Object.keys(column).length === replicas.length, () => `${name}: columns and replicas differ`);
      replicas.forEach((broker, place) => {
        const known = broker === leader || replication.ends[place]! <= end;
        assert(known, () => `${name}: broker ${broker} has more than the log`);
      });
    });
  });
}

/** An alarm that should have gone off and did not would never be set again. Judged when an instant is worked off. */
function checkAlarms(run: Run): void {
  if (peekTimeNs(run.queue) <= run.nowNs) return;
  run.clients.forEach((client, index) => {
    if (client.gone || processOf(run, client).frozen) return;
    assert(
      client.wakeNs >= run.nowNs && client.patienceNs >= run.nowNs,
      () => `client ${index}: an alarm has not gone off`,
    );
  });
}

/** Who waits outside is counted, and whatever stands for several facts, or takes further ones in, waits. */
function checkWaitingRoom(run: Run, room: WaitingRoom, name: string): void {
  const waiting = new Set<number>();
  for (let row = room.blockedHead; row >= 0; row = run.messages.int[row + M.next]!) waiting.add(row);
  assert(
    waiting.size === room.blocked,
    () => `${name}: ${room.blocked} wait by its count, ${waiting.size} in the list`,
  );
  for (const [key, row] of Object.entries(room.carriers))
    assert(
      waiting.has(row) && run.messages.int[row + M.key] === Number(key),
      () => `${name}: ${key} is merged into nothing`,
    );
  for (const [row, facts] of Object.entries(room.carried))
    assert(waiting.has(Number(row)) && facts > 1, () => `${name}: row ${row} does not wait, or is one fact`);
}

/** Every ask is answered, given up, abandoned or open, and callers who neither think nor wait have gone. */
function checkRequests(run: Run): void {
  for (const { id, gone, requester } of run.consumers) {
    if (gone || requester === null) continue;
    const { asks, attempts, open, answered, givenUp, abandoned, thinking } = requester;
    assert(asks.tail === answered + givenUp + abandoned + open, () => `${id}: asks do not add up`);
    let found = 0;
    for (let number = asks.head; number < asks.tail; number += 1)
      if (asks.state[number & asks.mask] === ASK.open) found += 1;
    assert(found === open, () => `${id}: ${open} open by its count, ${found} in the ring`);
    for (let i = attempts.head + 1; i < attempts.tail; i += 1)
      assert(
        attempts.message[(i - 1) & attempts.mask]! < attempts.message[i & attempts.mask]!,
        () => `${id}: attempts are out of order`,
      );
    assert(thinking >= 0, () => `${id}: ${thinking} callers think`);
  }
}

/** Nobody waits for an answer any more. */
function checkRequestsSettled(run: Run): void {
  for (const { id, gone, requester } of run.consumers)
    assert(gone || requester === null || requester.open === 0, () => `${id}: ${requester?.open} asks are still open`);
}

/** An autoscaler asks for what its bounds allow, and as many instances are there or on their way; one that starts is down. */
function checkScaling(run: Run): void {
  for (const { id, gone, autoscaler, instances, settings } of run.consumers) {
    if (gone) continue;
    const staying = instances.filter((index) => !run.instances[index]!.stopped && !run.instances[index]!.leaving);
    const wanted = autoscaler?.wanted ?? settings.instances;
    assert(staying.length === wanted, () => `${id}: ${staying.length} instances, ${wanted} wanted`);
    for (const index of instances) {
      const { starting, process, paidFromNs } = run.instances[index]!;
      assert(!starting || process.crashed, () => `${id}: an instance starts and is up`);
      assert(paidFromNs <= run.nowNs, () => `${id}: an instance is paid for before it was asked for`);
    }
  }
}

/** A client's accounts are those of the batches and messages it holds. */
function checkBuffers(run: Run): void {
  run.clients.forEach((client, index) => {
    let bytes = 0;
    let queued = 0;
    run.batches.rows.forEach((batch) => {
      if (batch === null || batch.client !== index || batch.resolved) return;
      bytes += batch.bytes;
      if (batch.attempts === 0) queued += batch.count;
    });
    assert(
      bytes === client.bufferedBytes,
      () => `client ${index}: ${client.bufferedBytes} bytes counted, ${bytes} held`,
    );
    assert(queued === client.queuedMessages, () => `client ${index}: ${client.queuedMessages} queued, ${queued} held`);
  });
}

/**
 * What must be true once sources are silent, everything is up and connected, and enough time has passed: every fate is
 * known, everything was read, and memory holds only what logs still offer to a group without readers.
 */
export function checkSettled(run: Run): void {
  for (const source of run.sources)
    assert(source.ledger.waiting === 0, () => `a source still waits for ${source.ledger.waiting}`);
  for (const subscription of logSubscriptions(run)) {
    if (!subscription.active || !hasReaders(run, subscription.index)) continue;
    const topic = run.topics[subscription.topic]!;
    assert(subscription.ledger.inFlight === 0, () => `${topic.id}: ${subscription.ledger.inFlight} still in flight`);
    subscription.cursors.forEach((index, partition) => {
      const cursor = run.cursors[index]!;
      const log = topic.partitions[partition]!;
      const isRead = cursor.share === null ? cursor.reader >= 0 : isShared(run, index);
      assert(isRead, () => `${topic.id}-${partition} is read by nobody`);
      assert(
        countRecords(
          log,
          Math.min(Math.max(cursor.floor, log.start), log.highWatermark),
          log.highWatermark,
          subscription.committedOnly,
        ) === 0,
        () => `${topic.id}-${partition}: read, not saved`,
      );
    });
  }
  checkManagedQueues(run);
  checkTablesSettled(run);
  checkAmqpSettled(run);
  checkRequestsSettled(run);
  for (const pool of [
    run.batches,
    run.requests,
    run.commits,
    run.acknowledgements,
    run.transactionRequests,
    run.sqs.calls,
    run.sqs.handleCalls,
    run.sqs.deliveries,
    run.insertRequests,
    run.amqp.deliveries,
  ])
    assert(liveCount<unknown>(pool) === 0, 'a row of a batch, a request or a commit was never released');
  checkRowsAreOffered(run);
}

/** A queue that somebody receives from is empty. */
function checkManagedQueues(run: Run): void {
  for (const { id, gone, queue, subscription } of run.sqs.places) {
    const isRead = run.sqs.feeds.some(
      (feed) =>
        !feed.gone &&
        run.sqs.places[feed.place]!.subscription === subscription &&
        run.consumers[feed.consumer]!.instances.some((index) => !run.instances[index]!.stopped),
    );
    if (gone || !isRead) continue;
    assert(stored(queue) === 0, () => `${id}: ${stored(queue)} messages still in the queue`);
    assert(run.subscriptions[subscription]!.ledger.inFlight === 0, () => `${id}: messages still in flight`);
  }
}

function isShared(run: Run, cursor: number): boolean {
  return run.readers.some((reader) => reader.cursors.includes(cursor));
}

/** Whether instances read the topic: others of the group, with other topics, do not do it for them. */
function hasReaders(run: Run, subscription: number): boolean {
  return run.consumers.some(
    (consumer) =>
      !consumer.gone &&
      consumer.links.some((link) => run.links[link]!.subscription === subscription) &&
      consumer.instances.some((index) => !run.instances[index]!.stopped),
  );
}

/** Every live message is in a table or a queue, or in a log above what some group has saved: everything else was recycled. */
function checkRowsAreOffered(run: Run): void {
  const offered = new Set<number>();
  for (const { queue } of run.sqs.places)
    for (let row = 0; row < queue.rows.used; row += 1)
      if (queue.rows.state[row] !== ROW.free) offered.add(queue.rows.message[row]!);
  for (const subscription of logSubscriptions(run)) {
    if (!subscription.active) continue;
    subscription.cursors.forEach((cursor, partition) => {
      const log = run.topics[subscription.topic]!.partitions[partition]!;
      for (let offset = Math.max(log.start, run.cursors[cursor]!.floor); offset < log.end; offset += 1)
        if (isOffered(run.cursors[cursor]!, offset) && !isHole(log, offset)) offered.add(log.row[offset & log.mask]!);
    });
  }
  for (const row of [...tableRows(run), ...copiedRows(run)]) offered.add(row);
  assert(
    run.messages.live === offered.size,
    () => `${run.messages.live} live messages, ${offered.size} offered by logs, queues and tables`,
  );
}
