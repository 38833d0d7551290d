/** Faults: what a fault does to its target, and how it ends. The same for scripted ones and for those caused live. */
import { unreachable } from '../core/assert.ts';
import { fromMs } from '../core/time.ts';
import { amqpEdgeChanged, crashAmqp, purgeAmqpQueue, restartAmqp, startAmqp } from '../amqp/faults.ts';
import { brokersOf, isPlaced, leaderProcess } from '../brokers/log/brokers.ts';
import {
  crashBroker,
  healBroker,
  isolateBroker,
  pauseBroker,
  restartBroker,
  resumeBroker,
} from '../brokers/log/cluster/broker-faults.ts';
import type { TopicState } from '../brokers/log/log-state.ts';
import { crashTopic, restartTopic } from '../brokers/log/topic.ts';
import { chosenCursors, askSeek, pausePartition, resumePartition } from '../brokers/log/positions.ts';
import { poll } from '../handlers/poll.ts';
import { refetch, requestFetch } from '../brokers/log/fetch.ts';
import { crashPublishers, resumePublishers } from '../clients/publishers.ts';
import { resumeArrivals } from '../clients/producer.ts';
import { startManager } from '../clients/transactions/manager.ts';
import { repeatTransactionRequest } from '../clients/transactions/requests.ts';
import { at, OP, PRIORITY, thaw } from '../events.ts';
import { connectionChanged, crashInstance, freezeInstance, startInstance, thawInstance } from '../handlers/instance.ts';
import { judgeEdge } from '../network.ts';
import type { EdgeState, Run } from '../state.ts';
import { purgeSqs, redriveSqs } from '../sqs/by-hand.ts';
import { releaseParked } from '../table/poller.ts';
import { crashStore, restartStore } from '../table/sessions.ts';
import type { FaultAction } from '../../scenario/document.ts';

/** Causes a fault now. One with a duration ends by itself. A target that does not exist (any more) is left alone. */
export function causeFault(run: Run, action: FaultAction): void {
  act(run, action);
  noteHold(run, action);
  if (!('forMs' in action) || action.forMs === undefined) return;
  run.endings.push(action);
  at(run, run.nowNs + fromMs(action.forMs), PRIORITY.fault, OP.faultEnds, 0, run.endings.length - 1);
}

/** [FA7] Of faults of one kind on one target the longest counts; what ends them by hand ends them all. */
function noteHold(run: Run, action: FaultAction): void {
  const ended = ENDS[action.do];
  if (ended !== undefined) {
    for (const kind of ended) run.holds[holdOf({ ...action, do: kind } as FaultAction)] = run.nowNs;
    return;
  }
  const endsNs = 'forMs' in action && action.forMs !== undefined ? run.nowNs + fromMs(action.forMs) : Infinity;
  const held = run.holds[holdOf(action)] ?? 0;
  run.holds[holdOf(action)] = held > run.nowNs ? Math.max(held, endsNs) : endsNs;
}

function holdOf(action: FaultAction): string {
  const instance = 'instance' in action && action.instance !== undefined ? action.instance : '*';
  const which = action.do === 'pausePartitions' ? `:${action.topic ?? '*'}:${action.partition ?? '*'}` : '';
  return `${action.do}:${action.target}:${instance}${which}`;
}

/** Faults that end others, by what they end. */
const ENDS: Readonly<Partial<Record<FaultAction['do'], readonly FaultAction['do'][]>>> = {
  restart: ['crash'],
  resume: ['pause'],
  heal: ['cut', 'dropAcks', 'isolate'],
  resumePartitions: ['pausePartitions'],
};

