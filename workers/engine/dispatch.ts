/** From an event to the code it concerns: the one place that knows everybody. */
import { dispatchAmqp } from './amqp/dispatch.ts';
import { cleaningPass } from './brokers/log/cleaner.ts';
import { append, replicated, requestArrives, unmute } from './brokers/log/append.ts';
import { fetchArrives, fetchReturns, fetchTimesOut, requestFetch } from './brokers/log/fetch.ts';
import { heartbeatArrives, revocationTimesOut } from './brokers/log/consumer-group.ts';
import { heartbeatDue } from './brokers/log/heartbeats.ts';
import {
  assignmentArrives,
  heartbeatReturns,
  pollDeadline,
  positionsArrive,
  rebalanceNotice,
} from './brokers/log/membership.ts';
import {
  joinArrives,
  joinCompletes,
  leaveArrives,
  sessionExpires,
  shareLeaveArrives,
  syncCompletes,
} from './brokers/log/group.ts';
import { brokerSessionEnds, elections, leaderRebalance } from './brokers/log/cluster/controller.ts';
import { replicaFetch, replicaFetched } from './brokers/log/cluster/replication.ts';
import { isrCheck } from './brokers/log/cluster/isr.ts';
import {
  shareAcknowledgeArrives,
  shareFetchArrives,
  shareFetchReturns,
  shareLocksEnd,
} from './brokers/log/share/share-fetch.ts';
import { shareConnectionCloses } from './brokers/log/share/share-group.ts';
import { shareAssignmentArrives, shareRenew } from './brokers/log/share/share-member.ts';
import { retentionPass } from './brokers/log/retention.ts';
import { elected } from './brokers/log/topic.ts';
import { abortScan } from './brokers/log/transactions/coordinator.ts';
import { appendMarker } from './brokers/log/transactions/append-marker.ts';
import { transactionDecided } from './brokers/log/transactions/outcome.ts';
import { watchChecks } from './checks.ts';
import { clientWake } from './clients/client.ts';
import { arrive } from './clients/producer.ts';
import { metadataArrives, responseArrives } from './clients/responses.ts';
import { transactionDue } from './clients/transactions/manager.ts';
import { transactionAnswered, transactionAsked, transactionStep } from './clients/transactions/requests.ts';
import { fail } from './core/assert.ts';
import { at, OP, PRIORITY } from './events.ts';
import { causeFault, faultEnds } from './faults/faults.ts';
import { commitArrives } from './handlers/commit.ts';
import { transactionOver } from './handlers/consumed.ts';
import { handlerResumes, handlerRetries } from './handlers/handler.ts';
import { consumerFails, instanceStarts, processRestarts, randomCrash } from './handlers/instance.ts';
import { autoCommitDue, commitReturns, poll, sharedWorkEnds, workEnds } from './handlers/poll.ts';
import { lagOf } from './observe/lag.ts';
import { callerAsks, requestAgain, requestTimesOut } from './requests/requester.ts';
import { dispatchTable } from './table/dispatch.ts';
import { autoscalerDecides, autoscalerPolls } from './scaling/autoscaler.ts';
import { dispatchSqs } from './sqs/dispatch.ts';
import type { Run } from './state.ts';

/** How often checks and greatest lags are looked at, simulated nanoseconds. */
export const WATCH_NS = 100e6;

/**
 * Handles one event. Now has been set to its time. A switch and not a table of functions: calls that name their
 * function can be inlined, and the events of every message come through here.
 */
export function dispatch(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.arrive:
      return arrive(run, target, a);
    case OP.workDone:
      return workEnds(run, target, a, b);
    case OP.clientWake:
      return clientWake(run, target, a, b);
    case OP.requestArrives:
      return requestArrives(run, target, a);
    case OP.append:
      return append(run, target, a, b);
    case OP.replicated:
      return replicated(run, target, a, b);
    case OP.responseArrives:
      return responseArrives(run, target, a);
    case OP.fetchArrives:
      return fetchArrives(run, target, a);
    case OP.fetchReturns:
      fetchReturns(run, target, a);
      poll(run, run.readers[target]!.instance);
      return requestFetch(run, target);
    default:
      if (operation >= OP.amqpPublishArrives) dispatchOther(run, operation, target, a, b);
      else dispatchRare(run, operation, target, a, b);
  }
}

/** Brokers that are no logs, and patterns over all of them. Their events are numbered family by family. */
function dispatchOther(run: Run, operation: number, target: number, a: number, b: number): void {
  if (operation <= OP.amqpStoreDue) dispatchAmqp(run, operation, target, a, b);
  else if (operation <= OP.sqsHandlesArrive) dispatchSqs(run, operation, target, a, b);
  else if (operation <= OP.tableSessionCloses) dispatchTable(run, operation, target, a, b);
  else if (operation <= OP.callerAsks) dispatchPatterns(run, operation, target, a, b);
  else dispatchSqs(run, operation, target, a, b);
}

/** Those who were handed something by what has just happened look at it, in that order, until nobody is left. */
export function pollWoken(run: Run): void {
  for (let i = 0; i < run.wokenCount; i += 1) poll(run, run.woken[i]!);
  run.wokenCount = 0;
}

