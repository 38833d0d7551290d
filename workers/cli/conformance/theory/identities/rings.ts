/** Identities of closed systems: a fixed number of messages between a server and those who think. */
import { mean } from '../../../../engine/core/histogram.ts';
import { nowNs, runUntil } from '../../../../engine/engine.ts';
import { start } from '../design.ts';
import { ring } from '../models/closed.ts';
import { chronicle, stays } from './chronicle.ts';
import { differs, type Finding } from './laws.ts';

const SEED = 20_260_729;
const THINK_S = 0.1;
const WORK_S = 0.01;
/** Standard errors that a statistical identity may be off by. */
const ERRORS = 3.5;

const closed = (window: number) =>
  start(ring({ window, thinkMean: THINK_S, stations: [{ mean: WORK_S, servers: 1 }] }), SEED);

/** N = X (R + Z): the stays of all messages at both places, cut off at the end, fill the time of each. */
function interactiveResponse(): Finding {
  const window = 20;
  const told = chronicle(closed(window), 60e9);
  const { area, untilNs } = told;
  return (
    differs('message-nanoseconds by the counters', area[0]! + area[1]!, window * untilNs, 1e-12) ??
    differs('message-nanoseconds by the stays', stays(told), window * untilNs, 1e-12)
  );
}

/** X <= min(1 / S, N / (S + Z)) and R >= max(S, N S - Z). */
function asymptoticBounds(): Finding {
  for (const window of [1, 5, 11, 40]) {
    const run = closed(window);
    runUntil(run, 60e9);
    const { latency } = run.subscriptions[0]!;
    const [throughput, response] = [latency.total / (nowNs(run) / 1e9), mean(latency) / 1e9];
    const error = 1 + ERRORS / Math.sqrt(latency.total);
    const most = Math.min(1 / WORK_S, window / (WORK_S + THINK_S));
    const least = Math.max(WORK_S, window * WORK_S - THINK_S);
    if (throughput > most * error) return `${window} messages: ${throughput} a second exceed ${most}`;
    if (response < least / error) return `${window} messages: a response in ${response} s is faster than ${least} s`;
  }
  return null;
}

export const RINGS: Readonly<Record<string, () => Finding>> = {
  'interactive-response': interactiveResponse,
  'asymptotic-bounds': asymptoticBounds,
};
