/**
 * From a design to state: what is added, changed and removed, at the start and while the run is going.
 *
 * The tables are complete over the kinds: a new kind does not compile until the engine has its row.
 */
import type { EdgeOf, NodeOf, ResolvedEdge, ResolvedNode } from '../../scenario/resolve.ts';
import type { Run } from '../state.ts';
import {
  addAmqpConsume,
  addAmqpPublish,
  changeAmqpConsume,
  changeAmqpPublish,
  removeAmqpConsume,
  removeAmqpPublish,
} from './amqp-edges.ts';
import {
  addBind,
  addDeadLetter,
  addExchange,
  addQueue,
  addRabbitmq,
  changeBind,
  changeDeadLetter,
  changeExchange,
  changeQueue,
  changeRabbitmq,
  removeBind,
  removeDeadLetter,
  removeExchange,
  removeQueue,
  removeRabbitmq,
} from './amqp-topology.ts';
import { addClusterNode, addHost, changeHost, changeClusterNode, removeClusterNode, removeHost } from './clusters.ts';
import {
  addConsumer,
  addSubscribe,
  changeConsumer,
  changeSubscribe,
  removeConsumer,
  removeSubscribe,
} from './consumers.ts';
import { place } from './places.ts';
import { addRequester, changeRequester, removeRequester } from './requesters.ts';
import {
  addInsert,
  addPoll,
  addStore,
  changeInsert,
  changePoll,
  changeStore,
  removeInsert,
  removePoll,
  removeStore,
} from './stores.ts';
import { addProducer, addPublish, changeProducer, changePublish, removeProducer, removePublish } from './sources.ts';
import {
  addReceiving,
  addRedrive,
  addRoute,
  addSending,
  addSns,
  addSqs,
  changeReceiving,
  changeRedrive,
  changeRoute,
  changeSending,
  changeSns,
  changeSqs,
  removeReceiving,
  removeRedrive,
  removeRoute,
  removeSending,
  removeSns,
  removeSqs,
} from './sqs.ts';
import { addTopic, changeTopic, removeTopic } from './topics.ts';

/** `index` is the node's place in the array of its kind; for an edge it is that of its source or link. */
export interface Builder<Item> {
  add(run: Run, item: Item): void;
  change(run: Run, index: number, item: Item): void;
  remove(run: Run, index: number): void;
}

/** Annotations simulate nothing; they only have a place. */
const annotation: Builder<ResolvedNode> = {
  add: (run, node) => place(run, node.id, 'annotation', 0),
  change: () => undefined,
  remove: () => undefined,
};

const nodeBuilders: { readonly [Kind in ResolvedNode['kind']]: Builder<NodeOf<Kind>> } = {
  producer: { add: addProducer, change: changeProducer, remove: removeProducer },
  topic: { add: addTopic, change: changeTopic, remove: removeTopic },
  cluster: { add: addClusterNode, change: changeClusterNode, remove: removeClusterNode },
  client: { add: addRequester, change: changeRequester, remove: removeRequester },
  store: { add: addStore, change: changeStore, remove: removeStore },
  consumer: { add: addConsumer, change: changeConsumer, remove: removeConsumer },
  exchange: { add: addExchange, change: changeExchange, remove: removeExchange },
  queue: { add: addQueue, change: changeQueue, remove: removeQueue },
  rabbitmq: { add: addRabbitmq, change: changeRabbitmq, remove: removeRabbitmq },
  sqs: { add: addSqs, change: changeSqs, remove: removeSqs },
  sns: { add: addSns, change: changeSns, remove: removeSns },
  note: annotation,
  frame: annotation,
};

const edgeBuilders: { readonly [Kind in ResolvedEdge['kind']]: Builder<EdgeOf<Kind>> } = {
  publish: { add: addPublish, change: changePublish, remove: removePublish },
  subscribe: { add: addSubscribe, change: changeSubscribe, remove: removeSubscribe },
  sqsSend: { add: addSending, change: changeSending, remove: removeSending },
  sqsReceive: { add: addReceiving, change: changeReceiving, remove: removeReceiving },
  redrive: { add: addRedrive, change: changeRedrive, remove: removeRedrive },
  snsPublish: { add: addSending, change: changeSending, remove: removeSending },
  snsSubscribe: { add: addRoute, change: changeRoute, remove: removeRoute },
  host: { add: addHost, change: changeHost, remove: removeHost },
  amqpPublish: { add: addAmqpPublish, change: changeAmqpPublish, remove: removeAmqpPublish },
  bind: { add: addBind, change: changeBind, remove: removeBind },
  amqpConsume: { add: addAmqpConsume, change: changeAmqpConsume, remove: removeAmqpConsume },
  deadLetter: { add: addDeadLetter, change: changeDeadLetter, remove: removeDeadLetter },
  insert: { add: addInsert, change: changeInsert, remove: removeInsert },
  poll: { add: addPoll, change: changePoll, remove: removePoll },
};

/** The row of a node's own kind. Sound because the row is picked by the very node that it is given. */
export function nodeBuilder(kind: ResolvedNode['kind']): Builder<ResolvedNode> {
  return nodeBuilders[kind];
}

export function edgeBuilder(kind: ResolvedEdge['kind']): Builder<ResolvedEdge> {
  return edgeBuilders[kind];
}
