/** Building what a broker declares: exchanges, queues, bindings, dead letters, and the broker's own settings. */
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import { drawnExchange } from '../../scenario/amqp/drawn-routing.ts';
import { declareExchange, deleteExchange } from '../../scenario/amqp/routing-table.ts';
import { delaysOf, type AmqpQueue } from '../amqp/amqp-state.ts';
import { startAmqp } from '../amqp/faults.ts';
import { argumentsOf, declareQueue, loosen, tie } from '../amqp/declarations.ts';
import { watchMemory } from '../amqp/memory.ts';
import { takeOutcomes } from '../amqp/outcomes.ts';
import { consumeFrom } from '../amqp/sessions.ts';
import { holdLimit } from '../brokers/amqp/accept.ts';
import { REASON } from '../brokers/amqp/codes.ts';
import { COPY, FREED } from '../brokers/amqp/copies.ts';
import { bury } from '../brokers/amqp/dead-letter.ts';
import { retryKept } from '../brokers/amqp/later.ts';
import { refitQueues, removeQueueNow, startUnused } from '../brokers/amqp/queue-life.ts';
import { FEATURES_4_0, FEATURES_4_3, KIND } from '../brokers/amqp/state.ts';
import { fromMs } from '../core/time.ts';
import { disown, slotOf } from '../ledger/ledger.ts';
import { O } from '../ledger/layout.ts';
import { obligationAt } from '../ledger/messages.ts';
import { createSubscription } from '../ledger/subscription.ts';
import type { Run } from '../state.ts';
import { enterFeeds, leaveFeeds } from './amqp-edges.ts';
import { addEdgeState, place } from './places.ts';

export function addRabbitmq(run: Run, node: NodeOf<'rabbitmq'>): void {
  const { drawn } = run.amqp;
  drawn.push(node);
  place(run, node.id, 'rabbitmq', drawn.length - 1);
  configure(run);
}

export function changeRabbitmq(run: Run, index: number, node: NodeOf<'rabbitmq'>): void {
  run.amqp.drawn[index] = node;
  configure(run);
}

/** Without any node the broker is there with its defaults, and up. */
export function removeRabbitmq(run: Run, index: number): void {
  const { amqp } = run;
  amqp.drawn[index] = null;
  configure(run);
  if (amqp.settings === null) startAmqp(run);
}

/** There is one broker: of several nodes the first one says how it is. */
function configure(run: Run): void {
  const { amqp } = run;
  const node = amqp.drawn.find((each) => each !== null) ?? null;
  amqp.settings = node;
  Object.assign(amqp, delaysOf(node));
  const { broker } = amqp;
  broker.features = { ...(node?.release === '4.0' ? FEATURES_4_0 : FEATURES_4_3) };
  refitQueues(broker);
  broker.consumerTimeoutNs = node === null ? -1 : fromMs(node.consumerTimeoutMs);
  watchMemory(run);
}

export function addExchange(run: Run, node: NodeOf<'exchange'>): void {
  const { amqp } = run;
  amqp.exchanges.push({ id: node.id, gone: false, settings: node, published: 0, unroutable: 0, returned: 0 });
  declareExchange(amqp.broker.routing, drawnExchange(node, alternateOf(run, node.id)));
  place(run, node.id, 'exchange', amqp.exchanges.length - 1);
}

/** The exchange at the other end of the first edge that says so; null for none. */
function alternateOf({ amqp }: Run, id: string): string | null {
  const edge = amqp.bindings.find(({ gone, settings }) => !gone && settings.alternate && settings.from === id);
  return edge === undefined ? null : edge.settings.to;
}

export function changeExchange(run: Run, index: number, node: NodeOf<'exchange'>): void {
  run.amqp.exchanges[index]!.settings = node;
  redeclare(run, node.id);
}

/** [ED11] An exchange of another kind is another exchange: it is deleted, declared and bound anew. */
function redeclare(run: Run, id: string): void {
  const { amqp } = run;
  const exchange = amqp.exchanges.find((each) => each.id === id && !each.gone);
  if (exchange === undefined) return;
  const touching = amqp.bindings.filter(({ gone, settings }) => !gone && (settings.from === id || settings.to === id));
  for (const binding of touching) loosen(run, binding);
  deleteExchange(amqp.broker.routing, id);
  declareExchange(amqp.broker.routing, drawnExchange(exchange.settings, alternateOf(run, id)));
  for (const binding of touching) tie(run, binding);
}

export function removeExchange(run: Run, index: number): void {
  const exchange = run.amqp.exchanges[index]!;
  exchange.gone = true;
  deleteExchange(run.amqp.broker.routing, exchange.id);
}

export function addBind(run: Run, edge: EdgeOf<'bind'>): void {
  const { bindings } = run.amqp;
  const index = bindings.length;
  const binding = {
    edge: addEdgeState(run, edge, index),
    gone: false,
    settings: edge,
    ids: [],
    matchedBefore: 0,
  };
  bindings.push(binding);
  if (edge.alternate) redeclare(run, edge.from);
  else tie(run, binding);
}

export function changeBind(run: Run, index: number, edge: EdgeOf<'bind'>): void {
  const binding = run.amqp.bindings[index]!;
  const names = binding.settings.alternate || edge.alternate;
  loosen(run, binding);
  binding.settings = edge;
  if (names) redeclare(run, edge.from);
  else tie(run, binding);
}

