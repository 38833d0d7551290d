/** What happens next, in words: for who goes through a run event by event. */
import { nameOf, sayFault } from '../../scenario/change-words.ts';
import { peekSlot } from '../core/event-queue.ts';
import { eventOf } from '../core/event-slots.ts';
import { OP } from '../events.ts';
import type { EventStory } from '../report.ts';
import type { Run } from '../state.ts';
import { logSubscription } from '../brokers/log/subscription.ts';

/** What an event happens to; the index of its target counts within that. */
export type EventTarget =
  | 'producer'
  | 'client'
  | 'topic'
  | 'reader'
  | 'instance'
  | 'member'
  | 'group'
  | 'cursor'
  | 'manager'
  | 'transaction'
  | 'fetcher'
  | 'broker'
  | 'cluster'
  | 'consumer'
  | 'publisher'
  | 'amqpDelivery'
  | 'sender'
  | 'call'
  | 'sqs'
  | 'receiver'
  | 'handles'
  | 'delivery'
  | 'inserter'
  | 'poller'
  | 'poll'
  | 'store'
  | 'fault'
  | 'nothing';

/** What each event is called, and what its target is. A complete table. */
export const EVENTS: Readonly<Record<keyof typeof OP, readonly [what: string, target: EventTarget]>> = {
  arrive: ['Fact happens', 'producer'],
  clientWake: ['Producer looks at its batches', 'client'],
  requestArrives: ['Produce request arrives', 'client'],
  responseArrives: ['Produce request answered', 'client'],
  append: ['Batch appended', 'topic'],
  replicated: ['Batch replicated', 'topic'],
  elected: ['Leader elected', 'topic'],
  retention: ['Retention looks for old segments', 'topic'],
  unmute: ['Throttle time is over', 'client'],
  clean: ['Log cleaner looks for superseded records', 'topic'],
  fetchArrives: ['Fetch arrives', 'reader'],
  fetchReturns: ['Fetch answered', 'reader'],
  workDone: ['Work done', 'instance'],
  handlerResumes: ['Handler goes on', 'instance'],
  handlerRetries: ['Handler tries again', 'instance'],
  sharedWorkDone: ['Work done', 'instance'],
  commitArrives: ['Commit arrives', 'instance'],
  commitReturns: ['Commit answered', 'instance'],
  autoCommitDue: ['Automatic commit due', 'instance'],
  consumerFails: ['Poll throws', 'instance'],
  heartbeatDue: ['Heartbeat due', 'instance'],
  heartbeatArrives: ['Heartbeat arrives', 'instance'],
  heartbeatReturns: ['Heartbeat answered', 'instance'],
  fetchTimesOut: ['Fetch has waited long enough', 'reader'],
  revocationTimesOut: ['Revocation looked at', 'member'],
  randomCrash: ['Crash', 'instance'],
  processRestarts: ['Restart', 'instance'],
  joinArrives: ['Join arrives', 'instance'],
  assignmentArrives: ['Assignment received', 'instance'],
  positionsArrive: ['Positions received', 'instance'],
  rebalanceNotice: ['Heartbeat answered: rebalance', 'instance'],
  pollDeadline: ['Time between polls looked at', 'instance'],
  leaveArrives: ['Leave arrives', 'instance'],
  sessionExpires: ['Session looked at', 'member'],
  joinCompletes: ['Joining looked at', 'group'],
  syncCompletes: ['Assignment decided', 'group'],
  fault: ['Fault', 'fault'],
  faultEnds: ['Fault ends', 'nothing'],
  transactionAsked: ['Request at the transaction coordinator', 'manager'],
  transactionAnswered: ['Transaction coordinator answers', 'manager'],
  transactionStep: ['Transactional producer goes on', 'manager'],
  transactionDue: ['Application commits its transaction', 'manager'],
  appendMarker: ['Transaction marker appended', 'transaction'],
  transactionDecided: ['Transaction decided', 'transaction'],
  transactionOver: ['Consumer goes on after its transaction', 'manager'],
  abortScan: ['Coordinator looks for transactions that timed out', 'transaction'],
  watch: ['Checks looked at', 'nothing'],
  shareFetchArrives: ['Share fetch arrives', 'reader'],
  shareFetchReturns: ['Share fetch answered', 'reader'],
  shareAcknowledgeArrives: ['Acknowledgements arrive', 'reader'],
  shareLeaveArrives: ['Leave arrives', 'instance'],
  shareConnectionCloses: ['Connection closed', 'instance'],
  shareAssignmentArrives: ['Assignment received', 'instance'],
  shareLocksEnd: ['Acquisition locks looked at', 'cursor'],
  shareRenew: ['Acquisition locks renewed', 'instance'],
  replicaFetch: ["Follower's fetch arrives", 'fetcher'],
  replicaFetched: ['Follower has written', 'fetcher'],
  brokerSessionEnds: ['Broker session looked at', 'broker'],
  elections: ['Controller elects leaders', 'cluster'],
  leaderRebalance: ['Preferred leaders looked at', 'cluster'],
  isrCheck: ['In-sync replicas looked at', 'cluster'],
  metadataArrives: ['Metadata received', 'client'],
  insertArrives: ['Insert arrives', 'inserter'],
  insertReturns: ['Insert answered', 'inserter'],
  inserterWakes: ['Inserts looked at', 'inserter'],
  pollDue: ['Poll due', 'poller'],
  statementArrives: ['Statement arrives', 'poller'],
  statementReturns: ['Statement answered', 'poller'],
  tableSessionDue: ['Statement has run', 'store'],
  tableTimerDue: ['Log flushed', 'store'],
  tableJobDue: ['Job due', 'poll'],
  tableSessionCloses: ['Connection closed', 'store'],
  autoscalerPolls: ['Autoscaler polls', 'consumer'],
  autoscalerDecides: ['Autoscaler decides', 'consumer'],
  requestTimesOut: ['Patience of a request looked at', 'consumer'],
  requestAgain: ['Request sent again', 'consumer'],
  callerAsks: ['Caller has thought', 'consumer'],
  instanceStarts: ['Instance has started', 'instance'],
  amqpPublishArrives: ['Message arrives', 'publisher'],
  amqpConfirmed: ['Confirm arrives', 'publisher'],
  amqpDelivered: ['Delivery arrives', 'amqpDelivery'],
  amqpAnswerArrives: ['Acknowledgement arrives', 'nothing'],
  amqpDue: ['Lifetimes looked at', 'nothing'],
  amqpConnects: ['Instance connects', 'instance'],
  amqpConnectionEnds: ['Connection ends', 'instance'],
  amqpSilent: ['Heartbeats missed', 'instance'],
  amqpUnblocked: ['Publishers go on', 'nothing'],
  amqpOffsetStored: ['Offset is stored', 'instance'],
  amqpStoreDue: ['Offset due to be stored', 'instance'],
  sqsCallArrives: ['Call arrives', 'call'],
  sqsCallReturns: ['Call answered', 'call'],
  sqsSenderWakes: ['Client looks at its calls', 'sender'],
  sqsQueueDue: ['Delays and timeouts looked at', 'sqs'],
  sqsReceiveArrives: ['Receive arrives', 'receiver'],
  sqsReceiveReturns: ['Receive answered', 'receiver'],
  sqsReceiveLooked: ['Receive looked at', 'receiver'],
  sqsRested: ['Client asks again', 'receiver'],
  sqsExtends: ['Visibility timeouts extended', 'receiver'],
  sqsHandlesArrive: ['Deletes or changes of visibility arrive', 'handles'],
  sqsHandlesAgain: ['Deletes or changes of visibility sent again', 'handles'],
  snsArrives: ['Copy arrives', 'delivery'],
  snsTriesAgain: ['Copy sent again', 'delivery'],
};

