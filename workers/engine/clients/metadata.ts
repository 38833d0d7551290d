/** What a producer client knows of a cluster: which broker leads which partition, and how it finds out. */
import { fromMs } from '../core/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { latencyNs } from '../network.ts';
import { isPlaced } from '../brokers/log/brokers.ts';
import type { Run } from '../state.ts';
import type { ClientState } from './client-state.ts';
import { openConnection } from './connections.ts';
import { logSource } from './log-source.ts';

/** What a metadata event is for. */
const ASKED = 0;
export const AGED = 1;

/** Whether the client's topic is on a drawn cluster: only then is there anything to find out. */
function isRouted(run: Run, client: ClientState): boolean {
  return isPlaced(run, run.topics[logSource(run, client.source).topic]!);
}

/** The client knows all leaders: it begins, or its topic has moved. */
export function routeClient(run: Run, index: number): void {
  const client = run.clients[index]!;
  client.routed = isRouted(run, client);
  learnLeaders(run, client);
  client.metadataTicket += 1;
  client.metadataPending = false;
  if (client.routed) refreshLater(run, index);
}

/** [KC12] metadata.max.age.ms: what it knows is asked for anew from time to time. */
export function refreshLater(run: Run, index: number): void {
  const { source, metadataTicket } = run.clients[index]!;
  const ageNs = fromMs(logSource(run, source).settings.metadataMaxAgeMs);
  at(run, run.nowNs + ageNs, PRIORITY.client, OP.metadataArrives, index, metadataTicket, AGED);
}

export function learnLeaders(run: Run, client: ClientState): void {
  const topic = run.topics[logSource(run, client.source).topic]!;
  const placed = isPlaced(run, topic);
  client.partitions.forEach((buffer, partition) => {
    buffer.connection = placed ? connectionTo(client, topic.partitions[partition]!.leader) : 0;
  });
}

/** Index of the connection with a broker, opened if there is none; -1 for no broker. */
function connectionTo(client: ClientState, broker: number): number {
  if (broker < 0) return -1;
  const known = client.connections.findIndex((connection) => connection.broker === broker);
  if (known >= 0) return known;
  client.connections.push(openConnection(broker));
  return client.connections.length - 1;
}

/**
 * [KC12] A broker says that it does not lead a partition. It says who does, if there is anybody else (KIP-951); else the
 * client asks. True when the client knows another leader now, and need not wait.
 */
export function learnLeader(run: Run, index: number, partition: number): boolean {
  const client = run.clients[index]!;
  if (!isRouted(run, client)) return false;
  const buffer = client.partitions[partition]!;
  const leader = connectionTo(client, run.topics[logSource(run, client.source).topic]!.partitions[partition]!.leader);
  if (leader < 0 || leader === buffer.connection) {
    askForLeaders(run, index);
    return false;
  }
  buffer.connection = leader;
  return true;
}

/** [KC12] Asks any other broker who leads: the answer comes after retry.backoff.ms, there and back. */
export function askForLeaders(run: Run, index: number): void {
  const client = run.clients[index]!;
  if (client.metadataPending || !isRouted(run, client)) return;
  client.metadataPending = true;
  const source = logSource(run, client.source);
  const edge = run.edges[source.edge]!;
  const travelNs = latencyNs(run, edge, edge.forward) + latencyNs(run, edge, edge.backward);
  const waitNs = fromMs(Math.max(1, source.settings.retryBackoffMs));
  at(run, run.nowNs + waitNs + travelNs, PRIORITY.client, OP.metadataArrives, index, client.metadataTicket, ASKED);
}
