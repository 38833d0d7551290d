/** Building stores, and the edges that insert into them and poll them. */
import { createWaitingRoom } from '../clients/waiting-room.ts';
import { createDatabase } from '../brokers/table/database.ts';
import { rowsAfter } from '../brokers/table/rows.ts';
import { databaseSettings } from '../brokers/table/settings.ts';
import { admitWaiting } from '../brokers/table/statements.ts';
import { fitCores, planVacuum, stopDatabase } from '../brokers/table/upkeep.ts';
import { compileDistribution } from '../core/distributions.ts';
import { openStream } from '../core/random.ts';
import { newProcess, OP } from '../events.ts';
import { M, O } from '../ledger/layout.ts';
import { disown } from '../ledger/ledger.ts';
import { abandonShelf, CLASS, createShelf, obligationAt, rowsInUse } from '../ledger/messages.ts';
import { createSubscription } from '../ledger/subscription.ts';
import { planJobs } from '../table/arrivals.ts';
import { drain } from '../table/drain.ts';
import { crashInserter, sendWaiting, setAlarm } from '../table/inserter.ts';
import { closePoller, openPoller, replanPoller } from '../table/poller.ts';
import { refreshPassedTo } from '../table/positions.ts';
import { hangUp } from '../table/sessions.ts';
import { POLLER, type InserterState, type PollState, type TableSource } from '../table/state.ts';
import { samePlain } from '../../scenario/plain.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import type { Run } from '../state.ts';
import { joinRecords } from '../core/record-shape.ts';
import { closeFeed, giveUp, openFeed } from './inlets.ts';
import { beginSource, closeSource, openSource } from './outlets.ts';
import { addEdgeState, place, retune } from './places.ts';

export function addStore(run: Run, node: NodeOf<'store'>): void {
  const index = run.stores.length;
  const subscription = run.subscriptions.length;
  // Rows wait for whoever will poll them, as long as the table is there.
  run.subscriptions.push(Object.assign(createSubscription('table', subscription, index, node.id), { active: true }));
  const stream = openStream(run.streams, run.seed, `store:${node.id}`);
  const db = createDatabase(databaseSettings(node), stream);
  run.stores.push({ id: node.id, gone: false, settings: node, process: newProcess(), db, subscription, talks: [] });
  place(run, node.id, 'store', index);
  planVacuum(db, run.nowNs);
  drain(run, index);
}

export function changeStore(run: Run, index: number, node: NodeOf<'store'>): void {
  const store = run.stores[index]!;
  const { db } = store;
  const before = db.settings;
  store.settings = node;
  db.settings = databaseSettings(node);
  if (before.cores !== node.cores) fitCores(db);
  if (before.vacuumEveryNs !== db.settings.vacuumEveryNs && !store.process.crashed) planVacuum(db, run.nowNs);
  if (!store.process.crashed) admitWaiting(db, run.streams, run.nowNs);
  drain(run, index);
}

/** The table is no more: nothing of it is owed to anybody. Its edges are gone already. */
export function removeStore(run: Run, index: number): void {
  const store = run.stores[index]!;
  const { messages } = run;
  store.gone = true;
  stopDatabase(store.db, run.nowNs);
  const { obligations } = messages;
  for (const row of rowsInUse(messages)) {
    // What was published elsewhere may be owed to nobody.
    if (messages.num[row + M.owedCount] === 0) continue;
    const first = obligationAt(messages, row, 0);
    if (obligations.rows[first + O.subscription] !== store.subscription) continue;
    if (obligations.rows[first + O.class] === CLASS.inFlight) disown(run, row, 0);
  }
  run.subscriptions[store.subscription]!.active = false;
  for (const slot of rowsAfter(store.db.rows, 0)) store.db.done.push(store.db.rows.message[slot]!);
  drain(run, index);
  store.db = createDatabase({ ...store.db.settings, vacuumEveryNs: 0 }, store.db.stream);
  store.talks = [];
}

export function addInsert(run: Run, edge: EdgeOf<'insert'>): void {
  const source = {
    family: 'table',
    store: run.places[edge.to]!.index,
    settings: edge,
    ...holdOf(edge),
    stream: openStream(run.streams, run.seed, `insert:${edge.id}`),
  } as const;
  openSource(run, joinRecords(beginSource(run, edge), source) satisfies TableSource, addInserter);
}

