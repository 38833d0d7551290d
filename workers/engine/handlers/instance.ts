/** An instance's life: it starts, crashes, restarts, freezes, and is stopped in good order. */
import { ln } from '../core/exact-math.ts';
import { nextOpenUnit } from '../core/random.ts';
import { fromMs } from '../core/time.ts';
import { crashPublishers, resumePublishers } from '../clients/publishers.ts';
import { createHeartbeats, forgetHeartbeats, sendHeartbeat } from '../brokers/log/heartbeats.ts';
import { FAILURES } from '../brokers/log/failures.ts';
import { heartbeatChanged } from '../brokers/log/sessions.ts';
import { startManager } from '../clients/transactions/manager.ts';
import { refetch, requestFetch, stopReader } from '../brokers/log/fetch.ts';
import { coordinatorEdge } from '../brokers/log/coordination.ts';
import { dropPositions } from '../brokers/log/holding.ts';
import { askForPositions, becomeNewMember, sendJoin } from '../brokers/log/membership.ts';
import { createShareClient } from '../brokers/log/share/share-acknowledge.ts';
import { at, deferred, newProcess, OP, PRIORITY, thaw } from '../events.ts';
import { patientLatencyNs } from '../network.ts';
import { openStream } from '../core/random.ts';
import { abandonAsks, gatherCallers } from '../requests/requester.ts';
import { endInstance } from '../scaling/cost.ts';
import type { InstanceState, Worker } from './handler-state.ts';
import { createRecordRing } from './record-ring.ts';
import type { Run } from '../state.ts';
import { managerOf } from './consuming.ts';
import { createCores } from './cores.ts';
import { dismissFeeds, freezeFeeds, loseFeeds, openFeeds } from './feeds.ts';
import { abortWork, dismissWorkers, dropRecords, startWorkers } from './handler.ts';
import { poll, repeatCommit } from './poll.ts';

function idleWorker(): Worker {
  return {
    busy: false,
    row: -1,
    subscription: -1,
    slot: -1,
    cursor: -1,
    offset: -1,
    partition: -1,
    step: -1,
    ticket: 0,
    attempt: 0,
    restedNs: 0,
    doneAtNs: -1,
    transactional: false,
  };
}

/** A new instance of a consumer, not yet started. Returns its index. */
export function createInstance(run: Run, consumerIndex: number): number {
  const consumer = run.consumers[consumerIndex]!;
  const index = consumer.instances.length;
  const { concurrency, cores } = consumer.settings;
  const workers = Array.from({ length: concurrency }, idleWorker);
  const instance: InstanceState = {
    consumer: consumerIndex,
    index,
    process: newProcess(),
    stopped: false,
    starting: false,
    paidFromNs: run.nowNs,
    phase: 'down',
    member: -1,
    generation: 0,
    failure: -1,
    readers: [],
    records: createRecordRing(),
    unfinished: 0,
    workers,
    idleWorkers: workers.length,
    cpu: cores > 0 ? createCores(cores) : null,
    afterCommit: 'poll',
    leaving: false,
    joinPending: false,
    positionsPending: false,
    pollTake: 0,
    commitTicket: 0,
    commitAnswer: -1,
    nextAutoCommitNs: 0,
    autoCommitTimer: false,
    lastPollNs: run.nowNs,
    pollTimer: false,
    beat: createHeartbeats(),
    sought: false,
    rebalanceNoticed: false,
    newAssignment: null,
    joinTicket: 0,
    crashTicket: 0,
    workStream: openStream(run.streams, run.seed, `consumer:${consumer.id}:${index}:work`),
    crashStream: openStream(run.streams, run.seed, `consumer:${consumer.id}:${index}:crash`),
    failureStream: -1,
    retryStream: -1,
    applied: 0,
    crashes: 0,
    ticket: 0,
    share: run.groups[consumer.group]!.kind === 'share' ? createShareClient() : null,
  };
  run.instances.push(instance);
  consumer.instances.push(run.instances.length - 1);
  run.layoutVersion += 1;
  return run.instances.length - 1;
}

