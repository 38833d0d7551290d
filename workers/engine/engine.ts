/**
 * The only door of the engine. A run is plain data; these functions create it, move it forward, change it, copy it and
 * tell of it. None of them reads a clock, and no outcome depends on how a run was cut into calls.
 */
import type { Scenario } from '../scenario/document.ts';
import { createAmqpRun } from './amqp/amqp-state.ts';
import { createCheck, watchChecks } from './checks.ts';
import { fail } from './core/assert.ts';
import { createDigest, digestHex } from './core/digest.ts';
import { createEventQueue, peekTimeNs, pop } from './core/event-queue.ts';
import { I, N, SLOT } from './core/event-slots.ts';
import { copyPlain, plainBytes } from './core/plain.ts';
import { createRandomStreams } from './core/random.ts';
import { addEdge, addNode, applyEdit, scheduleFault } from './build/edit.ts';
import { refreshReplies } from './build/replies.ts';
import { refreshTransactional } from './build/transactions.ts';
import { dispatch, pollWoken, WATCH_NS } from './dispatch.ts';
import { at, digestEvent, OP, PRIORITY } from './events.ts';
import { causeFault } from './faults/faults.ts';
import type { Change } from './history/machine.ts';
import { createHopRing } from './ledger/hops.ts';
import { createMessageTable } from './ledger/messages.ts';
import { createAnomalyRing } from './observe/anomalies.ts';
import { createFlightRing, type FlightRing } from './observe/flights.ts';
import { createPool } from './pool.ts';
import { makeReport } from './reporting/make-report.ts';
import type { Report } from './report.ts';
import { createSqsRun } from './sqs/sqs-state.ts';
import type { Run } from './state.ts';

export type { Run } from './state.ts';
export { tellNext } from './reporting/event-story.ts';
export { messageStory } from './reporting/story.ts';
export { readingOf, SOURCE_COUNTS, SUBSCRIPTION_COUNTS, windowOf, type Reading } from './reporting/window.ts';
export { readFigures } from './observe/figures.ts';
// Time at the door.
export { fromMs, LAST_NS, toMs } from './core/time.ts';
// A run with its past: what hosts and the command line drive.
export type { Change, Machine } from './history/machine.ts';
export {
  advance,
  advanceToEvent,
  changeJournal,
  createTimeline,
  eventsBeforeLast,
  jump,
  jumpToEvent,
  nextNs,
  nowOf,
  record,
  recover,
  restoreTimeline,
  saveTimeline,
  stepForward,
  type Sampler,
  type SavedTimeline,
  type Timeline,
} from './history/timeline.ts';
export {
  createSeries,
  forgetAfter,
  nextSampleNs,
  recordedSeries,
  takeSample,
  type SampleSink,
  type Series,
} from './observe/series.ts';
// What whoever packs frames needs to read a run.
export { quantiles } from './core/histogram.ts';
export { ANOMALY_CAPACITY } from './observe/anomalies.ts';
export { FLIGHT_CAPACITY } from './observe/flights.ts';
export { blockedAt, stalledAt } from './clients/rooms.ts';
export { requestsInFlight } from './clients/connections.ts';
export { depthOf, matchedOf } from './amqp/figures.ts';
export { bytesInMemory } from './amqp/memory.ts';
export { readerLag } from './amqp/stream-figures.ts';
export { clusterFigures } from './brokers/log/cluster/cluster-figures.ts';
export { leaderProcess, leastInsync } from './brokers/log/brokers.ts';
export { behind, lagOf } from './observe/lag.ts';
export { instanceNs } from './scaling/cost.ts';
export { owedOf } from './ledger/accounts.ts';
export { RECORD_FLAG } from './brokers/log/partition.ts';
export { priceOf, requestsOf, topicPrice, topicRequests } from './sqs/cost.ts';
export { oldestNs } from './sqs/figures.ts';
export { sendersHold, sqsSource } from './sqs/sender.ts';
export { SQS_IN_FLIGHT, type SqsPlace, type SqsSource } from './sqs/sqs-state.ts';
export { isOfLog } from './brokers/log/subscription.ts';
export { lockedRows, underWayAt, utilisationOf, waitingAt } from './table/figures.ts';
export { logSource } from './clients/log-source.ts';
export { namesOf, readersOf } from './observe/subscriptions.ts';
export { lastStableOffset } from './brokers/log/producer-state.ts';
export { orderOf, verdictOf } from './reporting/verdict.ts';

/** Changes with every change of behaviour, so that a digest names the engine it belongs to. */
export const ENGINE_VERSION = '4';

/** A run of a valid scenario at 0. Scripted faults are scheduled; the journal is history's business. */
export function createRun(scenario: Scenario): Run {
  const run = emptyRun(scenario);
  for (const node of scenario.nodes) addNode(run, node);
  for (const edge of scenario.edges) addEdge(run, edge);
  refreshTransactional(run);
  refreshReplies(run);
  run.checks = scenario.checks.map(createCheck);
  for (const fault of scenario.faults) scheduleFault(run, fault);
  at(run, WATCH_NS, PRIORITY.watch, OP.watch, 0);
  return run;
}

