/**
 * A publisher: it sends each message by itself, hears confirms if it asked for them, and holds facts back while too many are
 * unconfirmed, while the broker blocks it, and while it cannot reach it.
 */
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { publish, beforePublish, PUBLISHED } from '../brokers/amqp/publish.ts';
import { reconnect, reopenChannel } from '../brokers/amqp/channels.ts';
import { NOTE } from '../brokers/amqp/codes.ts';
import { KIND } from '../brokers/amqp/state.ts';
import { endMessage, processOf, tellFate, wakeHandler } from '../clients/application.ts';
import { leaveFirst, mergeFact, refusalOf, waitOutside } from '../clients/waiting-room.ts';
import { fromMs } from '../core/time.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { attempt, letGo, oweToNobody } from '../ledger/ledger.ts';
import { M } from '../ledger/layout.ts';
import { rowsInUse, STATUS_ACKNOWLEDGED, STATUS_REFUSED, STATUS_UNKNOWN, STATUS_WAITING } from '../ledger/messages.ts';
import { isDoubled, isLost, latencyNs, passesAtOnce } from '../network.ts';
import { FLIGHT_OF } from '../observe/flights.ts';
import type { EdgeState, Run } from '../state.ts';
import type { AmqpPublisher, AmqpSource } from './amqp-state.ts';
import { envelopeFor, releaseEnvelope } from './envelopes.ts';
import { noteAmqpFlight } from './flights.ts';
import { watchMemory } from './memory.ts';
import { enterQueue, takeOutcomes } from './outcomes.ts';

/** What a publisher is told. */
const TOLD = { confirmed: 0, refused: 1, returned: 2, connectionLost: 3 } as const;

export function amqpSource(run: Run, index: number): AmqpSource {
  return run.sources[index] as AmqpSource;
}

/** One of which it is known that it publishes to RabbitMQ. */
export function publishesToAmqp(source: { readonly family: string }): source is AmqpSource {
  return source.family === 'amqp';
}

/** A fact sets out, see `publish` in `clients/publish.ts`. */
export function sendAmqp(
  run: Run,
  index: number,
  key: number,
  bytes: number,
  parent: number,
  waiter: number,
  flags: number,
): void {
  const publisher = run.amqp.publishers[index]!;
  const source = amqpSource(run, publisher.source);
  const edge = run.edges[source.edge]!;
  const isFree = publisher.blocked === 0 && mayPublish(run, publisher, source, edge);
  if (!isFree && mergeFact(run, publisher, source.settings, key, flags)) {
    wakeHandler(run, waiter);
    return;
  }
  const { messages } = run;
  const row = attempt(run, source, publisher.source, index, key, bytes, parent, messages.shelf, publisher.fanOut);
  oweToNobody(run, row);
  if (waiter >= 0) messages.num[row + M.waiter] = waiter;
  if (flags !== 0) messages.int[row + M.flags]! |= flags;
  if (isFree) leave(run, index, publisher, source, edge, row);
  else stayBack(run, publisher, source, row);
}

/** A message that may not leave yet waits, or is refused. */
function stayBack(run: Run, publisher: AmqpPublisher, { settings }: AmqpSource, row: number): void {
  const refusal = refusalOf(publisher, settings);
  if (refusal === '') waitOutside(run, publisher, row, settings);
  else endMessage(run, row, STATUS_REFUSED, refusal);
}

function mayPublish({ amqp }: Run, publisher: AmqpPublisher, { settings }: AmqpSource, edge: EdgeState): boolean {
  if (amqp.down || edge.cut || amqp.broker.connections[publisher.connection]!.blocked) return false;
  return !settings.confirms || publisher.unconfirmed < settings.maxInFlight;
}