/** The opposite of a fault whose time is up. */
export function faultEnds(run: Run, index: number): void {
  const action = run.endings[index]!;
  const heldUntilNs = run.holds[holdOf(action)];
  if (heldUntilNs !== undefined && heldUntilNs > run.nowNs) return;
  const place = {
    target: action.target,
    ...('instance' in action && action.instance !== undefined ? { instance: action.instance } : {}),
  };
  if (action.do === 'crash') disturbNode(run, 'recover', place.target, place.instance);
  else if (action.do === 'pausePartitions') {
    const { forMs: _forMs, ...which } = action;
    act(run, { ...which, do: 'resumePartitions' });
  } else if (action.do === 'pause') act(run, { do: 'resume', ...place });
  else if (action.do === 'slow') act(run, { do: 'slow', ...place, factor: 1 });
  else if (action.do === 'isolate') act(run, { do: 'heal', ...place });
  else if (action.do === 'cut') setCut(run, action.target, false);
  else if (action.do === 'dropAcks') setDropAcks(run, action.target, false);
}

function act(run: Run, action: FaultAction): void {
  switch (action.do) {
    case 'crash':
    case 'restart':
    case 'pause':
    case 'resume':
      disturbNode(run, action.do, action.target, action.instance);
      return;
    case 'slow':
      slow(run, action.target, action.factor, action.instance);
      return;
    case 'isolate':
      disturbCluster(run, 'isolate', action.target, action.instance);
      return;
    case 'cut':
      setCut(run, action.target, true);
      return;
    case 'heal':
      disturbCluster(run, 'heal', action.target, action.instance);
      setCut(run, action.target, false);
      setDropAcks(run, action.target, false);
      return;
    case 'dropAcks':
      setDropAcks(run, action.target, true);
      return;
    case 'seek':
    case 'pausePartitions':
    case 'resumePartitions':
      moveReaders(run, action);
      return;
    case 'purge':
      purge(run, action.target);
      return;
    case 'redrive':
      redrive(run, action.target);
      return;
    default:
      unreachable(action);
  }
}

/** `recover` restarts what is down, and leaves alone what is up again already. */
type NodeFault = 'crash' | 'restart' | 'recover' | 'pause' | 'resume';

function disturbNode(run: Run, fault: NodeFault, target: string, instance: number | undefined): void {
  const place = run.places[target];
  if (place === undefined) return;
  if (place.kind === 'producer') disturbProducer(run, fault, place.index);
  else if (place.kind === 'topic') disturbTopic(run, fault, place.index);
  else if (place.kind === 'cluster') disturbCluster(run, fault, target, instance);
  else if (place.kind === 'rabbitmq') disturbAmqp(run, fault);
  else if (place.kind === 'store') disturbStore(run, fault, place.index);
  else if (place.kind === 'consumer') {
    const { instances } = run.consumers[place.index]!;
    for (const index of instances) {
      if (instance === undefined || run.instances[index]!.index === instance) disturbInstance(run, fault, index);
    }
  }
}

function disturbProducer(run: Run, fault: NodeFault, index: number): void {
  const { process, sources } = run.producers[index]!;
  if (fault === 'crash' && !process.crashed) {
    process.crashed = true;
    process.incarnation += 1;
    // What had been put aside is void now, and frees what it holds when it is handled as such.
    thaw(run, process);
    crashPublishers(run, sources, 0);
    resumeArrivals(run, index);
  } else if ((fault === 'restart' || fault === 'recover') && process.crashed) {
    process.crashed = false;
    startManagerOf(run, sources);
    resumeArrivals(run, index);
  } else if (fault === 'pause' && !process.crashed) {
    process.frozen = true;
  } else if (fault === 'resume' && process.frozen) {
    // Facts that were due meanwhile did not happen: the pattern starts anew.
    process.deferred = process.deferred.filter((event) => event.operation !== OP.arrive);
    thaw(run, process);
    resumeArrivals(run, index);
    resumePublishers(run, sources, 0);
  }
}

/** Its transactional producer, if it has one, opens anew. */
function startManagerOf(run: Run, sources: readonly number[]): void {
  const source = run.sources[sources[0] ?? -1];
  const first = source?.family === 'log' ? source.clients[0] : undefined;
  if (first !== undefined && run.clients[first]!.manager >= 0) startManager(run, run.clients[first]!.manager);
}

