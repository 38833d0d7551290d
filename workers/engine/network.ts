/** Edges as networks: how long a packet takes, whether it arrives, and how often. */
import { compileDistribution, constantOf, sampleNs } from './core/distributions.ts';
import { nextUnit, openStream } from './core/random.ts';
import type { ResolvedEdge } from '../scenario/resolve.ts';
import type { EdgeState, Network, Run } from './state.ts';

/** A consumer's client opens a new connection and repeats a lost request after this time (SPEC NW4). */
const RECONNECT_NS = 200e6;

export type NetworkSettings = Extract<ResolvedEdge, { network: unknown }>['network'];

export function openNetwork(
  run: Run,
  edgeId: string,
  direction: 'forward' | 'backward',
  network: NetworkSettings,
): Network {
  const latency = compileDistribution(network.latencyMs);
  return {
    latency,
    constantNs: constantOf(latency),
    loss: network.loss,
    duplicate: network.duplicate,
    stream: openStream(run.streams, run.seed, `edge:${edgeId}:${direction}`),
  };
}

/** To be called whenever the condition of an edge has changed. */
export function judgeEdge(edge: EdgeState): void {
  edge.direct = isDirect(edge);
}

/** Whether all that sets out over an edge arrives at once, and arrives once. */
export function isDirect({ cut, dropAcks, slowFactor, forward, backward }: EdgeState): boolean {
  return !cut && !dropAcks && slowFactor === 1 && isInstant(forward) && isInstant(backward);
}

function isInstant({ constantNs, loss, duplicate }: Network): boolean {
  return constantNs === 0 && loss === 0 && duplicate === 0;
}

/**
 * Whether what sets out now is there now, and nobody watches it: the short way of a message, past all that an edge might do to it.
 * It leaves the same state behind as the long one.
 *
 * @param lastNs when what set out before it arrives
 */
export function passesAtOnce(run: Run, edge: EdgeState, lastNs: number): boolean {
  return edge.direct && run.flights === null && lastNs <= run.nowNs;
}

/** One-way delay, nanoseconds. Asked for several times a message: what is constant is told by a look, without a call. */
export function latencyNs(run: Run, edge: EdgeState, direction: Network): number {
  const { constantNs } = direction;
  return constantNs >= 0 && edge.slowFactor === 1 ? constantNs : drawLatencyNs(run, edge, direction);
}

function drawLatencyNs(run: Run, edge: EdgeState, direction: Network): number {
  const drawn = sampleNs(direction.latency, run.streams, direction.stream);
  return edge.slowFactor === 1 ? drawn : Math.round(drawn * edge.slowFactor);
}

/** Draws whether a packet disappears. Draws nothing on a network that loses none. */
export function isLost(run: Run, direction: Network): boolean {
  return direction.loss > 0 && nextUnit(run.streams, direction.stream) < direction.loss;
}

/** Draws whether the network delivers a packet twice. */
export function isDoubled(run: Run, direction: Network): boolean {
  return direction.duplicate > 0 && nextUnit(run.streams, direction.stream) < direction.duplicate;
}

/**
 * Delay of a request or response on a consumer's connection, lost ones repeated after reconnecting. At most 100
 * repetitions are drawn: a network that loses everything is a very slow one.
 */
export function patientLatencyNs(run: Run, edge: EdgeState, direction: Network): number {
  let total = latencyNs(run, edge, direction);
  for (let tries = 0; tries < 100 && isLost(run, direction); tries += 1)
    total += RECONNECT_NS + latencyNs(run, edge, direction);
  return total;
}
