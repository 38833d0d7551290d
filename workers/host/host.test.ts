import { describe, expect, test } from 'vitest';
import { toyMachine, toyScenario, type ToyRun } from '../engine/history/testing/toy-machine.ts';
import { createTimeline, nowOf, seek } from '../engine/history/timeline.ts';
import type { FramePort, StreamMessage } from '../protocol/commands.ts';
import { HEADER, STATUS, type Layout } from '../protocol/frame.ts';
import { SimulationHost } from './host.ts';
import type { Instruments } from './instruments.ts';

const EDIT = { edit: [] };

function layoutOf(run: ToyRun, version: number): Layout {
  const nodeIds = Array.from({ length: run.changes }, (_, i) => `n${i}`);
  return { version, length: HEADER.size, nodeIds, edgeIds: [], nodes: {}, edges: {}, subscriptions: [], groups: [] };
}

const instruments: Instruments<ToyRun> = {
  machine: toyMachine,
  watch: () => {},
  layoutVersion: (run) => run.changes,
  layoutOf,
  packFrame(run, layout, head) {
    const values = new Float64Array(HEADER.size);
    values[HEADER.layout] = layout.version;
    values[HEADER.timeNs] = run.now;
    values[HEADER.horizonNs] = head.horizonNs;
    values[HEADER.status] = head.status;
    values[HEADER.speed] = head.speed;
    values[HEADER.events] = run.events;
    values[HEADER.digestLow] = run.digest;
    values[HEADER.journalApplied] = head.journalApplied;
    return values.buffer;
  },
  readFigures: (run, sink) => sink.value('events', run.events),
  report: (run) => ({ digest: String(run.digest), events: run.events, untilMs: run.now / 1e6 }) as never,
  messageStory: () => null,
  tellNext: (run) => ({ what: 'Tick', where: String(run.events) }),
};