/** What happens to brokers of a cluster, to one of them or to all. */
const BROKER_FAULTS: Readonly<Record<NodeFault | 'isolate' | 'heal', (run: Run, broker: number) => void>> = {
  crash: crashBroker,
  restart: (run, broker) => {
    crashBroker(run, broker);
    restartBroker(run, broker);
  },
  recover: restartBroker,
  pause: pauseBroker,
  resume: resumeBroker,
  isolate: isolateBroker,
  heal: healBroker,
};

function disturbCluster(
  run: Run,
  fault: NodeFault | 'isolate' | 'heal',
  target: string,
  instance: number | undefined,
): void {
  const place = run.places[target];
  if (place?.kind !== 'cluster') return;
  for (const broker of run.clusters[place.index]!.brokers)
    if (instance === undefined || run.brokers[broker]!.number === instance) BROKER_FAULTS[fault](run, broker);
}

/** [KL2] What is done to a topic on a cluster is done to the broker that leads its first partition, or is to lead it. */
function disturbLeader(run: Run, fault: NodeFault, topic: TopicState): void {
  const { leader, replicas, isr } = topic.partitions[0]!;
  const affected = fault === 'crash' || fault === 'pause' ? [leader < 0 ? (isr[0] ?? replicas[0]!) : leader] : replicas;
  // A restart of the topic starts what is down, and leaves alone what is up.
  for (const broker of affected) BROKER_FAULTS[fault === 'restart' ? 'recover' : fault](run, broker);
}

function disturbTopic(run: Run, fault: NodeFault, index: number): void {
  const topic = run.topics[index]!;
  if (isPlaced(run, topic)) {
    disturbLeader(run, fault, topic);
    return;
  }
  if (fault === 'crash') crashTopic(run, index);
  else if (fault === 'restart' || fault === 'recover') restartTopic(run, index);
  else if (fault === 'pause') {
    const process = leaderProcess(run, topic.partitions[0]!);
    if (process !== null) process.frozen = true;
  } else {
    const frozen = brokersOf(run, topic).filter(({ process }) => process.frozen);
    if (frozen.length === 0) return;
    for (const { process } of frozen) thaw(run, process);
    // Refetching takes readers out of the list.
    for (const reader of topic.parked.slice()) refetch(run, reader);
  }
}

/** [RP6] The broker of RabbitMQ is stopped and started. */
function disturbAmqp(run: Run, fault: NodeFault): void {
  if (fault === 'crash') crashAmqp(run);
  else if (fault === 'restart' && !run.amqp.down) restartAmqp(run);
  else if (fault === 'restart' || fault === 'recover') startAmqp(run);
}

function purge(run: Run, target: string): void {
  const place = run.places[target];
  if (place?.kind === 'queue') purgeAmqpQueue(run, place.index);
  else if (place?.kind === 'sqs') purgeSqs(run, place.index);
}

function redrive(run: Run, target: string): void {
  const place = run.places[target];
  if (place?.kind === 'sqs') redriveSqs(run, place.index);
}

function disturbStore(run: Run, fault: NodeFault, index: number): void {
  const { process } = run.stores[index]!;
  if (fault === 'crash') crashStore(run, index);
  else if (fault === 'pause') process.frozen = !process.crashed;
  else if (fault === 'resume') thaw(run, process);
  else {
    if (fault === 'restart') crashStore(run, index);
    restartStore(run, index);
  }
}

function disturbInstance(run: Run, fault: NodeFault, index: number): void {
  const instance = run.instances[index]!;
  if (instance.stopped) return;
  if (fault === 'crash') crashInstance(run, index);
  else if (fault === 'restart') {
    if (!instance.process.crashed) crashInstance(run, index);
    // One that was about to leave is gone now.
    if (!instance.stopped) startInstance(run, index);
  } else if (fault === 'recover') {
    if (instance.process.crashed) startInstance(run, index);
  } else if (fault === 'pause') freezeInstance(run, index);
  else thawInstance(run, index);
}

