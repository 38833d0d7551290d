/** A handler's steps: its own work, then its outgoing edges in order. A crash may fall between any two. */
import { sampleNs } from '../core/distributions.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { moveDone } from '../brokers/log/gaps.ts';
import type { CursorState } from '../brokers/log/log-state.ts';
import { noteOutcome } from '../brokers/log/share/share-acknowledge.ts';
import { applyEffect, deliver, dropChance, noteWork } from '../ledger/ledger.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { MESSAGE_FLAG } from '../ledger/messages.ts';
import { WORKERS_MAX } from '../clients/application.ts';
import { publish } from '../clients/publish.ts';
import { keepInput } from './consuming.ts';
import { beginDelivery, dropDelivery, endDelivery } from './deliveries.ts';
import { enterCores, giveUpCore } from './cores.ts';
import { handlerFails, restNs } from './failures.ts';
import { answerArrives, isAddressed } from '../requests/requester.ts';
import { RESTING, WORKING, type ConsumerState, type InstanceState, type Worker } from './handler-state.ts';
import type { Run } from '../state.ts';
import { sift, type HeldRecord } from './record-ring.ts';
import { hasSpareWorker } from './spare-worker.ts';
import { logSubscription } from '../brokers/log/subscription.ts';
import { M } from '../ledger/layout.ts';

/** Gives records that a poll handed out to idle workers. */
export function startWorkers(run: Run, index: number): void {
  const instance = run.instances[index]!;
  occupyWorkers(run, index, instance, run.consumers[instance.consumer]!);
}

function occupyWorkers(run: Run, index: number, instance: InstanceState, consumer: ConsumerState): void {
  const { records, workers } = instance;
  for (let place = 0; records.head < records.split && hasSpareWorker(instance, consumer); place += 1) {
    const worker = workers[place]!;
    if (!worker.busy) startWork(run, index, instance, consumer, worker, place);
  }
}

/** A worker takes the first record that was handed out. */
function startWork(
  run: Run,
  index: number,
  instance: InstanceState,
  consumer: ConsumerState,
  worker: Worker,
  workerIndex: number,
): void {
  const { records } = instance;
  const place = records.head & records.mask;
  const row = records.row[place]!;
  const offset = records.offset[place]!;
  const cursor = records.cursor[place]!;
  worker.busy = true;
  worker.row = row;
  worker.cursor = cursor;
  worker.offset = offset;
  worker.step = WORKING;
  worker.transactional = consumer.transactional;
  records.head += 1;
  worker.ticket = instance.ticket;
  instance.ticket += 1;
  instance.idleWorkers -= 1;
  if (cursor >= 0) beginRecord(run, worker, run.cursors[cursor]!);
  else {
    worker.partition = -1;
    beginDelivery(run, consumer.family, index, worker);
  }
  deliver(run, row, worker.slot, run.subscriptions[worker.subscription]!);
  noteHop(run, row, HOP.started, index, worker.partition, offset);
  worker.attempt = 1;
  beginAttempt(run, index, instance, consumer, worker, workerIndex);
}

/** Work on the message that a worker has, from its beginning. */
function beginAttempt(
  run: Run,
  index: number,
  instance: InstanceState,
  consumer: ConsumerState,
  worker: Worker,
  workerIndex: number,
): void {
  const { workBytes, cores } = consumer.settings;
  const slow = consumer.slowFactor * instance.process.slowFactor;
  let workNs = sampleNs(consumer.work, run.streams, instance.workStream) * slow;
  // [HD9]
  if (workBytes > 0) workNs *= run.messages.int[worker.row + M.bytes]! / workBytes;
  workNs = Math.round(workNs);
  if (cores > 0) enterCores(run, index, instance, worker, workNs);
  else at(run, run.nowNs + workNs, PRIORITY.client, OP.workDone, index, workerIndex, worker.ticket);
}

