/**
 * Every kind of event, by number. `target` is an index into the array named in the comment; `a` and `b` are the
 * payload. Tickets and incarnations make an event void when the world has moved on.
 */
import { growInt32 } from './core/columns.ts';
import { mixEvent } from './core/digest.ts';
import { schedule } from './core/event-queue.ts';
import type { Process, Run } from './state.ts';

export const OP = {
  /** producers; a = generation */
  arrive: 1,
  /** clients; a = incarnation: linger is over, a retry is due, a timeout may have passed */
  clientWake: 2,
  /** clients; a = request row */
  requestArrives: 3,
  /** clients; a = request row */
  responseArrives: 4,
  /** topics; a = request row, b = leader epoch * 2^40 + position in it */
  append: 5,
  /** topics; a = partition, b = leader epoch * 2^40 + end offset */
  replicated: 6,
  /** topics; a = leader epoch */
  elected: 7,
  /** topics; b = the instant it was set for */
  retention: 8,
  /** readers; a = ticket */
  fetchArrives: 9,
  /** readers; a = ticket */
  fetchReturns: 10,
  /** instances; a = worker, b = ticket */
  workDone: 11,
  /** instances; a = commit row, b = ticket: at the coordinator */
  commitArrives: 12,
  /** instances; a = 1 accepted or 0 refused, b = ticket */
  commitReturns: 13,
  /** instances; a = crash ticket */
  randomCrash: 14,
  /** instances; a = incarnation */
  processRestarts: 15,
  /** instances; a = join ticket: at the coordinator */
  joinArrives: 16,
  /** instances; a = join ticket: assignment received */
  assignmentArrives: 17,
  /** instances; a = join ticket: committed positions received, fetching starts */
  positionsArrive: 18,
  /** instances; a = member index, b = group ticket: a heartbeat's answer says "rebalance" */
  rebalanceNotice: 19,
  /** instances; a = incarnation */
  pollDeadline: 20,
  /** members; a = session ticket */
  sessionExpires: 21,
  /** groups; a = ticket: members are in, or the time is up */
  joinCompletes: 22,
  /** groups; a = ticket: the leader's assignment is in */
  syncCompletes: 23,
  /** instances; a = member index: at the coordinator */
  leaveArrives: 24,
  /** run; a = index into design.faults */
  fault: 25,
  /** run; a = index into `endings` */
  faultEnds: 26,
  /** instances; a = worker: what its handler published has met its fate */
  handlerResumes: 27,
  /** instances; a = worker, b = ticket: it has rested after an attempt that failed */
  handlerRetries: 37,
  /** instances; a = worker, b = ticket: of those that share the cores it is the first to be done */
  sharedWorkDone: 38,
  /** run: looks at checks and lags, every `WATCH_NS` */
  watch: 28,
  /** instances; a = incarnation: an instance without records saves its positions */
  autoCommitDue: 29,
  /** fetchers; a = ticket: a follower's fetch is at the leader */
  replicaFetch: 30,
  /** fetchers; a = ticket: the follower has written what the answer carried */
  replicaFetched: 31,
  /** brokers; a = session ticket */
  brokerSessionEnds: 32,
  /** clusters: the controller's decision takes effect */
  elections: 33,
  /** clusters; a = ticket: leadership goes back to preferred replicas */
  leaderRebalance: 34,
  /** clusters; a = ticket: followers that are too far behind leave the ISR */
  isrCheck: 35,
  /** clients; a = incarnation: who leads what */
  metadataArrives: 36,
  /** managers; a = request row: at the transaction coordinator */
  transactionAsked: 40,
  /** managers; a = request row: its answer */
  transactionAnswered: 41,
  /** managers; a = ticket: a request is to be repeated, or the end of a transaction may go on */
  transactionStep: 42,
  /** managers; a = ticket: the application commits */
  transactionDue: 43,
  /** transactions; a = place in its partitions, b = leader epoch * 2^36 + producer epoch */
  appendMarker: 44,
  /** transactions; a = producer epoch: the coordinator looks for transactions that are open for too long */
  abortScan: 45,
  /** transactions; a = 1 committed or 0 aborted: what was consumed in it counts, or not */
  transactionDecided: 46,
  /** managers; a = position in `OUTCOMES`: its instance goes on */
  transactionOver: 47,
  /** instances; a = incarnation, b = position in `FAILURES`: its poll threw */
  consumerFails: 50,
  /** instances; a = ticket of the heartbeat before */
  heartbeatDue: 51,
  /** instances; a = ticket: at the coordinator */
  heartbeatArrives: 52,
  /** instances; a = ticket */
  heartbeatReturns: 53,
  /** members; a = member epoch: it should have given up partitions by now */
  revocationTimesOut: 54,
  /** readers; a = ticket: a fetch has waited fetch.max.wait.ms */
  fetchTimesOut: 55,
  /** topics; b = the instant it was set for: the log cleaner */
  clean: 60,
  /** clients; a = connection: its throttle time is over */
  unmute: 61,
  /** readers; a = ticket, b = row of acknowledgements or -1: of a share consumer, at the broker */
  shareFetchArrives: 70,
  /** readers; a = ticket */
  shareFetchReturns: 71,
  /** readers; a = row of acknowledgements: at the broker */
  shareAcknowledgeArrives: 72,
  /** instances; a = member index, b = row of acknowledgements or -1: at the coordinator */
  shareLeaveArrives: 73,
  /** instances; a = member index: the broker notices that its connection is closed */
  shareConnectionCloses: 74,
  /** instances; a = member index: its partitions, with the answer to a heartbeat */
  shareAssignmentArrives: 75,
  /** cursors: locks may have ended */
  shareLocksEnd: 76,
  /** instances; a = incarnation: half of a lock's time is over */
  shareRenew: 77,
  /** publishers; a = row of the message, b = instant at which it left: at the broker */
  amqpPublishArrives: 80,
  /** publishers; a = row of the message, b = what is told + 4 * crashes of the broker when it was sent */
  amqpConfirmed: 81,
  /** deliveries: at the instance */
  amqpDelivered: 82,
  /** run; a = handle of the delivery, b = outcome: at the broker */
  amqpAnswerArrives: 83,
  /** run; a = the instant it was set for: lifetimes, unused queues, consumer timeouts */
  amqpDue: 84,
  /** instances; a = ticket: its connection is open */
  amqpConnects: 85,
  /** instances; a = connection: the broker knows that it has ended */
  amqpConnectionEnds: 86,
  /** instances; a = connection, b = ticket: nothing was heard of it for some heartbeats */
  amqpSilent: 87,
  /** run: the broker takes messages again */
  amqpUnblocked: 88,
  /** instances; a = feed, b = offset: the broker is told where a reader of a stream is to go on */
  amqpOffsetStored: 89,
  /** instances; a = feed, b = incarnation: what was done is stored */
  amqpStoreDue: 90,
  /** calls; a = instant at which it was sent: at the queue or topic */
  sqsCallArrives: 100,
  /** calls; a = attempt, b = 1 for one that was turned away */
  sqsCallReturns: 101,
  /** senders; a = the instant it was set for */
  sqsSenderWakes: 102,
  /** places; a = the instant it was set for: delays, timeouts, retention, long polls */
  sqsQueueDue: 103,
  /** receivers; a = ticket: at the queue */
  sqsReceiveArrives: 104,
  /** receivers; a = ticket, b = 1 for an error */
  sqsReceiveReturns: 105,
  /** receivers: whether the receive under way has failed */
  sqsReceiveLooked: 106,
  /** receivers; a = ticket: it asks again */
  sqsRested: 107,
  /** receivers; a = incarnation: it hides anew what it holds */
  sqsExtends: 108,
  /** handle calls: at the queue */
  sqsHandlesArrive: 109,
  /** handle calls: sent again */
  sqsHandlesAgain: 140,
  /** deliveries; a = instant at which it left: at the queue */
  snsArrives: 141,
  /** deliveries: sent again */
  snsTriesAgain: 142,
  /** inserters; a = request row: at the store */
  insertArrives: 110,
  /** inserters; a = request row: its answer */
  insertReturns: 111,
  /** inserters; a = incarnation, b = the instant it was set for */
  inserterWakes: 112,
  /** pollers; a = 1 for the end of a batch that needs no statement, b = ticket */
  pollDue: 113,
  /** pollers; a = one of `STATEMENT_OF`, or the place of a row that is finished, b = ticket */
  statementArrives: 114,
  /** pollers; a as before, b = ticket * 2, + 1 if it was not executed */
  statementReturns: 115,
  /** stores; a = session of its database */
  tableSessionDue: 116,
  /** stores; a = one of `TIMER` */
  tableTimerDue: 117,
  /** polls; a = one of `JOB`, b = ticket */
  tableJobDue: 118,
  /** stores; a = session, b = incarnation: its client is gone */
  tableSessionCloses: 119,
  /** consumers; a = ticket: KEDA looks at the backlog */
  autoscalerPolls: 120,
  /** consumers; a = ticket: the horizontal pod autoscaler decides */
  autoscalerDecides: 121,
  /** instances; a = incarnation: one that was asked for comes up */
  instanceStarts: 122,
  /** consumers; a = number of the ask, b = attempt */
  requestTimesOut: 130,
  /** the same: it is sent again */
  requestAgain: 131,
  /** consumers; a = generation: one of a client's callers has thought */
  callerAsks: 132,
} as const;