/** [KO8] [KO10] What a person or a script does to the readers of a consumer's partitions. */
function moveReaders(
  run: Run,
  action: Extract<FaultAction, { do: 'seek' | 'pausePartitions' | 'resumePartitions' }>,
): void {
  const place = run.places[action.target];
  if (place?.kind !== 'consumer') return;
  if (action.do === 'seek') {
    askSeek(run, place.index, action, action.to);
    const { group } = run.consumers[place.index]!;
    for (const consumer of run.consumers)
      if (consumer.group === group) for (const index of consumer.instances) poll(run, index);
    return;
  }
  for (const cursor of chosenCursors(run, place.index, action)) {
    if (action.do === 'pausePartitions') pausePartition(run, cursor);
    else resumePartition(run, cursor);
  }
  if (action.do === 'resumePartitions')
    for (const index of run.consumers[place.index]!.instances)
      for (const reader of run.instances[index]!.readers) requestFetch(run, reader);
}

function slow(run: Run, target: string, factor: number, instance: number | undefined): void {
  const place = run.places[target];
  if (place === undefined) return;
  if (place.kind === 'producer') {
    run.producers[place.index]!.process.slowFactor = factor;
    resumeArrivals(run, place.index);
  } else if (place.kind === 'topic') {
    const topic = run.topics[place.index]!;
    for (const index of isPlaced(run, topic) ? topic.partitions[0]!.replicas : run.clusters[topic.cluster]!.brokers)
      run.brokers[index]!.process.slowFactor = factor;
  } else if (place.kind === 'cluster') {
    for (const index of run.clusters[place.index]!.brokers)
      if (instance === undefined || run.brokers[index]!.number === instance)
        run.brokers[index]!.process.slowFactor = factor;
  } else if (place.kind === 'store') run.stores[place.index]!.db.slowFactor = factor;
  else if (place.kind === 'consumer') slowConsumer(run, place.index, factor);
  else if (place.kind === 'edge') {
    const edge = run.edges[place.index]!;
    edge.slowFactor = factor;
    judgeEdge(edge);
  }
}

/** [RR6] A client that is slow asks in a slower time. */
function slowConsumer(run: Run, index: number, factor: number): void {
  const consumer = run.consumers[index]!;
  consumer.slowFactor = factor;
  if (consumer.requester === null) return;
  const { producer } = consumer.requester;
  run.producers[producer]!.process.slowFactor = factor;
  resumeArrivals(run, producer);
}

function edgeOf(run: Run, target: string): EdgeState | null {
  const place = run.places[target];
  return place?.kind === 'edge' ? run.edges[place.index]! : null;
}

function setCut(run: Run, target: string, cut: boolean): void {
  const edge = edgeOf(run, target);
  if (edge === null || edge.cut === cut) return;
  edge.cut = cut;
  if (cut) edge.lastCutNs = run.nowNs;
  judgeEdge(edge);
  if (edge.kind === 'subscribe') reconnect(run, edge, !cut);
  else if (edge.kind === 'poll') holdUp(run, edge);
  else if (edge.kind === 'publish' && !cut) repeatTransactionRequest(run, run.places[target]!.index);
  else amqpEdgeChanged(run, edge, !cut);
}

function setDropAcks(run: Run, target: string, drop: boolean): void {
  const edge = edgeOf(run, target);
  if (edge === null || edge.dropAcks === drop) return;
  edge.dropAcks = drop;
  judgeEdge(edge);
  if (drop) return;
  if (edge.kind === 'subscribe') reconnect(run, edge, true);
  else if (edge.kind === 'poll') holdUp(run, edge);
  else if (edge.kind === 'publish') repeatTransactionRequest(run, run.places[target]!.index);
}

/** What a `poll` edge held up arrives once nothing stands in its way. [TB21] */
function holdUp(run: Run, edge: EdgeState): void {
  if (!edge.cut && !edge.dropAcks) releaseParked(run, edge.detail);
}

function reconnect(run: Run, edge: EdgeState, healed: boolean): void {
  const link = run.links[edge.detail]!;
  for (const index of run.consumers[link.consumer]!.instances) connectionChanged(run, index, healed);
}