/** A record of a log: for whom it is, and whether a handler was given it before. */
function beginRecord(run: Run, worker: Worker, cursor: CursorState): void {
  worker.partition = cursor.partition;
  worker.subscription = cursor.subscription;
  worker.slot = logSubscription(run, cursor.subscription).slot;
  // In a share group the broker counts deliveries, record by record.
  if (worker.offset >= cursor.seen) cursor.seen = worker.offset + 1;
  else if (cursor.share === null) run.messages.int[worker.row + M.flags]! |= MESSAGE_FLAG.redelivered;
}

/** The work is done: the effect takes place now. What follows are the outgoing edges. */
export function workDone(
  run: Run,
  index: number,
  instance: InstanceState,
  consumer: ConsumerState,
  workerIndex: number,
  ticket: number,
): void {
  const worker = instance.workers[workerIndex];
  if (worker === undefined || !worker.busy || worker.ticket !== ticket || worker.step !== WORKING) return;
  if (deferred(instance.process, OP.workDone, index, workerIndex, ticket)) return;
  if (consumer.failing && handlerFails(run, instance, consumer, worker.row)) {
    noteHop(run, worker.row, HOP.failed, index, worker.partition, worker.offset);
    if (worker.attempt < consumer.settings.retry.maxAttempts) {
      worker.step = RESTING;
      const restsNs = restNs(run, instance, consumer, worker);
      at(run, run.nowNs + restsNs, PRIORITY.client, OP.handlerRetries, index, workerIndex, ticket);
    } else finishTask(run, index, instance, consumer, worker, true);
    return;
  }
  if (worker.transactional) {
    noteWork(run, worker.row, worker.slot, run.subscriptions[worker.subscription]!);
    noteHop(run, worker.row, HOP.worked, index, worker.partition, worker.offset);
  } else takeEffect(run, index, instance, consumer, worker);
  worker.step = 0;
  nextStep(run, index, instance, consumer, worker, workerIndex);
}

/** [HD8] A worker has rested after an attempt that failed: the next one. */
export function handlerRetries(run: Run, index: number, workerIndex: number, ticket: number): void {
  const instance = run.instances[index]!;
  const worker = instance.workers[workerIndex];
  if (worker === undefined || !worker.busy || worker.ticket !== ticket || worker.step !== RESTING) return;
  if (deferred(instance.process, OP.handlerRetries, index, workerIndex, ticket)) return;
  worker.step = WORKING;
  worker.attempt += 1;
  noteHop(run, worker.row, HOP.started, index, worker.partition, worker.offset);
  beginAttempt(run, index, instance, run.consumers[instance.consumer]!, worker, workerIndex);
}

function takeEffect(
  run: Run,
  index: number,
  instance: InstanceState,
  consumer: ConsumerState,
  { row, slot, subscription, partition, offset }: Worker,
): void {
  applyEffect(run, row, slot, run.subscriptions[subscription]!, consumer.settings.concurrency > 1);
  noteHop(run, row, HOP.applied, index, partition, offset);
  instance.applied += 1;
  consumer.applied += 1;
  if (consumer.requester !== null)
    answerArrives(run, instance.consumer, consumer.requester, run.messages.num[row + M.root]!);
}

/** The next outgoing edge, or the end of the handler. */
function nextStep(
  run: Run,
  index: number,
  instance: InstanceState,
  consumer: ConsumerState,
  worker: Worker,
  workerIndex: number,
): void {
  // A client's edges are for its requests.
  while (consumer.requester === null && worker.step < consumer.sources.length) {
    const source = run.sources[consumer.sources[worker.step]!]!;
    if (source.gone || (consumer.replies !== null && !isAddressed(run, consumer.replies[worker.step]!, worker.row))) {
      worker.step += 1;
      continue;
    }
    noteHop(run, worker.row, HOP.forwarded, index, -1, -1);
    publish(
      run,
      source,
      source.clients[instance.index]!,
      run.messages.int[worker.row + M.key]!,
      run.messages.int[worker.row + M.bytes]!,
      worker.row,
      index * WORKERS_MAX + workerIndex,
      run.messages.int[worker.row + M.flags]! & MESSAGE_FLAG.tombstone,
    );
    return;
  }
  finishTask(run, index, instance, consumer, worker, false);
}

