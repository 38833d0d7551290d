/** Identities between runs, and of a run with what is expected of its luck. */
import { mean } from '../../../../engine/core/histogram.ts';
import { digestOf, runUntil, type Run } from '../../../../engine/engine.ts';
import { chronicle } from './chronicle.ts';
import { differs, quiet, type Finding } from './laws.ts';
import { queue, shop, type QueueSettings } from './worlds.ts';

const SPAN_NS = 120e9;

/** Standard errors that a statistical identity may be off by. */
const ERRORS = 3.5;

function waits(settings: QueueSettings): readonly number[] {
  return chronicle(queue(settings), SPAN_NS).visits.map(({ startedNs, producedNs }) => startedNs - producedNs);
}

function after(run: Run): Run {
  runUntil(run, SPAN_NS);
  return run;
}

/** Shares of arrivals and of time at each number in the system; batches of time give the error. */
function pasta(): Finding {
  const pieces = 40;
  const differences: number[][] = [];
  const run = queue({ rate: 50 });
  for (let piece = 0; piece < pieces; piece += 1) {
    const { found, lengths } = chronicle(run, (piece + 1) * 20e9);
    differences.push([0, 1, 2, 3].map((n) => share(found[0]!, n) - share(lengths[0]!, n)));
  }
  for (const n of [0, 1, 2, 3]) {
    const values = differences.map((difference) => difference[n]!);
    const average = values.reduce((a, b) => a + b) / pieces;
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (pieces - 1);
    if (Math.abs(average) > ERRORS * Math.sqrt(variance / pieces))
      return `arrivals find ${n} more or less often than it holds, by ${average}`;
  }
  return null;
}

function share(list: readonly number[], n: number): number {
  return (list[n] ?? 0) / list.reduce((all, value) => all + value, 0);
}

/** The server is idle for what the arrivals leave of the time. */
function busyIdle(): Finding {
  const { busy, visits, untilNs } = chronicle(queue({ rate: 50 }), 1000e9);
  // 50,000 exponential works and arrivals: the relative error of the work offered is sqrt(2 / n).
  return differs('busy', busy[0]! / untilNs, 0.5, ERRORS * Math.sqrt(2 / visits.length));
}

function kingman(): Finding {
  const run = after(queue({ rate: 50 }));
  // lambda (Var A + Var S) / (2 (1 - rho)), both exponential: 50 × (0.0004 + 0.0001) / 1 = 25 ms; M/M/1 itself waits 10 ms.
  const wait = mean(run.subscriptions[0]!.wait) / 1e6;
  return wait <= 25 ? null : `${wait} ms of waiting exceed the bound of 25 ms`;
}

function fanOutBounds(): Finding {
  const { visits, run } = quiet();
  const means = [0, 1].map((i) => mean(run.subscriptions[i]!.latency));
  const last = new Map<number, number[]>();
  for (const { consumer, message, producedNs, appliedNs } of visits) {
    if (consumer < 2 && !Number.isNaN(appliedNs))
      last.set(message, [...(last.get(message) ?? []), appliedNs - producedNs]);
  }
  const both = [...last.values()].filter(({ length }) => length === 2).map((pair) => Math.max(...pair));
  const slowest = both.reduce((a, b) => a + b) / both.length;
  // A few messages that only one group has finished are in one mean and not in the other.
  const edge = 1 + 100 / both.length;
  if (slowest * edge < Math.max(...means)) return `${slowest} ns for all is less than ${Math.max(...means)} ns for one`;
  return slowest <= edge * (means[0]! + means[1]!) ? null : `${slowest} ns for all is more than both take together`;
}

function lightTraffic(): Finding {
  const run = after(queue({ rate: 0.01, work: { type: 'constant', mean: 10 } }));
  runUntil(run, 10_000e9);
  const { latency, wait } = run.subscriptions[0]!;
  return differs('latency', mean(latency), 10e6, 0) ?? differs('wait', wait.sum, 0, 0);
}

function determinism(): Finding {
  const [one, two] = [after(shop()), after(shop())];
  return digestOf(one) === digestOf(two) ? null : `digests ${digestOf(one)} and ${digestOf(two)}`;
}

function streams(): Finding {
  const [alone, beside] = [waits({}), waits({ bystander: true })];
  const same = alone.length === beside.length && alone.every((ns, i) => ns === beside[i]);
  return same ? null : 'The waits are others when a component is added that has nothing to do with them.';
}

function monotone(): Finding {
  const [slow, fast] = [waits({}), waits({ work: { type: 'exponential', mean: 9 } })];
  const worse = slow.findIndex((ns, i) => (fast[i] ?? 0) > ns);
  return worse < 0 ? null : `message ${worse + 1} waits longer when work is faster`;
}

function degenerate(): Finding {
  const plain = waits({});
  const alike: readonly (readonly [string, QueueSettings])[] = [
    ['Erlang with one stage', { work: { type: 'erlang', mean: 10, k: 1 } }],
    ['a batch size that takes one record', { batchSize: 0 }],
    ['five partitions and one key', { partitions: 5 }],
  ];
  for (const [name, settings] of alike) {
    const other = waits(settings);
    const at = plain.findIndex((ns, i) => ns !== other[i]);
    if (at >= 0) return `${name}: message ${at + 1} waits ${other[at]} ns and not ${plain[at]}`;
  }
  return null;
}

export const COMPARISONS: Readonly<Record<string, () => Finding>> = {
  PASTA: pasta,
  'busy-idle': busyIdle,
  'bounds-kingman': kingman,
  'bounds-fanout': fanOutBounds,
  'light-traffic-limit': lightTraffic,
  determinism,
  'stream-independence': streams,
  'monotone-service': monotone,
  'degenerate-equalities': degenerate,
};
