import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FramePort, RunSnapshot, SimulationCommands, StreamMessage } from '../../workers/protocol/commands.ts';
import { HEADER, STATUS, type Layout } from '../../workers/protocol/frame.ts';
import type { Scenario } from '../../workers/scenario/document.ts';
import { SimulationClient } from './client.ts';
import { createFrameBuffer } from './frames.ts';
import { simulationStore } from './status.ts';
import type { WorkerLink } from './worker-link.ts';

const EDIT = { edit: [] };
const nothing = { nodes: [], edges: [], faults: [], checks: [], journal: [], view: {} };
const scenario: Scenario = { format: 'sluice/1', title: 'One', notes: '', seed: 7, ...nothing };

const layout: Layout = {
  version: 1,
  length: 16,
  nodeIds: [],
  edgeIds: [],
  nodes: {},
  edges: {},
  subscriptions: [],
  groups: [],
};

/** A worker that notes its commands and answers each, unless it hangs. */
class FakeWorker {
  readonly commands: string[] = [];
  readonly #listeners: ((event: { data: StreamMessage }) => void)[] = [];
  asked = 0;
  hangs = false;
  terminated = false;
  nowMs = 0;
  big = false;

  #answer<Value>(name: string, value: Value): Promise<Value> {
    if (name !== 'ping') this.commands.push(name);
    return this.hangs ? new Promise(() => {}) : Promise.resolve(value);
  }

  readonly api: SimulationCommands = {
    load: (loaded, atMs) => this.#answer(`load ${loaded.title} ${atMs}`, undefined),
    follow: (followed, atMs) => this.#answer(`follow ${followed.title} ${atMs}`, undefined),
    play: () => this.#answer('play', undefined),
    pause: () => this.#answer('pause', undefined),
    setSpeed: (speed) => this.#answer(`speed ${speed}`, undefined),
    step: () => this.#answer('step', { what: 'Work done', where: 'Billing 0' }),
    stepBack: () => this.#answer('step back', null),
    seek: (atMs) => this.#answer(`seek ${atMs}`, undefined),
    apply: (entry) => this.#answer('apply', { entry: { ...entry, atMs: this.nowMs }, reachedMs: 0 } as never),
    report: () => this.#answer('report', {} as never),
    series: () => this.#answer('series', {} as never),
    message: () => this.#answer('message', null),
    ping: () => this.#answer('ping', 0),
    connect: () => this.#answer('connect', undefined),
    snapshot: () => this.#answer('snapshot', this.big ? null : { atMs: this.nowMs, port: new MessageChannel().port2 }),
    restore: (restored: Scenario, { atMs }: RunSnapshot) =>
      this.#answer(`restore ${atMs} with ${restored.journal.length} entries`, undefined),
  };

  readonly #port: FramePort = {
    postMessage: () => void (this.asked += 1),
    addEventListener: (_type, listener) => void this.#listeners.push(listener),
    start: () => {},
    close: () => {},
  };

  readonly link: WorkerLink = {
    commands: this.api,
    port: this.#port,
    farPort: this.#port,
    terminate: () => void (this.terminated = true),
  };

  send(message: StreamMessage): void {
    for (const listener of this.#listeners) listener({ data: message });
  }

  frame(status: keyof typeof STATUS, atMs: number): void {
    const values = new Float64Array(HEADER.size);
    values[HEADER.layout] = 1;
    values[HEADER.status] = STATUS[status];
    values[HEADER.timeNs] = atMs * 1e6;
    values[HEADER.digestHigh] = 0xdeadbeef;
    values[HEADER.digestLow] = 15;
    this.nowMs = atMs;
    this.send({ type: 'frame', buffer: values.buffer });
  }
}