/** The message that a handler published has met its fate: the handler goes on. [HD3] */
export function handlerResumes(run: Run, index: number, workerIndex: number): void {
  const instance = run.instances[index]!;
  const worker = instance.workers[workerIndex];
  if (instance.process.crashed || worker === undefined || !worker.busy || worker.step < 0) return;
  if (deferred(instance.process, OP.handlerResumes, index, workerIndex, 0)) return;
  worker.step += 1;
  nextStep(run, index, instance, run.consumers[instance.consumer]!, worker, workerIndex);
}

function finishTask(
  run: Run,
  index: number,
  instance: InstanceState,
  consumer: ConsumerState,
  worker: Worker,
  failed: boolean,
): void {
  worker.busy = false;
  instance.idleWorkers += 1;
  instance.unfinished -= 1;
  dismissWorkers(instance, consumer);
  if (worker.cursor >= 0) endRecord(run, index, instance, consumer, worker, failed);
  else endDelivery(run, consumer.family, index, worker, failed);
  occupyWorkers(run, index, instance, consumer);
}

function endRecord(
  run: Run,
  index: number,
  instance: InstanceState,
  consumer: ConsumerState,
  worker: Worker,
  failed: boolean,
): void {
  const cursor = run.cursors[worker.cursor]!;
  if (cursor.share !== null) noteOutcome(run, instance, worker.cursor, worker.offset, failed);
  else if (cursor.holder === index) noteDone(cursor, worker.offset);
  if (worker.transactional) {
    // Its effect is still to come with the transaction.
    if (consumer.transactional && keepInput(run, index, worker, failed)) return;
    // Meanwhile its consumer has stopped to work in transactions.
    if (!failed) takeEffect(run, index, instance, consumer, worker);
  }
  dropChance(run, worker.row, worker.slot);
}

/** Workers beyond the consumer's concurrency go, the last ones first, as far as they are idle. */
export function dismissWorkers(instance: InstanceState, { settings }: ConsumerState): void {
  const { workers } = instance;
  while (workers.length > settings.concurrency && !workers.at(-1)!.busy) {
    workers.pop();
    instance.idleWorkers -= 1;
  }
}

/** [KO3] The position that may be committed is the lowest unfinished one. */
function noteDone(cursor: CursorState, offset: number): void {
  if (offset < cursor.done) return;
  if (offset > cursor.done) {
    cursor.doneAhead.push(offset);
    return;
  }
  cursor.done = offset + 1;
  if (cursor.doneAhead.length > 0 || cursor.gaps.length > 0) moveDone(cursor);
}

/** Drops a record from an instance's memory without its effect. */
export function dropRecord(run: Run, index: number, record: HeldRecord): void {
  const partition = record.cursor >= 0 ? run.cursors[record.cursor]!.partition : -1;
  noteHop(run, record.row, HOP.dropped, index, partition, record.offset);
  if (record.cursor < 0) {
    dropDelivery(run, run.consumers[run.instances[index]!.consumer]!.family, record);
    return;
  }
  const cursor = run.cursors[record.cursor]!;
  dropChance(run, record.row, logSubscription(run, cursor.subscription).slot);
}

/** Drops what an instance has in memory and `leaves` picks. What a poll had handed out of it is waited for no more. */
export function dropRecords(run: Run, index: number, leaves: (record: HeldRecord) => boolean): void {
  const instance = run.instances[index]!;
  const { records } = instance;
  const handed = records.split - records.head;
  const dropped = sift(records, (record) => !leaves(record));
  instance.unfinished -= handed - (records.split - records.head);
  for (const record of dropped) dropRecord(run, index, record);
}

/** Ends the work in progress that `ends` picks, wherever it stands. */
export function abortWork(run: Run, index: number, ends: (worker: Worker) => boolean): void {
  const instance = run.instances[index]!;
  for (const worker of instance.workers) {
    if (!worker.busy || !ends(worker)) continue;
    worker.busy = false;
    instance.idleWorkers += 1;
    instance.unfinished -= 1;
    if (worker.doneAtNs >= 0) giveUpCore(run, index, instance, worker);
    dropRecord(run, index, { row: worker.row, cursor: worker.cursor, offset: worker.offset });
  }
}