function emptyRun(scenario: Scenario): Run {
  const { nodes, edges, faults, checks } = scenario;
  return {
    seed: scenario.seed,
    title: scenario.title,
    design: { nodes, edges, faults, checks },
    nowNs: 0,
    events: 0,
    eventsAtInstant: 0,
    digest: createDigest(),
    queue: createEventQueue(),
    streams: createRandomStreams(),
    places: {},
    edges: [],
    producers: [],
    sources: [],
    clients: [],
    topics: [],
    clusters: [],
    brokers: [],
    fetchers: [],
    subscriptions: [],
    cursors: [],
    seeksPending: 0,
    links: [],
    consumers: [],
    instances: [],
    readers: [],
    groups: [],
    members: [],
    stores: [],
    polls: [],
    pollers: [],
    inserters: [],
    insertRequests: createPool(),
    batches: createPool(),
    requests: createPool(),
    commits: createPool(),
    transactionRequests: createPool(),
    transactions: [],
    managers: [],
    acknowledgements: createPool(),
    lastProducerId: -1,
    fixedKeys: [],
    keyHash: new Float64Array(0),
    amqp: createAmqpRun(scenario.seed),
    sqs: createSqsRun(),
    messages: createMessageTable(),
    hops: createHopRing(),
    anomalies: createAnomalyRing(),
    checks: [],
    script: [],
    endings: [],
    holds: {},
    woken: new Int32Array(16),
    wokenCount: 0,
    layoutVersion: 1,
    flights: null,
  };
}

export function nowNs(run: Run): number {
  return run.nowNs;
}

/** Time of the earliest event, `Infinity` when nothing is scheduled. */
export function nextEventNs(run: Run): number {
  return peekTimeNs(run.queue);
}

/** Events processed since the start. */
export function eventCount(run: Run): number {
  return run.events;
}

/** More events than this at one instant never end: a cycle of topics and consumers in which nothing takes any time. */
const EVENTS_AT_ONE_INSTANT_MAX = 5_000_000;

/** Processes one event. False, with nothing changed, when there is none. */
export function stepEvent(run: Run): boolean {
  return stepUntil(run, Infinity);
}

/** The same for an event that is not later than `untilNs`. */
function stepUntil(run: Run, untilNs: number): boolean {
  const { queue } = run;
  const slot = pop(queue, untilNs);
  if (slot < 0) return false;
  if (queue.lastTimeNs === run.nowNs) {
    run.eventsAtInstant += 1;
    if (run.eventsAtInstant > EVENTS_AT_ONE_INSTANT_MAX)
      fail('time stands still: events cause each other without taking any time');
  } else {
    if (!(queue.lastTimeNs > run.nowNs)) fail('time went backwards');
    run.nowNs = queue.lastTimeNs;
    run.eventsAtInstant = 1;
  }
  run.events += 1;
  const { num, int } = queue.slots;
  const place = slot * SLOT;
  const operation = int[place + I.operation]!;
  const target = int[place + I.target]!;
  digestEvent(run, operation, target);
  dispatch(run, operation, target, num[place + N.a]!, num[place + N.b]!);
  if (run.wokenCount > 0) pollWoken(run);
  return true;
}

/**
 * Processes every event with time <= `untilNs`, then sets now to `untilNs`. Stops with `limit` after `maxEvents` of
 * them when more remain; now is then the time of the last one.
 */
export function runUntil(run: Run, untilNs: number, maxEvents = Infinity): 'reached' | 'limit' {
  for (let left = maxEvents; left > 0 && stepUntil(run, untilNs);) left -= 1;
  if (peekTimeNs(run.queue) <= untilNs) return 'limit';
  run.nowNs = Math.max(run.nowNs, untilNs);
  return 'reached';
}

/** Applies a change or causes a fault now. The change must fit the design as it stands. */
export function applyChange(run: Run, change: Change): void {
  if ('fault' in change) causeFault(run, change.fault);
  else applyEdit(run, change.edit);
  pollWoken(run);
}

/** The run without its watchers, not copied. */
export function stateOf(run: Run): Run {
  return { ...run, flights: null };
}

/** A deep copy that shares nothing with the run. Watchers are not copied. */
export function snapshot(run: Run): Run {
  return copyPlain(stateOf(run));
}

/** About how many bytes a copy takes. */
export function snapshotBytes(run: Run): number {
  return plainBytes(run);
}

/** From now on movements along edges are noted in the ring that is returned. They change nothing. */
export function watchFlights(run: Run): FlightRing {
  run.flights ??= createFlightRing();
  return run.flights;
}

/** The run's digest over every event so far: 16 hexadecimal digits. */
export function digestOf(run: Run): string {
  return digestHex(run.digest);
}

/** The report as things stand now. Checks are judged at this instant too, on a copy: telling of a run changes nothing. */
export function report(run: Run): Report {
  const told = { ...run, checks: copyPlain(run.checks) };
  watchChecks(told);
  return makeReport(told, ENGINE_VERSION);
}
