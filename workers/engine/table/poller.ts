/**
 * The instance's side of polling: when it asks, what it does with what it is given, and what it says when that is done.
 *
 *     resting → asked → working → finishing → resting, or asked again at once
 */
import { sampleNs } from '../core/distributions.ts';
import { empty } from '../core/columns.ts';
import { nextUnit } from '../core/random.ts';
import { at, deferred, OP, PRIORITY, wake } from '../events.ts';
import type { Worker } from '../handlers/handler-state.ts';
import { pushFetched } from '../handlers/record-ring.ts';
import { M, O } from '../ledger/layout.ts';
import { dropChance } from '../ledger/ledger.ts';
import { MESSAGE_FLAG, obligationAt } from '../ledger/messages.ts';
import { patientLatencyNs } from '../network.ts';
import { endInstance } from '../scaling/cost.ts';
import type { Run } from '../state.ts';
import { isHeldUp } from './arrivals.ts';
import { noteFlight } from './flights.ts';
import { STATEMENT_OF } from './poll-answers.ts';
import { refreshPassedTo } from './positions.ts';
import { hangUp } from './sessions.ts';
import { POLLER, type PollerState } from './state.ts';
import { pollOf, storeOf } from './talks.ts';

/** No instance rests for less, whatever the settings: time has to go on. */
const REST_MIN_NS = 1e6;
/** A client whose connection broke tries again after this time. */
const RECONNECT_NS = 200e6;

/** Begins to poll: its first time is as the phase says. [TB17] */
export function openPoller(run: Run, index: number): void {
  const poller = run.pollers[index]!;
  if (poller.state !== POLLER.off) return;
  const { settings, consumer } = pollOf(run, poller);
  const intervalNs = sampleNs(pollOf(run, poller).interval, run.streams, poller.stream);
  const { index: place } = run.instances[poller.instance]!;
  let share = 0;
  if (settings.phase === 'random') share = nextUnit(run.streams, poller.stream);
  else if (settings.phase === 'staggered') {
    const { settings: drawn, instances } = run.consumers[consumer]!;
    // An autoscaler may begin with none.
    const among = drawn.instances > 0 ? drawn.instances : instances.length;
    share = (place % among) / among;
  }
  plan(run, index, run.nowNs + Math.floor(intervalNs * share));
}

function plan(run: Run, index: number, dueNs: number): void {
  const poller = run.pollers[index]!;
  poller.state = POLLER.resting;
  poller.ticket += 1;
  poller.dueNs = dueNs;
  at(run, dueNs, PRIORITY.client, OP.pollDue, index, 0, poller.ticket);
}

/** Rests until its next poll is due. */
function rest(run: Run, index: number): void {
  const poller = run.pollers[index]!;
  const { settings, interval } = pollOf(run, poller);
  const intervalNs = Math.max(REST_MIN_NS, sampleNs(interval, run.streams, poller.stream));
  const from = settings.schedule === 'fixedRate' ? poller.dueNs : run.nowNs;
  plan(run, index, Math.max(run.nowNs, from + intervalNs));
}

/** The interval has changed: who rests begins it anew. */
export function replanPoller(run: Run, index: number): void {
  const poller = run.pollers[index]!;
  if (poller.state !== POLLER.resting) return;
  poller.dueNs = run.nowNs;
  rest(run, index);
}

/** Its next poll is due; or its batch is over, with nothing to be told to the server. */
export function pollDue(run: Run, index: number, over: number, ticket: number): void {
  const poller = run.pollers[index]!;
  if (poller.ticket !== ticket) return;
  const instance = run.instances[poller.instance]!;
  if (deferred(instance.process, OP.pollDue, index, over, ticket)) return;
  if (over === 1) endBatch(run, index);
  else if (instance.leaving) rest(run, index);
  else ask(run, index);
}

function ask(run: Run, index: number): void {
  const poller = run.pollers[index]!;
  poller.state = POLLER.asked;
  poller.askedNs = run.nowNs;
  send(run, index, STATEMENT_OF.poll, 0);
}

function send(run: Run, index: number, what: number, afterNs: number): void {
  const poller = run.pollers[index]!;
  const edge = run.edges[pollOf(run, poller).edge]!;
  const arriveNs = run.nowNs + afterNs + patientLatencyNs(run, edge, edge.forward);
  if (what !== STATEMENT_OF.poll)
    noteFlight(run, edge, 'commit', arriveNs, 1, -1, run.instances[poller.instance]!.index);
  at(run, arriveNs, PRIORITY.broker, OP.statementArrives, index, what, poller.ticket);
}

/** The server's answer is there. */
export function statementReturns(run: Run, index: number, what: number, code: number): void {
  const poller = run.pollers[index]!;
  const poll = pollOf(run, poller);
  if (poll.gone || poller.ticket !== Math.floor(code / 2)) return;
  if (isHeldUp(run, poll, true, OP.statementReturns, index, what, code)) return;
  if (deferred(run.instances[poller.instance]!.process, OP.statementReturns, index, what, code)) return;
  const failed = code % 2 === 1;
  if (what === STATEMENT_OF.poll) takeRows(run, index);
  else if (what >= 0 && failed) send(run, index, what, RECONNECT_NS);
  else {
    if (what >= 0) poller.unanswered -= 1;
    if (what === STATEMENT_OF.finish || (poller.left === 0 && poller.unanswered === 0)) endBatch(run, index);
  }
}