/** A thread of its own time: a turn takes what it asked to wait, and reading the clock takes a little. */
function createThread(own: Partial<Instruments<ToyRun>> = {}) {
  let now = 0;
  let turn: (() => void) | null = null;
  let waitMs = 0;
  const host = new SimulationHost<ToyRun>(
    { ...instruments, ...own },
    {
      clock: () => (now += 0.05),
      later(ms, next) {
        waitMs = ms;
        turn = next;
      },
    },
  );
  async function turns(count: number) {
    for (let i = 0; i < count && turn !== null; i++) {
      const next: () => void = turn;
      turn = null;
      now += waitMs;
      next();
      await Promise.resolve();
    }
  }
  /** Turns until the promise is settled. */
  async function until<Value>(promise: Promise<Value>): Promise<Value> {
    const state = { settled: false };
    const watched = promise.finally(() => (state.settled = true));
    watched.catch(() => {});
    for (let i = 0; i < 10_000 && !state.settled; i++) {
      await turns(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return watched;
  }
  async function play(wallMs: number) {
    const end = now + wallMs;
    while (now < end && turn !== null) await turns(1);
  }
  return { host, turns, until, play, idle: () => turn === null };
}

/** The page's end of the stream, as a list. */
function createPage() {
  const received: StreamMessage[] = [];
  let listener: (event: { data: StreamMessage }) => void = () => {};
  const port: FramePort = {
    postMessage: (message) => void received.push(message),
    addEventListener: (_type, added) => void (listener = added),
    start: () => {},
    close: () => {},
  };
  const frames = () =>
    received.flatMap((message) => (message.type === 'frame' ? [new Float64Array(message.buffer)] : []));
  return { port, received, frames, ask: () => listener({ data: { type: 'next' } }) };
}

function straightDigest(seed: number, ms: number, journal = toyScenario(0).journal): string {
  const timeline = createTimeline(toyMachine, toyScenario(seed, journal));
  seek(timeline, ms * 1e6);
  return String(timeline.run.digest);
}

describe('the host', () => {
  test('loads a scenario, takes it to an instant with its journal, and pauses there', async () => {
    const { host, until, idle } = createThread();
    await until(host.load(toyScenario(3, [{ atMs: 40, ...EDIT }]), 100));
    const report = await host.report();
    expect([report.untilMs, report.digest]).toEqual([100, straightDigest(3, 100, [{ atMs: 40, ...EDIT }])]);
    expect(idle()).toBe(true);
  });

  test('plays at the speed asked for, and pauses', async () => {
    const { host, until, play } = createThread();
    await until(host.load(toyScenario(3), 0));
    for (const speed of [1, 0.01, 20]) {
      const before = (await host.report()).untilMs;
      await host.setSpeed(speed);
      await host.play();
      await play(500);
      await host.pause();
      const passed = (await host.report()).untilMs - before;
      expect(passed / (500 * speed)).toBeGreaterThan(0.9);
      expect(passed / (500 * speed)).toBeLessThan(1.1);
    }
  });

  test('at unlimited speed stops by itself when nothing is left to happen', async () => {
    const machine = { ...toyMachine, createRun: () => ({ ...toyMachine.createRun(toyScenario(1)), queue: [] }) };
    const { host, until, turns, idle } = createThread({ machine });
    await until(host.load(toyScenario(1), 0));
    await host.setSpeed(Infinity);
    await host.play();
    await turns(5);
    expect(idle()).toBe(true);
  });

  test('the later of two seeks wins, and both callers hear of it', async () => {
    const { host, until } = createThread();
    await until(host.load(toyScenario(3), 0));
    const first = host.seek(5000);
    const second = host.seek(50);
    await until(Promise.all([first, second]));
    expect((await host.report()).untilMs).toBe(50);
  });

  test('keeps playing after a seek if it was playing', async () => {
    const { host, until, idle } = createThread();
    await until(host.load(toyScenario(3), 0));
    await host.play();
    await until(host.seek(300));
    expect(idle()).toBe(false);
    await host.pause();
    expect((await host.report()).untilMs).toBeGreaterThanOrEqual(300);
  });

  test('steps one event forward and back', async () => {
    const { host, until } = createThread();
    await until(host.load(toyScenario(3), 200));
    const before = await host.report();
    // What was the next event before is the one that has happened after, on the way forward and back.
    expect(await host.step()).toEqual({ what: 'Tick', where: String(before.events) });
    const after = await host.report();
    expect(after.events).toBe(before.events + 1);
    expect(await until(host.stepBack())).toEqual({ what: 'Tick', where: String(before.events - 1) });
    expect((await host.report()).digest).toBe(before.digest);
    await until(host.seek(0));
    expect(await until(host.stepBack())).toBeNull();
  });

  test('applies a change at the exact instant and returns it for the journal', async () => {
    const { host, until } = createThread();
    await until(host.load(toyScenario(3), 123.456789));
    const { entry, reachedMs } = await until(host.apply(EDIT));
    expect(entry).toEqual({ atMs: 123.456789, edit: [] });
    expect(reachedMs).toBe(123.456789);
    await until(host.seek(400));
    expect((await host.report()).digest).toBe(straightDigest(3, 400, [entry]));
  });

  test('tells how far the run had come before a change in its past, and goes over to that future and back', async () => {
    const { host, until } = createThread();
    await until(host.load(toyScenario(3, [{ atMs: 30, ...EDIT }]), 400));
    await until(host.seek(100));
    const { entry, reachedMs } = await until(host.apply(EDIT));
    expect([entry.atMs, reachedMs]).toEqual([100, 400]);
    await until(host.follow(toyScenario(3, [{ atMs: 30, ...EDIT }]), 400));
    expect((await host.report()).digest).toBe(straightDigest(3, 400, [{ atMs: 30, ...EDIT }]));
    await until(host.follow(toyScenario(3, [{ atMs: 30, ...EDIT }, entry]), 400));
    expect((await host.report()).digest).toBe(straightDigest(3, 400, [{ atMs: 30, ...EDIT }, entry]));
    expect((await host.series([])).marks.filter(({ kind }) => kind === 'edit')).toHaveLength(2);
  });

  test('a change during a seek waits for its end', async () => {
    const { host, until } = createThread();
    await until(host.load(toyScenario(3), 0));
    void host.seek(800);
    expect((await until(host.apply(EDIT))).entry.atMs).toBe(800);
  });

  test('frames are sent only when asked for and something changed, the layout before its first frame', async () => {
    const { host, until, turns } = createThread();
    const page = createPage();
    await host.connect(page.port);
    page.ask();
    expect(page.received).toEqual([]);
    await until(host.load(toyScenario(3), 10));
    expect(page.received.map((message) => message.type)).toEqual(['layout', 'frame']);
    page.ask();
    expect(page.frames().at(-1)![HEADER.timeNs]).toBe(10e6);
    const asked = page.frames().length;
    page.ask();
    await host.play();
    await turns(3);
    expect(page.frames().length).toBe(asked + 1);
    expect(page.frames().at(-1)![HEADER.status]).toBe(STATUS.playing);
  });

  test('a new layout is sent when the design changed, also by a seek across the change, and not otherwise', async () => {
    const { host, until } = createThread();
    const page = createPage();
    await host.connect(page.port);
    await until(host.load(toyScenario(3), 100));
    const versions: number[] = [];
    async function look() {
      page.ask();
      await Promise.resolve();
      versions.push(page.frames().at(-1)![HEADER.layout]!);
    }
    await look();
    await until(host.seek(200));
    await look();
    await until(host.apply(EDIT));
    await look();
    await until(host.seek(50));
    await look();
    expect(versions).toEqual([1, 1, 2, 3]);
    expect(page.received.filter((message) => message.type === 'layout').length).toBe(3);
  });

  test('an engine failure is told with seed and instant, stops the run, and a seek takes up the last good one', async () => {
    let broken = true;
    const machine = {
      ...toyMachine,
      runUntil(run: ToyRun, untilNs: number, max: number) {
        if (broken && untilNs >= 300e6) {
          run.digest = -1;
          throw new Error('An invariant broke');
        }
        return toyMachine.runUntil(run, untilNs, max);
      },
    };
    const { host, until, idle } = createThread({ machine });
    const page = createPage();
    await host.connect(page.port);
    await until(host.load(toyScenario(7), 100));
    await until(host.seek(500));
    expect(idle()).toBe(true);
    const failure = page.received.find((message) => message.type === 'failure');
    expect(failure).toMatchObject({ failure: { message: 'An invariant broke', seed: 7 } });
    await expect(host.apply(EDIT)).rejects.toThrow();
    broken = false;
    page.ask();
    await until(host.seek(200));
    expect((await host.report()).digest).toBe(straightDigest(7, 200));
    expect(page.received.at(-1)!.type).toBe('frame');
  });

  test('a run whose time does not move on is stopped, not waited for', async () => {
    const machine = {
      ...toyMachine,
      runUntil(run: ToyRun) {
        run.events += 1_000_000;
        return 'limit' as const;
      },
    };
    const { host, until } = createThread({ machine });
    const page = createPage();
    await host.connect(page.port);
    await until(host.load(toyScenario(1), 100));
    expect(page.received.at(-1)).toMatchObject({ type: 'failure', failure: { seed: 1 } });
  });

  test('a snapshot takes the run up in another thread, with its past and its series', async () => {
    const one = createThread();
    await one.until(one.host.load(toyScenario(3, [{ atMs: 30, ...EDIT }]), 500));
    const { entry } = await one.until(one.host.apply(EDIT));
    const copy = await one.host.snapshot();
    expect(copy!.atMs).toBe(500);
    const two = createThread();
    await two.until(two.host.restore(toyScenario(3, [{ atMs: 30, ...EDIT }, entry]), copy!));
    expect(await two.host.report()).toEqual(await one.host.report());
    expect(await two.host.series()).toEqual(await one.host.series());
    for (const at of [100, 900]) {
      await one.until(one.host.seek(at));
      await two.until(two.host.seek(at));
      expect(await two.host.report()).toEqual(await one.host.report());
    }
  });

  test('a run too large to copy gives no snapshot', async () => {
    const machine = { ...toyMachine, snapshotBytes: () => 2 ** 26 };
    const { host, until } = createThread({ machine });
    expect(await host.snapshot()).toBeNull();
    await until(host.load(toyScenario(3), 10));
    expect(await host.snapshot()).toBeNull();
  });

  test('series carry the marks of faults and edits', async () => {
    const { host, until } = createThread();
    const faults = [{ id: 'f', atMs: 70, do: 'crash' as const, target: 'gone' }];
    await until(host.load({ ...toyScenario(3, [{ atMs: 30, edit: [], label: 'Add x' }]), faults }, 250));
    const series = await host.series();
    expect([...series.columns['events']!].length).toBe(3);
    expect(series.marks).toEqual([
      { atMs: 30, kind: 'edit', label: 'Add x' },
      { atMs: 70, kind: 'fault', label: 'Crash gone' },
    ]);
  });

  test('commands before any run are refused or do nothing', async () => {
    const { host } = createThread();
    await host.play();
    await host.seek(5);
    await host.step();
    await expect(host.report()).rejects.toThrow('No run is loaded');
    await expect(host.setSpeed(0)).rejects.toThrow(RangeError);
    expect(await host.ping()).toBeGreaterThan(0);
  });

  test('a new scenario ends a seek of the old one', async () => {
    const { host, until } = createThread();
    await until(host.load(toyScenario(3), 0));
    const old = host.seek(1e6);
    await until(host.load(toyScenario(4), 20));
    await until(old);
    expect((await host.report()).digest).toBe(straightDigest(4, 20));
    expect(nowOf(createTimeline(toyMachine, toyScenario(4)))).toBe(0);
  });
});