/** Lets in those who wait, as long as there is room. */
export function admitWaiting(run: Run, index: number): void {
  const publisher = run.amqp.publishers[index]!;
  if (publisher.admitting || publisher.blocked === 0 || publisher.gone) return;
  const { crashed, frozen } = processOf(run, publisher);
  if (crashed || frozen) return;
  const source = amqpSource(run, publisher.source);
  const edge = run.edges[source.edge]!;
  publisher.admitting = true;
  while (publisher.blocked > 0 && mayPublish(run, publisher, source, edge)) {
    leave(run, index, publisher, source, edge, leaveFirst(run, publisher, true));
  }
  publisher.admitting = false;
}

/** A message leaves. Without confirms nobody will ever tell what became of it. */
function leave(
  run: Run,
  index: number,
  publisher: AmqpPublisher,
  source: AmqpSource,
  edge: EdgeState,
  row: number,
): void {
  if (source.settings.confirms) publisher.unconfirmed += 1;
  else tellFate(run, row, STATUS_UNKNOWN, 'no confirms');
  if (passesAtOnce(run, edge, publisher.lastForwardNs)) {
    publisher.lastForwardNs = run.nowNs;
    reach(run, index, publisher, source, edge, row, run.nowNs);
  } else travel(run, index, row);
}

/** A message sets out over an edge that may lose or delay it, never past the one before it. */
function travel(run: Run, index: number, row: number): void {
  const publisher = run.amqp.publishers[index]!;
  const source = amqpSource(run, publisher.source);
  const edge = run.edges[source.edge]!;
  const delayNs = latencyNs(run, edge, edge.forward);
  if (isLost(run, edge.forward)) {
    noteAmqpFlight(run, source.edge, run.nowNs + delayNs, FLIGHT_OF.lostData, run.messages.int[row + M.key]!);
    loseConnection(run, index, publisher, row);
    return;
  }
  const arriveNs = Math.max(run.nowNs + delayNs, publisher.lastForwardNs);
  publisher.lastForwardNs = arriveNs;
  noteAmqpFlight(run, source.edge, arriveNs, FLIGHT_OF.data, run.messages.int[row + M.key]!);
  if (arriveNs <= run.nowNs) reach(run, index, publisher, source, edge, row, run.nowNs);
  else at(run, arriveNs, PRIORITY.broker, OP.amqpPublishArrives, index, row, run.nowNs);
}

/** A message has come over its edge. */
export function publishArrives(run: Run, index: number, row: number, sentNs: number): void {
  const publisher = run.amqp.publishers[index]!;
  const source = amqpSource(run, publisher.source);
  reach(run, index, publisher, source, run.edges[source.edge]!, row, sentNs);
}

/** The message is at the broker, if its connection is still there. */
function reach(
  run: Run,
  index: number,
  publisher: AmqpPublisher,
  source: AmqpSource,
  edge: EdgeState,
  row: number,
  sentNs: number,
): void {
  const { amqp } = run;
  if (amqp.down || publisher.gone || edge.lastCutNs >= sentNs) {
    loseConnection(run, index, publisher, row);
    return;
  }
  if ((publisher.allowedVersion !== amqp.broker.routing.version || amqp.broker.alarm) && !isAllowed(run, publisher)) {
    answerPublisher(run, index, publisher, source, edge, row, TOLD.refused, 0);
    return;
  }
  put(run, publisher, source, row);
  const { told, storedNs } = answer;
  // A layer below repeats what it believes lost: the broker takes it for another message.
  if (isDoubled(run, edge.forward)) put(run, publisher, source, row);
  // Before its publisher lets go of it: what a queue refuses may still be a dead letter.
  takeOutcomes(run);
  answerPublisher(run, index, publisher, source, edge, row, told, storedNs);
  if (amqp.settings !== null) watchMemory(run);
}

function loseConnection(run: Run, index: number, publisher: AmqpPublisher, row: number): void {
  noteHop(run, row, HOP.requestLost, publisher.source, -1, -1);
  confirmed(run, index, publisher, row, TOLD.connectionLost);
}

/** Whether the exchange takes what is published to it. Where not, the channel is closed, and another one opened. */
function isAllowed(run: Run, publisher: AmqpPublisher): boolean {
  const { broker } = run.amqp;
  const { exchange } = amqpSource(run, publisher.source);
  if (beforePublish(broker, publisher.channel, exchange, run.nowNs) === null) {
    publisher.allowedVersion = broker.routing.version;
    return true;
  }
  reopenChannel(broker, publisher.channel);
  return false;
}

