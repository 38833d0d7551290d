/** Producers: facts happen, and each sets out along every `publish` edge. */
import { nextUnit } from '../core/random.ts';
import { fromMs } from '../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { MESSAGE_FLAG } from '../ledger/messages.ts';
import type { ProducerState } from './client-state.ts';
import type { Run } from '../state.ts';
import { nextArrival, poissonWaitNs, type Arrival } from './arrivals.ts';
import { ask, canAsk } from '../requests/requester.ts';
import { drawKey } from './key-choice.ts';
import { publish } from './publish.ts';

/** Starts, or after a change of settings restarts, the arrivals of a producer. */
export function startArrivals(run: Run, index: number): void {
  const producer = run.producers[index]!;
  producer.generation += 1;
  producer.phase = 0;
  producer.patternStartNs = patternStartNs(run, producer);
  if (!hasAllFacts(producer))
    scheduleAt(run, index, producer, arrivalByPattern(run, producer, producer.patternStartNs));
}

/**
 * Arrivals go on after the process was down, frozen or slowed. A recorded trace keeps its instants, and those that have
 * passed did not happen; other patterns start anew.
 */
export function resumeArrivals(run: Run, index: number): void {
  const producer = run.producers[index]!;
  if (producer.settings.arrivals.type !== 'trace' || producer.phase === 0) {
    startArrivals(run, index);
    return;
  }
  producer.generation += 1;
  producer.phase = 1;
  scheduleArrival(run, index, producer);
}

/** A pattern begins at `startMs`, or at the edit that introduced it. */
function patternStartNs(run: Run, producer: ProducerState): number {
  return Math.max(run.nowNs, fromMs(producer.settings.startMs));
}

/** Filled by every call of `nextArrival`, never read before. */
const next: Arrival = { elapsedNs: 0, phase: 0 };

/** The arrival that comes after one that is now. */
function scheduleArrival(run: Run, index: number, producer: ProducerState): void {
  if (hasAllFacts(producer)) return;
  const { arrivals } = producer.settings;
  if (arrivals.type !== 'poisson' || producer.process.slowFactor !== 1) {
    scheduleAt(run, index, producer, arrivalByPattern(run, producer, run.nowNs));
    return;
  }
  // These have no memory: it does not matter when the pattern began.
  producer.phase += 1;
  const waitNs = poissonWaitNs(arrivals.ratePerSecond, run.streams, producer.arrivalStream);
  scheduleAt(run, index, producer, run.nowNs + waitNs);
}

function hasAllFacts({ facts, settings }: ProducerState): boolean {
  return settings.limit > 0 && facts >= settings.limit;
}

function scheduleAt(run: Run, index: number, producer: ProducerState, timeNs: number): void {
  const { stopMs } = producer.settings;
  if (timeNs === Infinity || (stopMs > 0 && timeNs > fromMs(stopMs))) return;
  at(run, timeNs, PRIORITY.source, OP.arrive, index, producer.generation);
}

/** The arrival after `fromNs`, as its pattern has it. */
function arrivalByPattern(run: Run, producer: ProducerState, fromNs: number): number {
  const { arrivals } = producer.settings;
  // A slow producer lives in a slower time of its own, counted from the start of the pattern.
  // A recorded trace keeps its instants.
  const slow = arrivals.type === 'trace' ? 1 : producer.process.slowFactor;
  const elapsedNs = Math.round((fromNs - producer.patternStartNs) / slow);
  nextArrival(arrivals, elapsedNs, producer.phase, run.streams, producer.arrivalStream, next);
  producer.phase = next.phase;
  return Math.max(run.nowNs, producer.patternStartNs + Math.round(next.elapsedNs * slow));
}

/** A fact happens. While the process is down or frozen facts do not happen: the arrival is skipped, the next one drawn. */
export function arrive(run: Run, index: number, generation: number): void {
  const producer = run.producers[index]!;
  if (producer.gone || producer.generation !== generation) return;
  if (deferred(producer.process, OP.arrive, index, generation, 0)) return;
  if (producer.requester >= 0) {
    if (canAsk(run, producer.requester)) {
      producer.facts += 1;
      ask(run, producer.requester, drawKey(run, producer));
    }
  } else if (!producer.process.crashed) {
    producer.facts += 1;
    const key = drawKey(run, producer);
    const flags = drawTombstone(run, producer) ? MESSAGE_FLAG.tombstone : 0;
    const { sources } = producer;
    for (let edge = 0; edge < sources.length; edge += 1) {
      const source = run.sources[sources[edge]!]!;
      if (!source.gone) publish(run, source, source.clients[0]!, key, producer.settings.sizeBytes, -1, -1, flags);
    }
  }
  scheduleArrival(run, index, producer);
}

/** [KS7] Whether the fact is a deletion. Draws nothing at a source that deletes nothing. */
function drawTombstone(run: Run, producer: ProducerState): boolean {
  const { tombstoneRate } = producer.settings;
  return tombstoneRate > 0 && nextUnit(run.streams, producer.tombstoneStream) < tombstoneRate;
}