/** The rows of a batch are in the instance's memory, to be handed to its workers. */
function takeRows(run: Run, index: number): void {
  const poller = run.pollers[index]!;
  poller.inbound = false;
  if (poller.rows.length === 0) {
    rest(run, index);
    wake(run, poller.instance);
    return;
  }
  const { records } = run.instances[poller.instance]!;
  for (let place = 0; place < poller.rows.length; place += 1)
    pushFetched(records, poller.rows[place]!, -1 - index, place);
  poller.left = poller.rows.length;
  poller.state = POLLER.working;
  wake(run, poller.instance);
}

/** Whose row it is, by a record's or a worker's cursor. */
export function tableSubscription(run: Run, cursor: number): number {
  return storeOf(run, run.pollers[-1 - cursor]!).subscription;
}

/** A handler takes a row of the batch. */
export function beginTableDelivery(run: Run, worker: Worker): void {
  worker.subscription = tableSubscription(run, worker.cursor);
  worker.slot = 0;
  const { obligations, int } = run.messages;
  if (obligations.rows[obligationAt(run.messages, worker.row, 0) + O.delivered]! > 0)
    int[worker.row + M.flags]! |= MESSAGE_FLAG.redelivered;
}

/** A handler is done with it. What that means to the row depends on how it was taken. [TB18] */
export function endTableDelivery(run: Run, { cursor, offset, row }: Worker, failed: boolean): void {
  const index = -1 - cursor;
  const poller = run.pollers[index]!;
  dropChance(run, row, 0);
  // Its edge was removed meanwhile.
  if (poller.state !== POLLER.working || pollOf(run, poller).gone) return;
  if (failed) poller.failed.push(offset);
  poller.left -= 1;
  if (poller.claim === 'status') {
    poller.unanswered += 1;
    send(run, index, offset, 0);
  } else if (poller.left === 0) {
    if (poller.claim === 'transaction') send(run, index, STATEMENT_OF.finish, 0);
    else at(run, run.nowNs, PRIORITY.client, OP.pollDue, index, 1, poller.ticket);
  }
  if (poller.left === 0) poller.state = POLLER.finishing;
}

function endBatch(run: Run, index: number): void {
  const poller = run.pollers[index]!;
  const { pollAgain, read } = pollOf(run, poller).settings;
  if (read === 'afterLastId') moveOn(run, poller);
  // What only failed would fail again.
  const worked = poller.failed.length < poller.rows.length;
  const again = worked && (pollAgain === 'whenAny' || (pollAgain === 'whenFull' && poller.full));
  forgetBatch(poller);
  if (again && !run.instances[poller.instance]!.leaving) {
    poller.dueNs = run.nowNs;
    ask(run, index);
  } else rest(run, index);
  wake(run, poller.instance);
}

/** [TB22] Its readers go on after the batch, or from the first row whose work failed. */
function moveOn(run: Run, { poll: index, reached, failed, ids }: PollerState): void {
  const poll = run.polls[index]!;
  let to = reached;
  for (const place of failed) if (ids[place]! > 0) to = Math.min(to, ids[place]! - 1);
  if (to <= poll.lastId) return;
  poll.lastId = to;
  refreshPassedTo(run, poll.store);
}

function forgetBatch(poller: PollerState): void {
  for (const column of [poller.slots, poller.ids, poller.rows, poller.failed]) empty(column);
  poller.inbound = false;
  poller.left = 0;
  poller.unanswered = 0;
}

/** Its process has died, or its edge is gone: what was on its way to it is no more. Whether the server knows `at once` or when it has been told. */
export function closePoller(run: Run, index: number, told: 'at once' | 'later'): void {
  const poller = run.pollers[index]!;
  if (poller.state === POLLER.off) return;
  if (poller.inbound) for (const row of poller.rows) dropChance(run, row, 0);
  const sessions = poller.session < 0 ? poller.others : [poller.session, ...poller.others];
  poller.state = POLLER.off;
  poller.ticket += 1;
  poller.session = -1;
  poller.others = [];
  poller.spare = [];
  forgetBatch(poller);
  for (const session of sessions) tellServer(run, index, session, told);
}

function tellServer(run: Run, index: number, session: number, told: 'at once' | 'later'): void {
  const poll = pollOf(run, run.pollers[index]!);
  if (told === 'at once') {
    hangUp(run, poll.store, session);
    return;
  }
  const edge = run.edges[poll.edge]!;
  const arriveNs = run.nowNs + patientLatencyNs(run, edge, edge.forward);
  const { incarnation } = run.stores[poll.store]!.process;
  if (edge.cut) poll.parked.push({ operation: OP.tableSessionCloses, target: poll.store, a: session, b: incarnation });
  else at(run, arriveNs, PRIORITY.broker, OP.tableSessionCloses, poll.store, session, incarnation);
}

/** The pollers of an instance. */
export function pollersOf(run: Run, instance: number): number[] {
  const { consumer, index } = run.instances[instance]!;
  return run.consumers[consumer]!.feeds.flatMap((feed) => run.polls[feed]!.pollers[index] ?? []);
}

/** An instance that is about to leave does so when nothing of it is under way. */
export function leaveTables(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (!instance.leaving || instance.unfinished > 0) return;
  const pollers = pollersOf(run, index);
  if (pollers.some((each) => run.pollers[each]!.state > POLLER.resting)) return;
  for (const each of pollers) closePoller(run, each, 'later');
  instance.phase = 'down';
  instance.leaving = false;
  endInstance(run, instance);
}

/** An edge has healed: what it held up arrives. */
export function releaseParked(run: Run, pollIndex: number): void {
  const poll = run.polls[pollIndex]!;
  const edge = run.edges[poll.edge]!;
  const { parked } = poll;
  poll.parked = [];
  for (const { operation, target, a, b } of parked)
    at(run, run.nowNs + patientLatencyNs(run, edge, edge.forward), PRIORITY.broker, operation, target, a, b);
}