const BY_NUMBER: ReadonlyMap<number, readonly [string, EventTarget]> = new Map(
  Object.entries(OP).map(([name, number]) => [number, EVENTS[name as keyof typeof OP]]),
);

/** The event that the next step will process: "Fetch answered", "Orders → Billing 2". Null when there is none. */
export function tellNext(run: Run): EventStory | null {
  const slot = peekSlot(run.queue);
  if (slot < 0) return null;
  const event = eventOf(run.queue.slots, slot);
  const kind = BY_NUMBER.get(event.operation);
  if (kind === undefined) return null;
  const [what, target] = kind;
  return { what, where: PLACES[target](run, event.target, event.a) };
}

/** By the names of the design as it stands; what an edit has removed is called by its id. */
/** What an event of each kind is told to be about. A complete table. */
const PLACES: { readonly [T in EventTarget]: (run: Run, index: number, a: number) => string } = {
  producer: (run, index) => nameOf(run.design, run.producers[index]!.id),
  client: (run, index) => clientName(run, index),
  topic: (run, index) => nameOf(run.design, run.topics[index]!.id),
  reader: (run, index) => readerName(run, index),
  instance: (run, index) => instanceName(run, index),
  member: (run, index) => instanceName(run, run.members[index]!.instance),
  group: (run, index) => nameOf(run.design, run.groups[index]!.name),
  cursor: (run, index) => cursorName(run, index),
  manager: (run, index) => run.transactions[run.managers[index]!.transaction]!.transactionalId,
  transaction: (run, index) => run.transactions[index]!.transactionalId,
  fetcher: (run, index) =>
    `${brokerName(run, run.fetchers[index]!.leader)} → ${run.brokers[run.fetchers[index]!.follower]!.number}`,
  broker: (run, index) => brokerName(run, index),
  cluster: (run, index) => nameOf(run.design, run.clusters[index]!.id),
  consumer: (run, index) => nameOf(run.design, run.consumers[index]!.id),
  publisher: (run, index) => publisherName(run, index),
  amqpDelivery: (run, index) => deliveryName(run, index),
  sender: (run, index) => senderName(run, index),
  call: (run, index) => senderName(run, run.sqs.calls.rows[index]!.sender),
  sqs: (run, index) => nameOf(run.design, run.sqs.places[index]!.id),
  receiver: (run, index) => receiverName(run, index),
  handles: (run, index) => edgeName(run, run.sqs.feeds[run.sqs.handleCalls.rows[index]!.feed]!.edge),
  delivery: (run, index) => edgeName(run, run.sqs.routes[run.sqs.deliveries.rows[index]!.route]!.edge),
  inserter: (run, index) => whoPublishes(run, run.inserters[index]!),
  poller: (run, index) => pollerName(run, index),
  poll: (run, index) => storeName(run, run.polls[index]!.store),
  store: (run, index) => storeName(run, index),
  fault: (run, _index, a) => faultName(run, a),
  nothing: () => '',
};