function create() {
  const workers: FakeWorker[] = [];
  const onErrors: ((message: string) => void)[] = [];
  let hangFromStart = false;
  const client = new SimulationClient(
    (onError) => {
      const worker = new FakeWorker();
      worker.hangs = hangFromStart;
      workers.push(worker);
      onErrors.push(onError);
      return worker.link;
    },
    createFrameBuffer({ wallMs: () => 0, beforePaint: (draw) => draw() }),
  );
  return {
    client,
    workers,
    last: () => workers.at(-1)!,
    breakDown: (message: string) => onErrors.at(-1)!(message),
    hangFromNowOn: () => (hangFromStart = true),
  };
}

const seconds = (n: number) => vi.advanceTimersByTimeAsync(n * 1000);
const state = () => simulationStore.getState();

beforeEach(() => {
  vi.useFakeTimers();
  simulationStore.setState(simulationStore.getInitialState(), true);
});
afterEach(() => void vi.useRealTimers());

describe('the client', () => {
  test('starts its worker with the first load, and asks for a frame', async () => {
    const { client, workers, last } = create();
    expect(workers.length).toBe(0);
    await client.load(scenario, 250);
    expect(last().commands).toEqual(['connect', 'speed 1', 'load One 250']);
    expect(last().asked).toBe(1);
  });

  test('takes the state of the run from frames, and asks for the next when one is drawn', async () => {
    const { client, last } = create();
    await client.load(scenario, 0);
    last().send({ type: 'layout', layout });
    last().frame('paused', 12.5);
    expect(state()).toMatchObject({ status: 'paused', instantMs: 12.5, digest: 'deadbeef0000000f', layout });
    expect(last().asked).toBe(2);
  });

  test('of many loads or seeks in a row runs the first and the last', async () => {
    const { client, last } = create();
    await Promise.all([1, 2, 3].map((n) => client.load({ ...scenario, title: `T${n}` }, 0)));
    await Promise.all([10, 20, 30, 40].map((ms) => client.seek(ms)));
    expect(last().commands.slice(2)).toEqual(['load T1 0', 'load T3 0', 'seek 10', 'seek 40']);
  });

  test('a short load is not announced, a long one is', async () => {
    const { client, last } = create();
    await client.load(scenario, 0);
    last().send({ type: 'layout', layout });
    last().frame('paused', 0);
    void client.load(scenario, 0);
    expect(state().status).toBe('paused');
    last().hangs = true;
    void client.load(scenario, 0);
    await seconds(0.2);
    expect(state().status).toBe('loading');
  });

  test('keeps what a step has told until the run goes elsewhere', async () => {
    const { client } = create();
    const told = () => state().lastEvent;
    await client.load(scenario, 0);
    client.step();
    await seconds(0);
    expect(told()).toEqual({ what: 'Work done', where: 'Billing 0' });
    client.stepBack();
    await seconds(0);
    expect(told()).toBeNull();
    for (const leave of [async () => client.play(), async () => client.seek(5), async () => client.load(scenario, 0)]) {
      client.step();
      await seconds(0);
      expect(told()).not.toBeNull();
      await leave();
      expect(told()).toBeNull();
    }
  });

  test('toggles between playing and paused also before a frame has told', async () => {
    const { client, last } = create();
    await client.load(scenario, 0);
    client.toggle();
    client.toggle();
    client.setSpeed(0);
    expect(last().commands.slice(3)).toEqual(['play', 'pause', 'speed Infinity']);
    expect(state().speed).toBe(Infinity);
  });

  test('a failure of the engine is shown, and gone when a seek has led out of it', async () => {
    const { client, last } = create();
    await client.load(scenario, 0);
    last().send({ type: 'layout', layout });
    const failure = { message: 'An invariant broke', seed: 7, atMs: 400 };
    last().send({ type: 'failure', failure });
    expect(state()).toMatchObject({ status: 'failed', failure });
    await client.seek(399);
    last().frame('paused', 399);
    expect(state()).toMatchObject({ status: 'paused', failure: null });
  });

  test('a worker that hangs is replaced and the run taken up from its last snapshot, with what was done since', async () => {
    const { client, workers, last } = create();
    await client.load(scenario, 0);
    const first = last();
    first.send({ type: 'layout', layout });
    first.frame('playing', 3000);
    await seconds(6);
    expect(first.commands).toContain('snapshot');
    first.nowMs = 4000;
    await client.apply(EDIT);
    first.big = true;
    first.hangs = true;
    const report = client.report().catch((error: Error) => error.message);
    await seconds(8);
    expect(await report).toContain('did not answer');
    expect(first.terminated).toBe(true);
    expect(workers.length).toBe(2);
    expect(last().commands).toContain('restore 3000 with 1 entries');
    expect(state().notice).toContain('stands at 3.0 s');
    await seconds(60);
    expect(workers.length).toBe(2);
  });

  test('another journal from the same start is followed, unless another start was asked for just before', async () => {
    const { client, last } = create();
    await client.load(scenario, 0);
    await client.load({ ...scenario, title: 'Branch' }, 10, { sameStart: true });
    void client.load({ ...scenario, title: 'Two' }, 0);
    void client.load({ ...scenario, title: 'Three' }, 0);
    await client.load({ ...scenario, title: 'Four' }, 20, { sameStart: true });
    const loads = last().commands.filter((command) => /^(load|follow)/.test(command));
    expect(loads).toEqual(['load One 0', 'follow Branch 10', 'load Two 0', 'load Four 20']);
  });

  test('a snapshot of a future that a change has undone is not taken up', async () => {
    const { client, last } = create();
    await client.load(scenario, 0);
    const first = last();
    first.send({ type: 'layout', layout });
    first.frame('playing', 3000);
    await seconds(6);
    expect(first.commands).toContain('snapshot');
    first.nowMs = 1000;
    first.big = true;
    await client.apply(EDIT);
    first.hangs = true;
    await seconds(8);
    expect(last().commands).toContain('load One 0');
  });

  test('a worker that breaks is replaced at once', async () => {
    const { client, workers, last, breakDown } = create();
    await client.load(scenario, 0);
    await seconds(1);
    breakDown('out of memory');
    await seconds(1);
    expect(workers.length).toBe(2);
    expect(last().commands).toContain('load One 0');
    expect(state().notice).toContain('out of memory');
  });

  test('workers that never answer are not started for ever', async () => {
    const { client, workers, hangFromNowOn } = create();
    hangFromNowOn();
    void client.load(scenario, 0);
    await seconds(300);
    expect(workers.length).toBe(2);
    expect(state()).toMatchObject({ status: 'failed' });
    expect(state().failure?.message).toContain('could not be started again');
  });

  test('snapshots are taken every five seconds while playing, and none while paused', async () => {
    const { client, last } = create();
    await client.load(scenario, 0);
    last().send({ type: 'layout', layout });
    last().frame('playing', 10);
    await seconds(21);
    const taken = last().commands.filter((name) => name === 'snapshot').length;
    expect(taken).toBeGreaterThanOrEqual(4);
    expect(taken).toBeLessThanOrEqual(5);
    last().frame('paused', 10);
    await seconds(20);
    expect(last().commands.filter((name) => name === 'snapshot').length).toBe(taken);
  });

  test('commands without a worker do nothing, questions are refused', async () => {
    const { client, workers } = create();
    client.play();
    client.step();
    await client.seek(3);
    await expect(client.report()).rejects.toThrow('No simulation');
    client.dispose();
    expect(workers.length).toBe(0);
  });

  test('after dispose the worker is gone and the next load starts another', async () => {
    const { client, workers } = create();
    await client.load(scenario, 0);
    client.dispose();
    expect(workers[0]!.terminated).toBe(true);
    await client.load(scenario, 5);
    expect(workers.length).toBe(2);
    expect(workers[1]!.commands).toContain('load One 5');
  });
});
