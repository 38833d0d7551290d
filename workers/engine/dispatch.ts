/** From an event to the code it concerns: the one place that knows everybody. */
import { append, replicated, requestArrives } from './brokers/log/append.ts';
import { fetchArrives, fetchReturns, requestFetch } from './brokers/log/fetch.ts';
import { joinArrives, joinCompletes, leaveArrives, sessionExpires, syncCompletes } from './brokers/log/group.ts';
import { assignmentArrives, pollDeadline, positionsArrive, rebalanceNotice } from './brokers/log/membership.ts';
import { retentionPass } from './brokers/log/retention.ts';
import { elected } from './brokers/log/topic.ts';
import { watchChecks } from './checks.ts';
import { clientWake } from './clients/client.ts';
import { arrive } from './clients/producer.ts';
import { responseArrives } from './clients/responses.ts';
import { assert } from './core/assert.ts';
import type { PoppedEvent } from './core/event-queue.ts';
import { at, OP, PRIORITY } from './events.ts';
import { causeFault, faultEnds } from './faults/faults.ts';
import { commitArrives } from './handlers/commit.ts';
import { handlerResumes, workDone } from './handlers/handler.ts';
import { processRestarts, randomCrash } from './handlers/instance.ts';
import { autoCommitDue, commitReturns, poll } from './handlers/poll.ts';
import { lagOf } from './observe/lag.ts';
import type { Run } from './state.ts';

/** How often checks and greatest lags are looked at, simulated nanoseconds. */
export const WATCH_NS = 100e6;

type Handler = (run: Run, target: number, a: number, b: number) => void;

/** After most events of an instance it may be able to poll; polling when it is not does nothing. */
const thenPoll =
  (handle: Handler): Handler =>
  (run, target, a, b) => {
    handle(run, target, a, b);
    poll(run, target);
  };

const handlers: Record<keyof typeof OP, Handler> = {
  arrive,
  clientWake,
  requestArrives,
  responseArrives,
  append,
  replicated,
  elected,
  retention: retentionPass,
  fetchArrives,
  fetchReturns(run, reader, ticket) {
    fetchReturns(run, reader, ticket);
    poll(run, run.readers[reader]!.instance);
    requestFetch(run, reader);
  },
  workDone: thenPoll(workDone),
  handlerResumes: thenPoll(handlerResumes),
  commitArrives,
  autoCommitDue: thenPoll(autoCommitDue),
  commitReturns: (run, index, accepted, ticket) => commitReturns(run, index, accepted === 1, ticket),
  randomCrash,
  processRestarts,
  joinArrives,
  assignmentArrives: thenPoll(assignmentArrives),
  positionsArrive: thenPoll(positionsArrive),
  rebalanceNotice: thenPoll(rebalanceNotice),
  pollDeadline,
  sessionExpires,
  joinCompletes,
  syncCompletes,
  leaveArrives,
  fault(run, _target, index) {
    const fault = run.script[index];
    if (fault !== undefined && fault !== null) causeFault(run, fault);
  },
  faultEnds: (run, _target, index) => faultEnds(run, index),
  watch,
};

function watch(run: Run): void {
  watchChecks(run);
  for (const subscription of run.subscriptions)
    subscription.lagMax = Math.max(subscription.lagMax, lagOf(run, subscription));
  at(run, run.nowNs + WATCH_NS, PRIORITY.watch, OP.watch, 0);
}

const byNumber: (Handler | undefined)[] = [];
for (const name of Object.keys(OP) as (keyof typeof OP)[]) byNumber[OP[name]] = handlers[name];

/** Handles one event. Now has been set to its time. */
export function dispatch(run: Run, event: PoppedEvent): void {
  const handle = byNumber[event.operation];
  assert(handle !== undefined, 'an event of an unknown kind');
  handle(run, event.target, event.a, event.b);
}