/** Ties at one instant are settled by this, lowest first, then by order of scheduling. */
export const PRIORITY = { fault: 0, broker: 4, client: 6, source: 8, watch: 15 } as const;

/** Schedules an event at `timeNs`, which is never before now. */
export function at(run: Run, timeNs: number, priority: number, operation: number, target: number, a = 0, b = 0): void {
  schedule(run.queue, timeNs, priority, target, operation, a, b);
}

/** Something was handed to an instance: it looks at it when the event at work is done, so a broker calls no handler. */
export function wake(run: Run, instance: number): void {
  if (run.wokenCount === run.woken.length) run.woken = growInt32(run.woken, run.wokenCount + 1);
  run.woken[run.wokenCount] = instance;
  run.wokenCount += 1;
}

/** Mixes an event that happens now into the run's digest: what, to whom, when. */
export function digestEvent(run: Run, operation: number, target: number): void {
  mixEvent(run.digest, run.nowNs, (operation * 1_000_003 + target) | 0);
}

export function newProcess(): Process {
  return { crashed: false, frozen: false, incarnation: 0, deferred: [], slowFactor: 1 };
}

/** True when the process is frozen and has put the event aside until it is resumed. */
export function deferred(process: Process, operation: number, target: number, a: number, b: number): boolean {
  if (!process.frozen) return false;
  process.deferred.push({ operation, target, a, b });
  return true;
}

/** Thaws a process: what arrived meanwhile is handled now, in the order of arrival. */
export function thaw(run: Run, process: Process): void {
  process.frozen = false;
  for (const event of process.deferred)
    at(run, run.nowNs, PRIORITY.client, event.operation, event.target, event.a, event.b);
  process.deferred = [];
}