/** What does not happen for every message. After most events of an instance it may be able to poll. */
function dispatchRare(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.commitArrives:
      return commitArrives(run, target, a, b);
    case OP.commitReturns:
      return commitReturns(run, target, a, b);
    case OP.handlerResumes:
      handlerResumes(run, target, a);
      return poll(run, target);
    case OP.handlerRetries:
      return handlerRetries(run, target, a, b);
    case OP.sharedWorkDone:
      return sharedWorkEnds(run, target, a, b);
    case OP.autoCommitDue:
      autoCommitDue(run, target, a);
      return poll(run, target);
    case OP.watch:
      return watch(run);
    case OP.retention:
      return retentionPass(run, target, b);
    case OP.unmute:
      return unmute(run, target, a);
    case OP.clean:
      return cleaningPass(run, target, b);
    case OP.randomCrash:
      return randomCrash(run, target, a);
    case OP.processRestarts:
      return processRestarts(run, target, a);
    case OP.consumerFails:
      return consumerFails(run, target, a, b);
    case OP.heartbeatDue:
      return heartbeatDue(run, target, a);
    case OP.heartbeatArrives:
      return heartbeatArrives(run, target, a);
    case OP.heartbeatReturns:
      heartbeatReturns(run, target, a);
      return poll(run, target);
    case OP.fetchTimesOut:
      return fetchTimesOut(run, target, a);
    case OP.revocationTimesOut:
      return revocationTimesOut(run, target, a);
    default:
      if (operation >= OP.transactionAsked && operation <= OP.transactionOver)
        return dispatchTransaction(run, operation, target, a, b);
      return dispatchGroup(run, operation, target, a, b);
  }
}
function dispatchTransaction(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.transactionAsked:
      return transactionAsked(run, target, a);
    case OP.transactionAnswered:
      return transactionAnswered(run, target, a);
    case OP.transactionStep:
      return transactionStep(run, target, a);
    case OP.transactionDue:
      return transactionDue(run, target, a);
    case OP.appendMarker:
      return appendMarker(run, target, a, b);
    case OP.abortScan:
      return abortScan(run, target, a);
    case OP.transactionDecided:
      return transactionDecided(run, target, a === 1);
    case OP.transactionOver:
      return transactionOver(run, target, a);
    default:
      return fail(`An event of an unknown kind: ${operation}`);
  }
}

function dispatchGroup(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.joinArrives:
      return joinArrives(run, target, a);
    case OP.assignmentArrives:
      assignmentArrives(run, target, a);
      return poll(run, target);
    case OP.positionsArrive:
      positionsArrive(run, target, a);
      return poll(run, target);
    case OP.rebalanceNotice:
      rebalanceNotice(run, target, a);
      return poll(run, target);
    case OP.pollDeadline:
      return pollDeadline(run, target, a);
    case OP.sessionExpires:
      return sessionExpires(run, target, a);
    case OP.joinCompletes:
      return joinCompletes(run, target, a);
    case OP.syncCompletes:
      return syncCompletes(run, target, a);
    case OP.leaveArrives:
      return leaveArrives(run, target, a);
    case OP.elected:
      return elected(run, target, a);
    default:
      return dispatchCluster(run, operation, target, a, b);
  }
}

function dispatchCluster(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.replicaFetch:
      return replicaFetch(run, target, a);
    case OP.replicaFetched:
      return replicaFetched(run, target, a);
    case OP.brokerSessionEnds:
      return brokerSessionEnds(run, target, a);
    case OP.elections:
      return elections(run, target);
    case OP.leaderRebalance:
      return leaderRebalance(run, target, a);
    case OP.isrCheck:
      return isrCheck(run, target, a);
    case OP.metadataArrives:
      return metadataArrives(run, target, a, b);
    case OP.fault:
      return faultOfScript(run, a);
    case OP.faultEnds:
      return faultEnds(run, a);
    default:
      return dispatchShare(run, operation, target, a, b);
  }
}

function dispatchShare(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.shareFetchArrives:
      return shareFetchArrives(run, target, a, b);
    case OP.shareFetchReturns:
      shareFetchReturns(run, target, a);
      return poll(run, run.readers[target]!.instance);
    case OP.shareAcknowledgeArrives:
      return shareAcknowledgeArrives(run, target, a);
    case OP.shareAssignmentArrives:
      shareAssignmentArrives(run, target, a);
      return poll(run, target);
    case OP.shareLeaveArrives:
      return shareLeaveArrives(run, target, a, b);
    case OP.shareConnectionCloses:
      return shareConnectionCloses(run, target, a);
    case OP.shareLocksEnd:
      return shareLocksEnd(run, target);
    case OP.shareRenew:
      return shareRenew(run, target, a);
    default:
      return fail(`An event of an unknown kind: ${operation}`);
  }
}

function dispatchPatterns(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.autoscalerPolls:
      return autoscalerPolls(run, target, a);
    case OP.autoscalerDecides:
      return autoscalerDecides(run, target, a);
    case OP.instanceStarts:
      return instanceStarts(run, target, a);
    case OP.requestTimesOut:
      return requestTimesOut(run, target, a, b);
    case OP.requestAgain:
      return requestAgain(run, target, a, b);
    case OP.callerAsks:
      return callerAsks(run, target, a);
    default:
      return fail(`An event of an unknown kind: ${operation}`);
  }
}

function faultOfScript(run: Run, index: number): void {
  const fault = run.script[index];
  if (fault !== undefined && fault !== null) causeFault(run, fault);
}

function watch(run: Run): void {
  watchChecks(run);
  for (const subscription of run.subscriptions)
    subscription.lagMax = Math.max(subscription.lagMax, lagOf(run, subscription));
  at(run, run.nowNs + WATCH_NS, PRIORITY.watch, OP.watch, 0);
}
