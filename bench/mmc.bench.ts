import type { Bench, Extent, Finding } from './bench.ts';
import { sizeFor } from './bench.ts';
import { serveByHand } from './mmc/by-hand.ts';
import { serveByQueue, serveByScenario } from './mmc/by-scenario.ts';
import { loadSimjs, serveBySimjs, type SimJs } from './mmc/by-simjs.ts';
import { expectedSojournMs, type Served } from './mmc/model.ts';
import { inTurns, short, timesAsFast } from './turns.ts';

const CUSTOMERS = { smoke: 2000, full: 200_000, long: 1_000_000 };
/** Of so many times as many customers, because a round of milliseconds is easily disturbed. */
const BY_HAND = 10;
/** Goal against simjs. */
const GOAL = 1.6;
/** A contestant whose mean is further off than this simulates something else. At 200,000 customers 3 sigma are 15 %. */
const SOJOURN_TOLERANCE = 0.25;

function measure(extent: Extent, simjs: SimJs, servers: number): readonly Finding[] {
  const customers = sizeFor(extent, CUSTOMERS);
  let seed = 1;
  const judged = (serve: (seed: number) => Served) => () => {
    const { customers: served, meanSojournMs } = serve(seed++);
    const off = meanSojournMs / expectedSojournMs(servers) - 1;
    if (extent !== 'smoke' && Math.abs(off) > SOJOURN_TOLERANCE)
      throw new Error(`A mean sojourn of ${meanSojournMs} ms is not that of M/M/${servers} at this load.`);
    return served;
  };
  const model = `M/M/${servers}`;
  const { ours, queue, theirs, byHand } = inTurns(extent, {
    ours: { name: `${model}, full path`, run: judged((s) => serveByScenario(servers, customers, s)) },
    queue: { name: `${model}, through a queue`, run: judged((s) => serveByQueue(servers, customers, s)) },
    theirs: { name: `${model}, simjs`, run: judged((s) => serveBySimjs(simjs, servers, customers, s)) },
    byHand: { name: `${model}, by hand`, run: judged((s) => serveByHand(servers, BY_HAND * customers, s)) },
  });
  const figure = `${short(ours.perSecond)} messages/s`;
  const ratio = timesAsFast(ours, theirs);
  const share = timesAsFast(ours, byHand);
  const queued = timesAsFast(queue, theirs);
  return [
    {
      what: `${model} through the full path`,
      figure,
      reference: `simjs: ${short(theirs.perSecond)} customers/s`,
      ratio,
      goal: `${GOAL} times`,
      met: ratio >= GOAL,
    },
    {
      what: `${model} through the full path`,
      figure,
      reference: `a loop by hand: ${short(byHand.perSecond)} customers/s`,
      ratio: share,
      goal: '',
      met: null,
    },
    {
      what: `${model} through a queue of RabbitMQ`,
      figure: `${short(queue.perSecond)} messages/s`,
      reference: `simjs: ${short(theirs.perSecond)} customers/s`,
      ratio: queued,
      goal: `${GOAL} times`,
      met: queued >= GOAL,
    },
  ];
}

export const bench: Bench = {
  about:
    'A queue with one and with eight servers at load 0.9, through a scenario (as a log and as a queue), in simjs, and written by hand.',
  run: async (extent) => {
    const simjs = await loadSimjs();
    return [...measure(extent, simjs, 1), ...measure(extent, simjs, 8)];
  },
};