/** [TB23] How long transactions go on after the insert. */
function holdOf({ transactionMs }: EdgeOf<'insert'>): Pick<TableSource, 'hold' | 'holds'> {
  return { hold: compileDistribution(transactionMs), holds: !samePlain(transactionMs, NO_TIME) };
}

const NO_TIME = { type: 'constant', mean: 0 };

export function addInserter(run: Run, source: number, owner: InserterState['owner']): void {
  run.inserters.push({
    ...createWaitingRoom(source),
    gone: false,
    owner,
    lanes: [],
    wakeNs: Infinity,
    shelf: createShelf(),
  });
  run.sources[source]!.clients.push(run.inserters.length - 1);
}

export function changeInsert(run: Run, index: number, edge: EdgeOf<'insert'>): void {
  const source = run.sources[index] as TableSource;
  source.settings = edge;
  Object.assign(source, holdOf(edge));
  retune(run, source.edge, edge);
  for (const inserter of source.clients) {
    // The pool may have become larger.
    sendWaiting(run, inserter);
    setAlarm(run, inserter);
  }
}

export function removeInsert(run: Run, index: number): void {
  closeSource(run, index, (inserter) => {
    crashInserter(run, inserter);
    run.inserters[inserter]!.gone = true;
    abandonShelf(run.messages, run.inserters[inserter]!.shelf);
  });
}

export function addPoll(run: Run, edge: EdgeOf<'poll'>): void {
  const index = run.polls.length;
  const poll: PollState = {
    edge: addEdgeState(run, edge, index),
    gone: false,
    consumer: run.places[edge.to]!.index,
    store: run.places[edge.from]!.index,
    settings: edge,
    interval: compileDistribution(edge.intervalMs),
    pollers: [],
    parked: [],
    reaper: -1,
    cleaner: -1,
    jobTicket: 0,
    polls: 0,
    idlePolls: 0,
    found: 0,
    lastId: 0,
  };
  run.polls.push(poll);
  openFeed(run, poll.consumer, 'table', index);
  for (const each of run.consumers[poll.consumer]!.instances) {
    addPoller(run, each, index);
    const { process, stopped } = run.instances[each]!;
    if (!process.crashed && !stopped) openPoller(run, poll.pollers.at(-1)!);
  }
  planJobs(run, index);
  refreshPassedTo(run, poll.store);
}

/** The instance's poller over an edge, not open yet. */
export function addPoller(run: Run, instance: number, pollIndex: number): void {
  const poll = run.polls[pollIndex]!;
  const { index } = run.instances[instance]!;
  const { id } = run.edges[poll.edge]!;
  run.pollers.push({
    poll: pollIndex,
    instance,
    state: POLLER.off,
    ticket: 0,
    session: -1,
    others: [],
    spare: [],
    dueNs: 0,
    claim: poll.settings.claim,
    slots: [],
    ids: [],
    rows: [],
    inbound: false,
    reached: 0,
    full: false,
    left: 0,
    unanswered: 0,
    failed: [],
    askedNs: 0,
    stream: openStream(run.streams, run.seed, `poll:${id}:${index}`),
  });
  poll.pollers.push(run.pollers.length - 1);
}

export function changePoll(run: Run, index: number, edge: EdgeOf<'poll'>): void {
  const poll = run.polls[index]!;
  const { settings: before } = poll;
  poll.settings = edge;
  poll.interval = compileDistribution(edge.intervalMs);
  retune(run, poll.edge, edge);
  if (!samePlain(before.intervalMs, edge.intervalMs) || before.schedule !== edge.schedule)
    for (const poller of poll.pollers) replanPoller(run, poller);
  planJobs(run, index);
  if (before.read !== edge.read) refreshPassedTo(run, poll.store);
}

export function removePoll(run: Run, index: number): void {
  const poll = run.polls[index]!;
  closeFeed(run, index, poll);
  for (const poller of poll.pollers) {
    giveUp(run, run.pollers[poller]!.instance, ({ cursor }) => cursor === -1 - poller);
    closePoller(run, poller, 'at once');
  }
  for (const job of [poll.reaper, poll.cleaner]) if (job >= 0) hangUp(run, poll.store, job);
  leaveParked(run, poll);
  refreshPassedTo(run, poll.store);
}

/** Connections whose end could not be told are closed now. */
function leaveParked(run: Run, poll: PollState): void {
  const { process } = run.stores[poll.store]!;
  for (const { operation, target, a, b } of poll.parked)
    if (operation === OP.tableSessionCloses && b === process.incarnation) hangUp(run, target, a);
  poll.parked = [];
}
