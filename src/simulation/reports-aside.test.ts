import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FramePort, SimulationCommands, StreamMessage } from '../../workers/protocol/commands.ts';
import { HEADER } from '../../workers/protocol/frame.ts';
import type { Scenario } from '../../workers/scenario/document.ts';
import { ASIDE_MAX_MS, reportsAside } from './reports-aside.ts';
import type { WorkerLink } from './worker-link.ts';

const scenarios = ['one', 'two'].map((title) => ({ title, journal: [] }) as unknown as Scenario);

/** A worker that answers, unless it hangs, and says what it was asked. */
function fakeWorker(hangs = false) {
  const commands: string[] = [];
  const listeners: ((event: { data: StreamMessage }) => void)[] = [];
  let terminated = false;
  const answer = <Value>(name: string, value: Value): Promise<Value> => {
    commands.push(name);
    return hangs ? new Promise(() => {}) : Promise.resolve(value);
  };
  let shown = '';
  const api = {
    load: ({ title }: Scenario, atMs: number) => answer(`load ${(shown = title)} ${atMs}`, undefined),
    follow: ({ title }: Scenario, atMs: number) => answer(`follow ${(shown = title)} ${atMs}`, undefined),
    report: () => answer('report', { title: shown }),
    connect: () => Promise.resolve(),
    ping: () => Promise.resolve(0),
  } as unknown as SimulationCommands;
  const port: FramePort = {
    postMessage: () => {},
    addEventListener: (_type, listener) => void listeners.push(listener),
    start: () => {},
    close: () => {},
  };
  const link: WorkerLink = { commands: api, port, farPort: port, terminate: () => void (terminated = true) };
  const send = (message: StreamMessage) => listeners.forEach((listener) => listener({ data: message }));
  return { commands, link, send, ended: () => terminated };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('both are run in one worker, the second from where it parts from the first, and the worker ends', async () => {
  const worker = fakeWorker();
  const { signal } = new AbortController();
  const reports = await reportsAside(scenarios, 500, { signal, start: () => worker.link });
  expect(reports).toEqual([{ title: 'one' }, { title: 'two' }]);
  expect(worker.commands).toEqual(['load one 500', 'report', 'follow two 500', 'report']);
  await vi.advanceTimersByTimeAsync(0);
  expect(worker.ended()).toBe(true);
});

test('how far it is shows in its frames', () => {
  const worker = fakeWorker(true);
  const shares: number[] = [];
  const controller = new AbortController();
  const options = { signal: controller.signal, onProgress: (share: number) => void shares.push(share) };
  const reports = reportsAside(scenarios, 500, { ...options, start: () => worker.link });
  const values = new Float64Array(40);
  values[HEADER.timeNs] = 250e6;
  worker.send({ type: 'frame', buffer: values.buffer });
  expect(shares).toEqual([0.25]);
  controller.abort();
  return expect(reports).rejects.toThrow('stopped');
});

test('stopping it ends the worker, and so does a minute without an answer or a failure of the engine', async () => {
  const [first, second, third] = [fakeWorker(true), fakeWorker(true), fakeWorker(true)];
  const controller = new AbortController();
  const { signal } = new AbortController();
  const stopped = reportsAside(scenarios, 500, { signal: controller.signal, start: () => first.link });
  controller.abort();
  await expect(stopped).rejects.toThrow('stopped');
  const endless = reportsAside(scenarios, 500, { signal, start: () => second.link });
  await Promise.all([expect(endless).rejects.toThrow('minute'), vi.advanceTimersByTimeAsync(ASIDE_MAX_MS)]);
  const failed = reportsAside(scenarios, 500, { signal, start: () => third.link });
  third.send({ type: 'failure', failure: { message: 'An invariant broke', seed: 1, atMs: 3 } });
  await expect(failed).rejects.toThrow('An invariant broke');
  expect([first, second, third].map((worker) => worker.ended())).toEqual([true, true, true]);
});