/** The process comes up and asks to join its group. */
export function startInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const consumer = run.consumers[instance.consumer]!;
  instance.process.crashed = false;
  instance.stopped = false;
  instance.starting = false;
  instance.leaving = false;
  instance.member = -1;
  instance.failure = -1;
  instance.lastPollNs = run.nowNs;
  const link = consumer.links[0];
  if (consumer.family !== 'log') {
    instance.phase = 'idle';
    openFeeds(run, consumer.family, index);
  } else if (link === undefined) {
    instance.phase = 'idle';
  } else {
    instance.nextAutoCommitNs = run.nowNs + fromMs(run.links[link]!.settings.autoCommitIntervalMs);
    instance.phase = 'joining';
    sendJoin(run, index);
  }
  const manager = run.managers.length > 0 ? managerOf(run, instance) : -1;
  if (manager >= 0) startManager(run, manager);
  gatherCallers(run, instance.consumer);
  scheduleRandomCrash(run, index);
}

/** [AS11] An instance that is asked for comes up after its start-up time; until then its process is as good as crashed. */
export function startInstanceLater(run: Run, index: number, startupNs: number): void {
  const { process } = run.instances[index]!;
  process.crashed = true;
  run.instances[index]!.starting = true;
  at(run, run.nowNs + startupNs, PRIORITY.client, OP.instanceStarts, index, process.incarnation);
}

export function instanceStarts(run: Run, index: number, incarnation: number): void {
  const { process, starting, stopped } = run.instances[index]!;
  if (starting && !stopped && process.incarnation === incarnation) startInstance(run, index);
}

/** Crashes do not come faster than this on average, whatever the settings: time has to go on. */
const CRASH_MEAN_MIN_MS = 1;

/** Crashes are exponential in time while the process is up; a change of settings draws anew. */
export function scheduleRandomCrash(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const { mtbfMs } = run.consumers[instance.consumer]!.settings.crash;
  instance.crashTicket += 1;
  if (mtbfMs === 0) return;
  const meanNs = fromMs(Math.max(CRASH_MEAN_MIN_MS, mtbfMs));
  const waitNs = Math.round(-ln(nextOpenUnit(run.streams, instance.crashStream)) * meanNs);
  at(run, run.nowNs + waitNs, PRIORITY.fault, OP.randomCrash, index, instance.crashTicket);
}

export function randomCrash(run: Run, index: number, ticket: number): void {
  const instance = run.instances[index]!;
  if (instance.crashTicket !== ticket || instance.process.crashed || instance.stopped) return;
  crashInstance(run, index);
  const { restartMs } = run.consumers[instance.consumer]!.settings.crash;
  at(run, run.nowNs + fromMs(restartMs), PRIORITY.fault, OP.processRestarts, index, instance.process.incarnation);
}

/** [HD1] The process dies: memory is gone, and with it every copy it held; what it told the broker stays. */
export function crashInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.process.crashed || instance.stopped) return;
  instance.process.crashed = true;
  instance.process.incarnation += 1;
  // What had been put aside is void now, and frees what it holds when it is handled as such.
  thaw(run, instance.process);
  instance.crashes += 1;
  instance.phase = 'down';
  closeConnection(run, index);
  loseFeeds(run, run.consumers[instance.consumer]!.family, index);
  forgetGroup(run, instance);
  abortWork(run, index, () => true);
  dropRecords(run, index, () => true);
  crashPublishers(run, run.consumers[instance.consumer]!.sources, instance.index);
  heartbeatChanged(run, index);
  const { requester } = run.consumers[instance.consumer]!;
  if (requester !== null) abandonAsks(requester);
  if (instance.leaving) {
    endInstance(run, instance);
    instance.leaving = false;
  }
}

/** [KW8] The system closes the connections of a process that died: the broker of a share group looks out for that. */
function closeConnection(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const edge = coordinatorEdge(run, instance);
  if (instance.share === null || edge === null || edge.cut || instance.member < 0) return;
  const atNs = run.nowNs + patientLatencyNs(run, edge, edge.backward);
  at(run, atNs, PRIORITY.broker, OP.shareConnectionCloses, index, instance.member);
}

/** [KO9] Its poll threw: the process closes its consumer, which leaves the group, and ends. It is down until restarted. */
export function consumerFails(run: Run, index: number, incarnation: number, failure: number): void {
  const instance = run.instances[index]!;
  const { process, member } = instance;
  if (process.incarnation !== incarnation || process.crashed || instance.stopped) return;
  if (deferred(process, OP.consumerFails, index, incarnation, failure)) return;
  crashInstance(run, index);
  instance.failure = failure;
  if (FAILURES[failure] === 'UnreleasedInstanceIdException') restartLater(run, index);
  const edge = coordinatorEdge(run, instance);
  // A static member is expected back.
  if (edge === null || member < 0 || run.members[member]!.instanceId !== '') return;
  const delay = patientLatencyNs(run, edge, edge.backward);
  at(run, run.nowNs + delay, PRIORITY.broker, OP.leaveArrives, index, member);
}