/** Filled by every `put`, never read before: what the publisher is to be told, and how long until it may be. */
const answer = { told: 0, storedNs: 0 };
/** Filled for every publish, never read before. */
const parcel = { message: 0, envelope: 0, bytes: 0, priority: -1, persistent: false, ttlNs: -1 };

function put(run: Run, publisher: AmqpPublisher, source: AmqpSource, row: number): void {
  const { broker } = run.amqp;
  const { settings } = source;
  const { int } = run.messages;
  const key = int[row + M.key]!;
  const envelope = envelopeFor(run, publisher, source, key);
  parcel.message = row;
  parcel.envelope = envelope;
  parcel.bytes = int[row + M.bytes]!;
  parcel.priority = settings.priority;
  parcel.persistent = settings.persistent;
  parcel.ttlNs = settings.expirationMs < 0 ? -1 : fromMs(settings.expirationMs);
  const published = publish(broker, parcel, run.nowNs);
  const { route } = broker.envelopes[envelope]!;
  publisher.fanOut = route.length;
  answer.storedNs = 0;
  let taken = 0;
  for (let i = 0; i < route.length; i += 1) {
    const core = route[i]!;
    if (published === PUBLISHED.refused && isRefused(broker.notes, row, core)) continue;
    taken = 1;
    const queue = run.amqp.queues[run.amqp.queueOf[core]!]!;
    // What is in a stream the broker tells of itself, since dead letters may be in between.
    if (queue.stream === null) enterQueue(run, row, queue);
    else publisher.fanOut += queue.stream.feeds.length;
    const storedNs = storingNs(run, core, settings.persistent);
    if (storedNs > answer.storedNs) answer.storedNs = storedNs;
  }
  source.ledger.appended += taken;
  noteExchange(run, source, published === PUBLISHED.unroutable);
  releaseEnvelope(run, source, key, envelope);
  if (published === PUBLISHED.refused) answer.told = TOLD.refused;
  else answer.told = published === PUBLISHED.unroutable && settings.mandatory ? TOLD.returned : TOLD.confirmed;
}

/** [RP4] How long until a queue has a message safely, so that it may be confirmed. */
function storingNs({ amqp }: Run, core: number, persistent: boolean): number {
  const { kind, arguments: given } = amqp.broker.queues[core]!;
  if (kind !== KIND.classic) return amqp.quorumNs;
  return given.durable && persistent ? amqp.confirmNs : 0;
}

function isRefused(notes: Run['amqp']['broker']['notes'], row: number, core: number): boolean {
  for (let i = 0; i < notes.count; i += 1) {
    if (notes.kind[i] === NOTE.refused && notes.message[i] === row && notes.queue[i] === core) return true;
  }
  return false;
}

function noteExchange(run: Run, { exchangePlace, settings }: AmqpSource, unroutable: boolean): void {
  if (exchangePlace < 0) return;
  const exchange = run.amqp.exchanges[exchangePlace]!;
  exchange.published += 1;
  if (!unroutable) return;
  if (settings.mandatory) exchange.returned += 1;
  else exchange.unroutable += 1;
}

/** The broker answers, if it was asked to; nobody waits for an answer otherwise. */
function answerPublisher(
  run: Run,
  index: number,
  publisher: AmqpPublisher,
  source: AmqpSource,
  edge: EdgeState,
  row: number,
  told: number,
  storedNs: number,
): void {
  if (!source.settings.confirms) letGo(run, row);
  else if (storedNs === 0 && passesAtOnce(run, edge, publisher.lastBackwardNs)) {
    publisher.lastBackwardNs = run.nowNs;
    confirmed(run, index, publisher, row, told);
  } else sendAnswer(run, index, row, told, storedNs);
}