function brokerName(run: Run, index: number): string {
  const { cluster, number } = run.brokers[index]!;
  return `${nameOf(run.design, run.clusters[cluster]!.id)} ${number}`;
}

function clientName(run: Run, index: number): string {
  return whoPublishes(run, run.clients[index]!);
}

function storeName(run: Run, index: number): string {
  return nameOf(run.design, run.stores[index]!.id);
}

function pollerName(run: Run, index: number): string {
  const { poll, instance } = run.pollers[index]!;
  return `${storeName(run, run.polls[poll]!.store)} → ${instanceName(run, instance)}`;
}

function whoPublishes(run: Run, { source, owner }: Pick<Run['clients'][number], 'source' | 'owner'>): string {
  const { from, to } = run.edges[run.sources[source]!.edge]!;
  const sender = owner.kind === 'instance' ? instanceName(run, owner.index) : nameOf(run.design, from);
  return `${sender} → ${nameOf(run.design, to)}`;
}

function publisherName(run: Run, index: number): string {
  return whoPublishes(run, run.amqp.publishers[index]!);
}

function deliveryName(run: Run, index: number): string {
  const { feed, instance } = run.amqp.deliveries.rows[index]!;
  return `${nameOf(run.design, run.edges[run.amqp.feeds[feed]!.edge]!.from)} → ${instanceName(run, instance)}`;
}

function edgeName(run: Run, index: number): string {
  const { from, to } = run.edges[index]!;
  return `${nameOf(run.design, from)} → ${nameOf(run.design, to)}`;
}

function senderName(run: Run, index: number): string {
  return whoPublishes(run, run.sqs.senders[index]!);
}

function receiverName(run: Run, index: number): string {
  const { feed, instance } = run.sqs.receivers[index]!;
  return `${nameOf(run.design, run.edges[run.sqs.feeds[feed]!.edge]!.from)} → ${instanceName(run, instance)}`;
}

function readerName(run: Run, index: number): string {
  const reader = run.readers[index]!;
  const { from } = run.edges[run.links[reader.link]!.edge]!;
  return `${nameOf(run.design, from)} → ${instanceName(run, reader.instance)}`;
}

function instanceName(run: Run, index: number): string {
  const instance = run.instances[index]!;
  return `${nameOf(run.design, run.consumers[instance.consumer]!.id)} ${instance.index}`;
}

function cursorName(run: Run, index: number): string {
  const { subscription, partition } = run.cursors[index]!;
  return `${nameOf(run.design, run.topics[logSubscription(run, subscription).topic]!.id)} P${partition}`;
}

function faultName(run: Run, index: number): string {
  const fault = run.script[index];
  return fault === undefined || fault === null ? 'taken out of the script' : sayFault(run.design, fault);
}
