/** The controller: which brokers it counts on, when it decides, and who is the controller. */
import { fromMs } from '../../../core/time.ts';
import { at, OP, PRIORITY } from '../../../events.ts';
import type { Run } from '../../../state.ts';
import type { ClusterState } from './cluster-state.ts';
import { electLeaders, electPreferred, eachPartition } from './elections.ts';
import { advance, scheduleIsrCheck } from './isr.ts';
import { dropZombie } from './zombie.ts';
import { resumeFetching } from './fetchers.ts';

/** Sets the periodic alarms of a cluster anew: it has begun, or its settings have changed. */
export function scheduleRounds(run: Run, clusterIndex: number): void {
  run.clusters[clusterIndex]!.ticket += 1;
  scheduleIsrCheck(run, clusterIndex);
  scheduleRebalance(run, clusterIndex);
}

function scheduleRebalance(run: Run, clusterIndex: number): void {
  const { settings, ticket } = run.clusters[clusterIndex]!;
  if (!settings!.autoLeaderRebalanceEnable) return;
  const dueNs = run.nowNs + fromMs(settings!.leaderImbalanceCheckIntervalMs);
  at(run, dueNs, PRIORITY.broker, OP.leaderRebalance, clusterIndex, ticket);
}

/** [KC8] Leadership goes back to preferred replicas. */
export function leaderRebalance(run: Run, clusterIndex: number, ticket: number): void {
  const cluster = run.clusters[clusterIndex]!;
  if (cluster.gone || cluster.ticket !== ticket) return;
  if (cluster.controllerBackNs <= run.nowNs) electPreferred(run, clusterIndex);
  scheduleRebalance(run, clusterIndex);
}

/** [KC6] The controller hears a broker no more: its session ends that long after its last heartbeat. */
export function loseSession(run: Run, index: number): void {
  const broker = run.brokers[index]!;
  const { settings } = run.clusters[broker.cluster]!;
  broker.sessionTicket += 1;
  if (broker.fenced) return;
  const intervalNs = fromMs(settings!.brokerHeartbeatIntervalMs);
  const beats = Math.floor((run.nowNs - broker.heartbeatsFromNs) / intervalNs);
  const endsNs = broker.heartbeatsFromNs + beats * intervalNs + fromMs(settings!.brokerSessionTimeoutMs);
  at(run, Math.max(run.nowNs, endsNs), PRIORITY.broker, OP.brokerSessionEnds, index, broker.sessionTicket);
}

export function brokerSessionEnds(run: Run, index: number, ticket: number): void {
  const broker = run.brokers[index]!;
  const cluster = run.clusters[broker.cluster]!;
  if (cluster.gone || broker.sessionTicket !== ticket) return;
  if (cluster.controllerBackNs > run.nowNs) {
    const endsNs = cluster.controllerBackNs + fromMs(cluster.settings!.brokerSessionTimeoutMs);
    if (endsNs < Infinity) at(run, endsNs, PRIORITY.broker, OP.brokerSessionEnds, index, ticket);
    return;
  }
  fence(run, index);
}

/** The broker leaves the ISR of every partition where it is not the last one, and others are elected where it led. */
function fence(run: Run, index: number): void {
  const broker = run.brokers[index]!;
  broker.fenced = true;
  eachPartition(run, broker.cluster, (topicIndex, partition, log) => {
    if (log.isr.length < 2 || !log.isr.includes(index)) return;
    log.isr = log.isr.filter((member) => member !== index);
    if (log.leader >= 0 && log.leader !== index) advance(run, topicIndex, partition);
  });
  decideSoon(run, broker.cluster);
}

/** The controller decides, and its decision takes effect a little later. */
export function decideSoon(run: Run, clusterIndex: number): void {
  const { settings, controllerBackNs } = run.clusters[clusterIndex]!;
  const fromNs = Math.max(run.nowNs, controllerBackNs);
  if (fromNs === Infinity) return;
  at(run, fromNs + fromMs(settings!.electionMs), PRIORITY.broker, OP.elections, clusterIndex);
}

export function elections(run: Run, clusterIndex: number): void {
  const cluster = run.clusters[clusterIndex]!;
  if (cluster.gone) return;
  if (cluster.controllerBackNs > run.nowNs) decideSoon(run, clusterIndex);
  else electLeaders(run, clusterIndex);
}

/**
 * [KC6] The controller hears a broker that was gone. One that restarted loses what it led, even within its session; one that
 * was out of touch goes on if its session has not ended.
 */
export function regain(run: Run, index: number): void {
  const broker = run.brokers[index]!;
  // It may have died and come back while nobody heard it.
  const restarted = broker.heardIncarnation !== broker.process.incarnation;
  broker.heardIncarnation = broker.process.incarnation;
  broker.sessionTicket += 1;
  broker.heartbeatsFromNs = run.nowNs;
  bringController(run, run.clusters[broker.cluster]!);
  const wasOut = broker.fenced;
  if (restarted && !wasOut) fence(run, index);
  broker.fenced = false;
  eachPartition(run, broker.cluster, (topicIndex, partition, log) => {
    if (log.replication!.zombie?.broker === index) dropZombie(run, topicIndex, partition);
  });
  if (restarted || wasOut) decideSoon(run, broker.cluster);
  resumeFetching(run, index);
}

/** [KC11] The broker that the controller ran on is gone: another one takes over. */
export function loseController(run: Run, index: number): void {
  const cluster = run.clusters[run.brokers[index]!.cluster]!;
  if (cluster.controller !== index) return;
  cluster.controller = -1;
  cluster.controllerBackNs = Infinity;
  bringController(run, cluster);
}

/** Where the controller is to run, at the start and when the setting changes. */
export function seatController(run: Run, cluster: ClusterState): void {
  const combined = cluster.settings!.combinedController;
  cluster.controller = combined ? firstUp(run, cluster) : -1;
  cluster.controllerBackNs = combined && cluster.controller < 0 ? Infinity : 0;
}

/** The next broker that is up becomes the controller, if there is none. */
function bringController(run: Run, cluster: ClusterState): void {
  if (cluster.controllerBackNs !== Infinity) return;
  const next = firstUp(run, cluster);
  if (next < 0) return;
  cluster.controller = next;
  cluster.controllerBackNs = run.nowNs + fromMs(cluster.settings!.controllerFailoverMs);
  // [KC11] It waits a whole session for everybody.
  for (const index of cluster.brokers) {
    const broker = run.brokers[index]!;
    const { process, isolated, fenced } = broker;
    if (fenced || !(process.crashed || process.frozen || isolated)) continue;
    broker.sessionTicket += 1;
    const endsNs = cluster.controllerBackNs + fromMs(cluster.settings!.brokerSessionTimeoutMs);
    at(run, endsNs, PRIORITY.broker, OP.brokerSessionEnds, index, broker.sessionTicket);
  }
  decideSoon(run, run.clusters.indexOf(cluster));
}

function firstUp(run: Run, cluster: ClusterState): number {
  const up = cluster.brokers.find((index) => {
    const { process, isolated } = run.brokers[index]!;
    return !process.crashed && !process.frozen && !isolated;
  });
  return up ?? -1;
}