/** The answer sets out when the message is safe, over an edge that may lose or delay it. */
function sendAnswer(run: Run, index: number, row: number, told: number, storedNs: number): void {
  const publisher = run.amqp.publishers[index]!;
  const source = amqpSource(run, publisher.source);
  const edge = run.edges[source.edge]!;
  const delayNs = storedNs + latencyNs(run, edge, edge.backward);
  const arriveNs = Math.max(run.nowNs + delayNs, publisher.lastBackwardNs);
  publisher.lastBackwardNs = arriveNs;
  const lost = edge.dropAcks || isLost(run, edge.backward);
  const kind = lost ? FLIGHT_OF.lostAck : told === TOLD.confirmed ? FLIGHT_OF.ack : FLIGHT_OF.refusal;
  noteAmqpFlight(run, source.edge, arriveNs, kind, -1);
  const heard = lost ? TOLD.connectionLost : told;
  if (arriveNs <= run.nowNs) confirmed(run, index, publisher, row, heard);
  else at(run, arriveNs, PRIORITY.client, OP.amqpConfirmed, index, row, heard + TELLINGS * run.amqp.crashes);
}

/** How many things a publisher may be told. */
const TELLINGS = 4;

/** A confirm is there, or something else: if the broker was down meanwhile, the connection was lost, and with it what was to be said. */
export function confirmArrives(run: Run, index: number, row: number, packed: number): void {
  const publisher = run.amqp.publishers[index]!;
  if (deferred(processOf(run, publisher), OP.amqpConfirmed, index, row, packed)) return;
  const edge = run.edges[amqpSource(run, publisher.source).edge]!;
  const isLate = Math.floor(packed / TELLINGS) !== run.amqp.crashes || edge.cut;
  confirmed(run, index, publisher, row, isLate ? TOLD.connectionLost : packed % TELLINGS);
}

/** A message's fate, as far as its publisher is told. Whoever waits outside may have room now. */
function confirmed(run: Run, index: number, publisher: AmqpPublisher, row: number, told: number): void {
  // Its process may have died since, which knows nothing of it.
  if (run.messages.int[row + M.status] === STATUS_WAITING) {
    publisher.unconfirmed -= 1;
    if (told === TOLD.confirmed) tellFate(run, row, STATUS_ACKNOWLEDGED);
    else tellFailure(run, row, told);
  }
  letGo(run, row);
  if (publisher.blocked > 0) admitWaiting(run, index);
}

function tellFailure(run: Run, row: number, told: number): void {
  if (told === TOLD.refused) tellFate(run, row, STATUS_REFUSED, 'queue full');
  else if (told === TOLD.returned) tellFate(run, row, STATUS_REFUSED, 'returned: no route');
  else tellFate(run, row, STATUS_UNKNOWN, 'connection lost');
}

/** [HD1] The publisher's process has died: what waits is refused, what it has sent and not been told of is unknown. */
export function crashPublisher(run: Run, index: number): void {
  const publisher = run.amqp.publishers[index]!;
  while (publisher.blocked > 0) endMessage(run, leaveFirst(run, publisher, false), STATUS_REFUSED, 'publisher crashed');
  abandonSent(run, index, 'publisher crashed');
  reconnectPublisher(run, publisher);
}

/** Nobody listens any more for the confirms of what was sent. */
export function abandonSent(run: Run, index: number, why: string): void {
  const publisher = run.amqp.publishers[index]!;
  const { int, num } = run.messages;
  const outside = new Set<number>();
  for (let row = publisher.blockedHead; row >= 0; row = int[row + M.next]!) outside.add(row);
  publisher.unconfirmed = 0;
  for (const row of rowsInUse(run.messages)) {
    if (int[row + M.source] !== publisher.source || num[row + M.client] !== index) continue;
    if (int[row + M.status] === STATUS_WAITING && !outside.has(row)) tellFate(run, row, STATUS_UNKNOWN, why);
  }
}

/** Its connection has ended: the next one, with a channel, takes its place. */
export function reconnectPublisher(run: Run, publisher: AmqpPublisher): void {
  reconnect(run.amqp.broker, publisher.channel, run.nowNs);
}
