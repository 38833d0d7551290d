/** Identities of the order of work: whoever is next, all together wait as long. */
import { createRandomStreams, nextBelow, nextOpenUnit, openStream } from '../../../../engine/core/random.ts';
import type { Run } from '../../../../engine/engine.ts';
import { consume, consumer, enqueue, producer, queue, start } from '../design.ts';
import { chronicle } from './chronicle.ts';
import { differs, type Finding } from './laws.ts';

const SEED = 20_260_729;
/** Messages of a block, each with a priority of its own, and how far apart blocks are: the queue is empty in between. */
const BLOCK = 200;
const BLOCK_MS = 15_000;
const BLOCKS = 50;
const RATE = 80;

/** The priority of the message that comes so many places after the first of its block. */
type Order = (place: number, below: (n: number) => number) => number;

/** Who comes last is first within its block, anybody, or who came first. */
const LAST: Order = (place) => place + 1;
const ANYBODY: Order = (_, below) => 1 + below(BLOCK);
const FIRST: Order = (place) => BLOCK - place;

/** M/M/1 in blocks. One producer a priority, which is the only way in which an order can be given. */
function blocks(order: Order): Run {
  const streams = createRandomStreams();
  const [arrivals, ranks] = ['arrivals', 'ranks'].map((name) => openStream(streams, SEED, `theory:${name}`));
  const atMs = Array.from({ length: BLOCK }, (): number[] => []);
  for (let block = 0; block < BLOCKS; block += 1) {
    let ms = block * BLOCK_MS;
    for (let place = 0; place < BLOCK; place += 1) {
      ms -= (Math.log(nextOpenUnit(streams, arrivals!)) / RATE) * 1000;
      atMs[order(place, (n) => nextBelow(streams, ranks!, n)) - 1]!.push(ms);
    }
  }
  return start(
    {
      nodes: [
        ...atMs.map((instants, i) =>
          producer(`source${i}`, { arrivals: { type: 'trace', atMs: instants, repeatEveryMs: 0 } }),
        ),
        queue('queue', { maxPriority: BLOCK }),
        consumer('server', { workMs: { type: 'exponential', mean: 10 } }),
      ],
      edges: [
        ...atMs.map((_, i) => enqueue(`source${i}`, 'queue', { priority: i + 1 })),
        consume('queue', 'server', { prefetch: 1 }),
      ],
    },
    SEED,
  );
}

interface Sojourns {
  readonly count: number;
  readonly sumNs: number;
  /** In nanoseconds squared. */
  readonly variance: number;
}

function sojourns(order: Order): Sojourns {
  const { visits } = chronicle(blocks(order), BLOCKS * BLOCK_MS * 1e6);
  const all = visits.map(({ producedNs, appliedNs }) => appliedNs - producedNs);
  const sumNs = all.reduce((sum, ns) => sum + ns, 0);
  const mean = sumNs / all.length;
  return { count: all.length, sumNs, variance: all.reduce((sum, ns) => sum + (ns - mean) ** 2, 0) / all.length };
}

/** Work is drawn when it begins, so in every order the same instants see somebody leave: the means agree to the nanosecond. */
function workConservation(): Finding {
  const [first, anybody, last] = [FIRST, ANYBODY, LAST].map(sojourns);
  if (!(first!.variance < anybody!.variance && anybody!.variance < last!.variance))
    return `variances ${first!.variance}, ${anybody!.variance}, ${last!.variance} do not rise from first to last`;
  return (
    differs('messages, anybody next', anybody!.count, BLOCK * BLOCKS, 0) ??
    differs('sojourns, anybody next', anybody!.sumNs, first!.sumNs, 0) ??
    differs('sojourns, last first', last!.sumNs, first!.sumNs, 0)
  );
}

export const ORDERS: Readonly<Record<string, () => Finding>> = { 'work-conservation-order': workConservation };