export function removeBind(run: Run, index: number): void {
  const binding = run.amqp.bindings[index]!;
  loosen(run, binding);
  binding.gone = true;
  run.edges[binding.edge]!.gone = true;
  if (binding.settings.alternate) redeclare(run, binding.settings.from);
}

export function addQueue(run: Run, node: NodeOf<'queue'>): void {
  const { amqp } = run;
  const index = amqp.queues.length;
  const subscription = run.subscriptions.length;
  const isStream = node.type === 'stream';
  run.subscriptions.push(
    Object.assign(createSubscription('amqp', subscription, index, node.id), { active: !isStream }),
  );
  amqp.queues.push({
    id: node.id,
    gone: false,
    settings: node,
    core: -1,
    subscription,
    stream: null,
    enqueued: 0,
    delivered: 0,
    redelivered: 0,
    acknowledged: 0,
    requeued: 0,
    deadLettered: 0,
    deadLettersLost: 0,
    dropped: 0,
    refused: 0,
  });
  place(run, node.id, 'queue', index);
  declareQueue(run, index);
  // One that nobody uses may expire.
  takeOutcomes(run);
}

/** What can only be declared: all else a policy may change while the queue goes on. */
const DECLARED = ['type', 'durable', 'autoDelete', 'maxPriority', 'singleActiveConsumer'] as const;

export function changeQueue(run: Run, index: number, node: NodeOf<'queue'>): void {
  const queue = run.amqp.queues[index]!;
  const isOther = DECLARED.some((each) => queue.settings[each] !== node[each]);
  queue.settings = node;
  if (isOther) replace(run, index);
  else applyPolicy(run, index);
}

/** [ED11] Another queue of the same name: what was in the one before is gone, and its consumers consume anew. */
function replace(run: Run, index: number): void {
  const { amqp } = run;
  const queue = amqp.queues[index]!;
  const isStream = queue.settings.type === 'stream';
  const turns = isStream !== (queue.stream !== null);
  if (turns) leaveFeeds(run, index);
  if (queue.core >= 0) removeQueueNow(amqp.broker, queue.core, REASON.restart);
  takeOutcomes(run);
  if (turns) {
    queue.stream = null;
    run.subscriptions[queue.subscription]!.active = !isStream;
    enterFeeds(run, index, isStream);
  }
  declareQueue(run, index);
  consumeAgain(run, index);
}

/** All instances that read a queue consume from it, as far as they are connected. */
function consumeAgain(run: Run, index: number): void {
  run.amqp.feeds.forEach((feed, feedIndex) => {
    if (feed.gone || feed.queue !== index) return;
    for (const instance of run.consumers[feed.consumer]!.instances) consumeFrom(run, instance, feedIndex);
  });
  takeOutcomes(run);
}

/** Limits, lifetimes and dead letters as they are now. */
function applyPolicy(run: Run, index: number): void {
  const { broker, queues } = run.amqp;
  const { core, settings } = queues[index]!;
  if (core < 0) return;
  const queue = broker.queues[core]!;
  Object.assign(queue.arguments, argumentsOf(run, settings));
  const { maxLength, maxLengthBytes, deliveryLimit } = queue.arguments;
  queue.limited = queue.kind !== KIND.stream && (maxLength >= 0 || maxLengthBytes >= 0);
  queue.deliveryLimit = deliveryLimit ?? broker.features.deliveryLimit;
  if (queue.limited) holdLimit(broker, queue);
  // Dead letters may go elsewhere now, or need not arrive any more.
  retryKept(broker, queue);
  if (queue.consumers.length === 0) startUnused(broker, queue, run.nowNs);
  bury(broker, run.nowNs);
  takeOutcomes(run);
}

export function removeQueue(run: Run, index: number): void {
  const queue = run.amqp.queues[index]!;
  queue.gone = true;
  excuse(run, queue);
  if (queue.core >= 0) removeQueueNow(run.amqp.broker, queue.core, REASON.queueGone);
  takeOutcomes(run);
  run.subscriptions[queue.subscription]!.active = false;
}

/** Nothing is owed of what is in a queue that a person takes away. */
function excuse(run: Run, { core, subscription }: AmqpQueue): void {
  const { copies } = run.amqp.broker;
  for (let copy = 0; copy < copies.used; copy += 1) {
    if (copies.queue[copy] === FREED || copies.queue[copy] !== core) continue;
    if ((copies.flags[copy]! & COPY.ofStream) !== 0) continue;
    const row = copies.message[copy]!;
    const slot = slotOf(run, row, subscription);
    const { rows } = run.messages.obligations;
    if (rows[obligationAt(run.messages, row, slot) + O.applied] === 0) disown(run, row, slot);
  }
}

export function addDeadLetter(run: Run, edge: EdgeOf<'deadLetter'>): void {
  const { deadLetters } = run.amqp;
  const index = deadLetters.length;
  deadLetters.push({ edge: addEdgeState(run, edge, index), gone: false, settings: edge });
  applyPolicy(run, run.places[edge.from]!.index);
}

export function changeDeadLetter(run: Run, index: number, edge: EdgeOf<'deadLetter'>): void {
  run.amqp.deadLetters[index]!.settings = edge;
  applyPolicy(run, run.places[edge.from]!.index);
}

export function removeDeadLetter(run: Run, index: number): void {
  const dead = run.amqp.deadLetters[index]!;
  dead.gone = true;
  run.edges[dead.edge]!.gone = true;
  const from = run.places[dead.settings.from];
  if (from?.kind === 'queue') applyPolicy(run, from.index);
}