/** Nobody starts a process again at once that ends at once. */
const SUPERVISED_MIN_MS = 100;

/** [KN7] Who finds its instance id taken tries again as often as it is restarted. */
function restartLater(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const { restartMs } = run.consumers[instance.consumer]!.settings.crash;
  const dueNs = run.nowNs + fromMs(Math.max(SUPERVISED_MIN_MS, restartMs));
  at(run, dueNs, PRIORITY.fault, OP.processRestarts, index, instance.process.incarnation);
}

/** What an instance knew of its group and its partitions. Its member lives on at the coordinator. */
export function forgetGroup(run: Run, instance: InstanceState): void {
  forgetHeartbeats(instance);
  instance.commitTicket += 1;
  instance.joinTicket += 1;
  instance.joinPending = false;
  instance.positionsPending = false;
  instance.pollTake = 0;
  instance.pollTimer = false;
  instance.autoCommitTimer = false;
  instance.sought = false;
  instance.rebalanceNoticed = false;
  instance.newAssignment = null;
  if (instance.share !== null) instance.share = createShareClient();
  for (const readerIndex of instance.readers) {
    stopReader(run, readerIndex);
    const reader = run.readers[readerIndex]!;
    for (const cursor of reader.cursors) dropPositions(run, cursor, readerIndex);
    reader.cursors = [];
  }
}

export function processRestarts(run: Run, index: number, incarnation: number): void {
  const instance = run.instances[index]!;
  if (instance.process.incarnation !== incarnation || !instance.process.crashed || instance.stopped) return;
  startInstance(run, index);
}

/** Asks an instance to leave in good order: now if it is idle, else after what a poll has handed out. */
export function stopInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.stopped) return;
  if (instance.process.crashed) {
    endInstance(run, instance);
    dismissFeeds(run, run.consumers[instance.consumer]!.family, index);
    return;
  }
  instance.leaving = true;
  if (instance.phase === 'joining') {
    instance.phase = 'idle';
    instance.joinTicket += 1;
  }
  poll(run, index);
}

/** The stop is called off before the instance had come to it. */
export function stayInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  instance.leaving = false;
  if (instance.joinPending) sendJoin(run, index);
}

export function freezeInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.process.crashed || instance.stopped || instance.process.frozen) return;
  instance.process.frozen = true;
  heartbeatChanged(run, index);
  freezeFeeds(run, run.consumers[instance.consumer]!.family, index, true);
}

export function thawInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (!instance.process.frozen) return;
  thaw(run, instance.process);
  heartbeatChanged(run, index);
  freezeFeeds(run, run.consumers[instance.consumer]!.family, index, false);
  resumePublishers(run, run.consumers[instance.consumer]!.sources, instance.index);
  poll(run, index);
  for (const reader of instance.readers) requestFetch(run, reader);
}

/** The concurrency of a running instance changes: workers are added, or leave when they become idle. */
export function resizeWorkers(run: Run, index: number, concurrency: number): void {
  const instance = run.instances[index]!;
  while (instance.workers.length < concurrency) {
    instance.workers.push(idleWorker());
    instance.idleWorkers += 1;
  }
  dismissWorkers(instance, run.consumers[instance.consumer]!);
  if (!instance.process.frozen) startWorkers(run, index);
  poll(run, index);
}

/** An edge of the instance's consumer was cut or has healed: heartbeats stop or set in again, requests are repeated. */
export function connectionChanged(run: Run, index: number, healed: boolean): void {
  const instance = run.instances[index]!;
  if (instance.process.crashed || instance.stopped) return;
  heartbeatChanged(run, index);
  for (const readerIndex of instance.readers) if (run.readers[readerIndex]!.outstanding) refetch(run, readerIndex);
  if (healed) repeatRequests(run, index);
}

/** Sends again what was lost over a cut edge: a join, a question for positions, a commit that is waited for. */
function repeatRequests(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.member >= 0 && run.members[instance.member]!.gone && instance.phase === 'joining')
    becomeNewMember(run, index);
  else if (instance.joinPending) sendJoin(run, index);
  if (instance.beat.pending) sendHeartbeat(run, index);
  if (instance.positionsPending) askForPositions(run, index);
  if (instance.phase === 'committing') repeatCommit(run, index);
}
