import { beforeEach, describe, expect, test } from 'vitest';
import { branchesAreFull, branchRows } from '../../workers/scenario/branches.ts';
import { designAt } from '../../workers/scenario/change.ts';
import type { JournalEntry, Scenario } from '../../workers/scenario/document.ts';
import { validateScenario } from '../../workers/scenario/validate.ts';
import {
  addCheck,
  addFault,
  addInstance,
  addNode,
  addPartition,
  align,
  bringBackBranch,
  causeFault,
  connect,
  copy,
  deleteBranch,
  duplicate,
  endStep,
  moveNodes,
  newScenario,
  openScenario,
  paste,
  redo,
  removeItems,
  removePartition,
  rename,
  renameBranch,
  restartRun,
  select,
  setParameter,
  setSeed,
  setTitle,
  showBranch,
  undo,
  unsetParameter,
} from './actions.ts';
import { followJournal } from './edit.ts';
import { fetchValidator, warningsOf } from './judge.ts';
import { setRuntime } from './runtime.ts';
import { memoryStorage, setStorage } from './storage.ts';
import { documentStore, emptyScenario } from './store.ts';

/** A simulation that only keeps a clock, and answers like the real one. */
function fakeRun() {
  let [nowMs, reachedMs] = [0, 0];
  const run = {
    /** Going forward takes the run further, going back does not take it back. */
    get nowMs() {
      return nowMs;
    },
    set nowMs(ms: number) {
      nowMs = ms;
      reachedMs = Math.max(reachedMs, ms);
    },
    loads: [] as { scenario: Scenario; atMs: number; sameStart?: boolean }[],
    applied: [] as JournalEntry[],
    refuses: '',
  };
  setRuntime({
    now: () => run.nowMs,
    reached: () => reachedMs,
    started: () => run.nowMs > 0,
    apply: async (request) => {
      if (run.refuses !== '') throw new Error(run.refuses);
      const entry = { ...request, atMs: run.nowMs } as JournalEntry;
      run.applied.push(entry);
      const before = reachedMs;
      reachedMs = run.nowMs;
      return { entry, reachedMs: before };
    },
    load: (scenario, atMs, { sameStart }) => {
      run.loads.push({ scenario, atMs, ...(sameStart === undefined ? {} : { sameStart }) });
      [nowMs, reachedMs] = [atMs, atMs];
    },
    view: () => ({ instantMs: run.nowMs }),
  });
  return run;
}

const state = () => documentStore.getState();
const node = (id: string) => state().design.nodes.find((candidate) => candidate.id === id);
const edge = (id: string) => state().design.edges.find((candidate) => candidate.id === id);
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

let run: ReturnType<typeof fakeRun>;

beforeEach(async () => {
  await fetchValidator();
  setStorage(memoryStorage());
  run = fakeRun();
  await newScenario();
  run.loads.length = 0;
});

function orders() {
  const producer = addNode('producer', { x: 0, y: 0 });
  const topic = addNode('topic', { x: 300, y: 0 });
  const consumer = addNode('consumer', { x: 600, y: 0 });
  const made = connect(producer, topic);
  const read = connect(topic, consumer);
  if (!made.ok || !read.ok) throw new Error('Expected two edges.');
  return { producer, topic, consumer, publish: made.id, subscribe: read.id };
}

describe('building', () => {
  test('what is built is a valid document', () => {
    orders();
    expect(validateScenario(state().scenario).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('a queue that becomes a stream keeps readers that RabbitMQ accepts', () => {
    const queue = addNode('queue', { x: 0, y: 0 });
    const read = connect(queue, addNode('consumer', { x: 300, y: 0 }));
    if (!read.ok) throw new Error(read.reason);
    setParameter('edges', read.id, ['prefetch'], 0);
    setParameter('edges', read.id, ['ack'], 'auto');
    setParameter('nodes', queue, ['type'], 'stream');
    expect(warningsOf(state().design)).toEqual([]);
    expect(state().design.edges[0]).toMatchObject({ prefetch: 100 });
    setParameter('edges', read.id, ['prefetch'], undefined);
    expect(warningsOf(state().design)).toMatchObject([{ code: 'stream.prefetch', path: 'edges[0]' }]);
  });

  test('names are made unique, ids short and never used twice', () => {
    const first = addNode('producer', { x: 0, y: 0 });
    const second = addNode('producer', { x: 0, y: 0 });
    expect([first, second]).toEqual(['p1', 'p2']);
    expect(node(second)?.name).toBe('Producer 2');
    removeItems({ nodes: [second], edges: [] });
    run.nowMs = 5;
    expect(addNode('producer', { x: 0, y: 0 })).toBe('p2');
  });

  test('an id that the journal knows does not come back', async () => {
    const id = addNode('producer', { x: 0, y: 0 });
    run.nowMs = 100;
    removeItems({ nodes: [id], edges: [] });
    await settle();
    expect(addNode('producer', { x: 0, y: 0 })).not.toBe(id);
  });

  test('a connection without a protocol says why not', () => {
    const producer = addNode('producer', { x: 0, y: 0 });
    const consumer = addNode('consumer', { x: 0, y: 0 });
    const refused = connect(producer, consumer);
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.reason).toMatch(/topic/);
  });

  test('a node can be added and connected in one step', () => {
    const producer = addNode('producer', { x: 0, y: 0 });
    addNode('topic', { x: 300, y: 0 }, { connectFrom: producer });
    expect(state().design.edges).toHaveLength(1);
    undo();
    expect(state().design).toMatchObject({ edges: [], nodes: [{ id: producer }] });
  });

  test('a second member of a group takes the assignor of the first', () => {
    const { topic, subscribe, consumer } = orders();
    setParameter('nodes', consumer, ['group'], 'billing');
    setParameter('edges', subscribe, ['assignor'], 'range');
    const second = addNode('consumer', { x: 0, y: 300 }, { values: { group: 'billing' } });
    const made = connect(topic, second);
    expect(made.ok && edge(made.id)).not.toHaveProperty('assignor');
    setParameter('edges', subscribe, ['assignor'], 'sticky');
    expect(made.ok && edge(made.id)).toMatchObject({ assignor: 'sticky' });
  });

  test('what is removed takes its edges, checks and faults along', () => {
    const { consumer, topic } = orders();
    addCheck({ claim: 'noLoss', of: consumer });
    addFault({ do: 'crash', target: consumer, atMs: 1000 });
    addFault({ do: 'crash', target: topic, atMs: 500 });
    removeItems({ nodes: [consumer], edges: [] });
    expect(state().design).toMatchObject({ checks: [], faults: [{ target: topic }] });
    expect(state().design.edges).toHaveLength(1);
    undo();
    expect(state().design.checks).toHaveLength(1);
    expect(state().design.faults.map(({ atMs }) => atMs)).toEqual([500, 1000]);
  });
});

describe('parameters', () => {
  test('what equals its default is left out', () => {
    const { producer } = orders();
    setParameter('nodes', producer, ['sizeBytes'], 500);
    expect(node(producer)).toMatchObject({ sizeBytes: 500 });
    setParameter('nodes', producer, ['sizeBytes'], 200);
    expect(node(producer)).not.toHaveProperty('sizeBytes');
    setParameter('nodes', producer, ['sizeBytes'], 500);
    unsetParameter('nodes', producer, ['sizeBytes']);
    expect(node(producer)).not.toHaveProperty('sizeBytes');
  });

  test('a member of a shape is set in the whole value', () => {
    const { producer } = orders();
    setParameter('nodes', producer, ['arrivals', 'ratePerSecond'], 50);
    expect(node(producer)).toMatchObject({ arrivals: { type: 'poisson', ratePerSecond: 50 } });
    setParameter('nodes', producer, ['arrivals', 'ratePerSecond'], 10);
    expect(node(producer)).not.toHaveProperty('arrivals');
  });

  test('of a group only what differs is written', () => {
    const { publish } = orders();
    setParameter('edges', publish, ['network', 'loss'], 0.1);
    expect(edge(publish)).toMatchObject({ network: { loss: 0.1 } });
    expect(Object.keys((edge(publish) as { network: object }).network)).toEqual(['loss']);
    setParameter('edges', publish, ['network', 'loss'], 0);
    expect(edge(publish)).not.toHaveProperty('network');
  });

  test('a value out of its range is refused and changes nothing', () => {
    const { topic } = orders();
    const before = state().design;
    expect(setParameter('nodes', topic, ['partitions'], 0)).toMatchObject({ ok: false });
    expect(state().design).toBe(before);
  });

  test('settings that contradict each other are refused with the reason', () => {
    const { subscribe } = orders();
    const done = setParameter('edges', subscribe, ['heartbeatIntervalMs'], 7000);
    expect(done).toMatchObject({ ok: false, reason: expect.stringMatching(/heartbeat/i) as string });
  });

  test('giving up what idempotence needs gives up idempotence; asking for it brings it back', () => {
    const { publish } = orders();
    expect(setParameter('edges', publish, ['acks'], '1').ok).toBe(true);
    expect(edge(publish)).toMatchObject({ acks: '1', enableIdempotence: false });
    expect(setParameter('edges', publish, ['enableIdempotence'], true).ok).toBe(true);
    expect(edge(publish)).not.toHaveProperty('acks');
    expect(edge(publish)).not.toHaveProperty('enableIdempotence');
  });

  test('typing into one field is one step of undo', () => {
    const { producer } = orders();
    for (const rate of [2, 20, 200]) setParameter('nodes', producer, ['arrivals', 'ratePerSecond'], rate);
    undo();
    expect(node(producer)).not.toHaveProperty('arrivals');
    redo();
    expect(node(producer)).toMatchObject({ arrivals: { ratePerSecond: 200 } });
  });

  test('partitions and instances count up and down within their bounds', () => {
    const { topic, consumer } = orders();
    addPartition(topic);
    expect(node(topic)).toMatchObject({ partitions: 4 });
    expect(removePartition(topic).ok).toBe(true);
    addInstance(consumer, 2);
    expect(node(consumer)).toMatchObject({ instances: 3 });
    expect(addInstance(consumer, -4).ok).toBe(false);
  });
});

describe('before the run has started', () => {
  test('an edit changes what the run starts from, and the run is loaded anew', () => {
    const { producer } = orders();
    expect(state().scenario.journal).toEqual([]);
    expect(state().scenario.nodes).toBe(state().design.nodes);
    expect(run.loads.at(-1)).toMatchObject({ atMs: 0, scenario: { nodes: state().design.nodes } });
    setParameter('nodes', producer, ['sizeBytes'], 300);
    expect(run.loads.at(-1)?.scenario.nodes).toBe(state().scenario.nodes);
  });

  test('what only the eye sees loads nothing', () => {
    const { producer } = orders();
    run.loads.length = 0;
    moveNodes([{ id: producer, position: { x: 5, y: 5 } }], { commit: true });
    rename(producer, 'Shop');
    addNode('note', { x: 0, y: 200 });
    setTitle('Orders');
    expect(run.loads).toEqual([]);
    expect(state().scenario.nodes).toMatchObject([
      { name: 'Shop', position: { x: 5, y: 5 } },
      {},
      {},
      { kind: 'note' },
    ]);
  });
});

describe('during the run', () => {
  test('an edit is journaled at its instant and leaves the start alone', async () => {
    const { consumer } = orders();
    const start = state().scenario.nodes;
    run.nowMs = 1500;
    addInstance(consumer);
    expect(node(consumer)).toMatchObject({ instances: 2 });
    await settle();
    expect(state().scenario.nodes).toBe(start);
    expect(state().scenario.journal).toMatchObject([
      { atMs: 1500, edit: [{ op: 'change', in: 'nodes', id: consumer, set: { instances: 2 } }] },
    ]);
    expect(designAt(state().scenario, 1500)).toEqual(state().design);
  });

  test('undo is an edit now', async () => {
    const { consumer } = orders();
    run.nowMs = 1000;
    addInstance(consumer);
    await settle();
    run.nowMs = 2000;
    undo();
    await settle();
    expect(node(consumer)).not.toHaveProperty('instances');
    expect(state().scenario.journal.map(({ atMs }) => atMs)).toEqual([1000, 2000]);
    redo();
    await settle();
    expect(designAt(state().scenario, 2000)).toEqual(state().design);
  });

  test('scrubbing shows the design of the instant; an edit there drops the future', async () => {
    const { consumer } = orders();
    run.nowMs = 1000;
    addInstance(consumer);
    await settle();
    run.nowMs = 2000;
    addInstance(consumer);
    await settle();
    run.nowMs = 1200;
    followJournal(1);
    expect(node(consumer)).toMatchObject({ instances: 2 });
    setParameter('nodes', consumer, ['concurrency'], 4);
    await settle();
    expect(state().scenario.journal.map(({ atMs }) => atMs)).toEqual([1000, 1200]);
    expect(node(consumer)).toMatchObject({ instances: 2, concurrency: 4 });
  });

  test('back at instant 0 of a run in which nothing was changed, an edit is one of the start', () => {
    const { consumer } = orders();
    run.nowMs = 1000;
    run.nowMs = 0;
    addInstance(consumer, 4);
    expect(state().scenario).toMatchObject({ journal: [] });
    expect(state().scenario).not.toHaveProperty('branches');
    expect(state().scenario.nodes.find(({ id }) => id === consumer)).toMatchObject({ instances: 5 });
  });

  test.each([1200, 0])('an edit at %i ms begins a branch, and the one before can be shown again', async (atMs) => {
    const { consumer } = orders();
    for (const nowMs of [1000, 2000]) {
      run.nowMs = nowMs;
      addInstance(consumer);
      await settle();
    }
    const { journal, nodes } = state().scenario;
    run.nowMs = atMs;
    followJournal(atMs > 0 ? 1 : 0);
    const { design } = state();
    for (const value of [4, 5]) {
      setParameter('nodes', consumer, ['concurrency'], value);
      await settle();
    }
    expect(state().forked).toEqual({ atMs, from: expect.objectContaining({ id: 'b1', name: 'Main' }) });
    expect(state().scenario).toMatchObject({ branch: { id: 'b2', parent: 'b1', forkMs: atMs }, nodes });
    expect(branchRows(state().scenario).map(({ changes }) => changes)).toEqual([2, 2]);
    rename(consumer, 'Renamed');

    showBranch('b1');
    expect(state()).toMatchObject({ forked: null, undoLabel: null, scenario: { journal, branch: { untilMs: 2000 } } });
    expect(node(consumer)).toEqual({ ...design.nodes.find(({ id }) => id === consumer), name: 'Renamed' });
    expect(run.loads.at(-1)).toEqual({ scenario: state().scenario, atMs, sameStart: true });
    showBranch('b2');
    expect(node(consumer)).toMatchObject({ concurrency: 5, name: 'Renamed' });
    expect(state().undoLabel).toContain('Rename');
    undo();
    undo();
    await settle();
    expect(node(consumer)).not.toHaveProperty('concurrency');
    expect(state().scenario.journal).toHaveLength(atMs > 0 ? 4 : 3);
    expect(validateScenario(state().scenario).diagnostics).toEqual([]);
  });

  test('undone at once, a change in the past leaves no branch behind, and can be made again', async () => {
    const { consumer } = orders();
    run.nowMs = 2000;
    addInstance(consumer);
    await settle();
    run.nowMs = 5000;
    run.nowMs = 3000;
    const before = state();
    setParameter('nodes', consumer, ['concurrency'], 4);
    await settle();
    expect(branchRows(state().scenario)).toHaveLength(2);
    undo();
    await settle();
    expect(state().scenario).toEqual(before.scenario);
    expect(state()).toMatchObject({ forked: null, design: before.design, undoLabel: before.undoLabel });
    expect(run.loads.at(-1)).toEqual({ scenario: state().scenario, atMs: 3000, sameStart: true });
    redo();
    await settle();
    expect(node(consumer)).toMatchObject({ concurrency: 4 });
    expect(branchRows(state().scenario).map(({ changes }) => changes)).toEqual([1, 1]);
    addInstance(consumer);
    await settle();
    expect(branchRows(state().scenario).map(({ changes }) => changes)).toEqual([1, 2]);
  });

  test('undone later, or after another change, it is taken back within its branch', async () => {
    const { consumer } = orders();
    run.nowMs = 5000;
    for (const [atMs, goesOnMs] of [
      [3000, 3500],
      [1000, 1000],
    ] as const) {
      run.nowMs = atMs;
      setParameter('nodes', consumer, ['concurrency'], 4);
      await settle();
      if (goesOnMs === atMs) await causeFault({ do: 'crash', target: consumer });
      run.nowMs = goesOnMs;
      const { length } = branchRows(state().scenario);
      undo();
      await settle();
      expect(branchRows(state().scenario)).toHaveLength(length);
      expect(node(consumer)).not.toHaveProperty('concurrency');
    }
  });

  test('a change where a branch was run over without any begins another, also when it is shown again later', async () => {
    const { consumer } = orders();
    run.nowMs = 5000;
    run.nowMs = 3000;
    await causeFault({ do: 'crash', target: consumer });
    expect(state().scenario).toMatchObject({
      branch: { id: 'b2', name: 'Crash Consumer', forkMs: 3000 },
      branches: [{ id: 'b1', name: 'Main', untilMs: 5000, journal: [] }],
    });
    showBranch('b1');
    run.nowMs = 4000;
    await causeFault({ do: 'crash', target: consumer });
    expect(state().scenario).toMatchObject({ branch: { id: 'b3', name: 'Crash Consumer 2', parent: 'b1' } });
    showBranch('b1');
    run.nowMs = 6000;
    await causeFault({ do: 'crash', target: consumer });
    expect(state().scenario).toMatchObject({ branch: { id: 'b1' }, journal: [{ atMs: 6000 }] });
  });

  test('branches are renamed, deleted, and forgotten when the run starts over', async () => {
    const { consumer } = orders();
    run.nowMs = 5000;
    run.nowMs = 3000;
    await causeFault({ do: 'crash', target: consumer });
    renameBranch('b2', ' Main ');
    renameBranch('b1', '  ');
    expect(branchRows(state().scenario).map(({ name }) => name)).toEqual(['Main', 'Main 2']);
    run.nowMs = 1000;
    addInstance(consumer);
    await settle();
    deleteBranch('b2');
    expect(state().removed).toMatchObject({ name: 'Main 2', children: [], parent: 'Main' });
    expect(branchRows(state().scenario).map(({ id, depth }) => [id, depth])).toEqual([
      ['b1', 0],
      ['b3', 1],
    ]);
    restartRun();
    expect(state()).toMatchObject({ forked: null, scenario: { journal: [] } });
    expect(state().scenario).not.toHaveProperty('branch');
    expect(state().scenario).not.toHaveProperty('branches');
  });

  test('a branch that was deleted is brought back, until the run is another one', async () => {
    const { consumer } = orders();
    run.nowMs = 5000;
    run.nowMs = 3000;
    await causeFault({ do: 'crash', target: consumer });
    const { scenario } = state();
    deleteBranch('b2');
    expect(state()).toMatchObject({ scenario, removed: null });
    deleteBranch('b1');
    expect(state().scenario).not.toHaveProperty('branches');
    bringBackBranch();
    expect(branchRows(state().scenario)).toEqual(branchRows(scenario));
    expect(state().removed).toBeNull();
    deleteBranch('b1');
    restartRun();
    bringBackBranch();
    expect(state().scenario).not.toHaveProperty('branches');
  });

  test('undoing what comes later in the run is refused, and the step is kept', async () => {
    const { consumer } = orders();
    run.nowMs = 8000;
    addInstance(consumer);
    await settle();
    run.nowMs = 5000;
    followJournal(0);
    const { scenario, undoLabel } = state();
    undo();
    await settle();
    expect(state().refusal?.text).toContain('comes later in this run');
    expect(state()).toMatchObject({ scenario, undoLabel });
    run.nowMs = 9000;
    followJournal(1);
    undo();
    await settle();
    expect(node(consumer)).not.toHaveProperty('instances', 2);
    expect(state().scenario.journal.length).toBe(2);
  });

  test('with no room for another branch a change in the past is refused, and taken back', async () => {
    const { consumer } = orders();
    run.nowMs = 5000;
    for (let i = 0; !branchesAreFull(state().scenario); i++) {
      run.nowMs = 4000 - i;
      await causeFault({ do: 'crash', target: consumer });
    }
    const { scenario } = state();
    run.nowMs = 100;
    addInstance(consumer);
    await settle();
    expect(state().refusal?.text).toContain('at most 16 branches');
    expect(state().scenario.journal).toEqual(scenario.journal);
    expect(node(consumer)).not.toHaveProperty('instances', 2);
  });

  test('a move during the run is not journaled, and holds for a node that the journal adds', async () => {
    orders();
    run.nowMs = 1000;
    const late = addNode('consumer', { x: 600, y: 300 });
    await settle();
    moveNodes([{ id: late, position: { x: 700, y: 400 } }], { commit: true });
    rename(late, 'Late');
    addNode('note', { x: 0, y: 0 });
    await settle();
    expect(state().scenario.journal).toHaveLength(1);
    followJournal(0);
    expect(node(late)).toBeUndefined();
    expect(state().design.nodes.some(({ kind }) => kind === 'note')).toBe(true);
    followJournal(1);
    expect(node(late)).toMatchObject({ name: 'Late', position: { x: 700, y: 400 } });
  });

  test('undoing a move after scrubbing back does not bring later edits into the past', async () => {
    const { producer, consumer } = orders();
    run.nowMs = 1000;
    addInstance(consumer);
    await settle();
    moveNodes([{ id: producer, position: { x: 50, y: 50 } }], { commit: true });
    run.nowMs = 500;
    followJournal(0);
    undo();
    await settle();
    expect(node(producer)).toMatchObject({ position: { x: 0, y: 0 } });
    expect(node(consumer)).not.toHaveProperty('instances');
    expect(state().scenario.journal).toHaveLength(1);
  });

  test('partitions cannot be taken away', () => {
    const { topic } = orders();
    run.nowMs = 10;
    expect(removePartition(topic)).toMatchObject({ ok: false, reason: expect.stringMatching(/Kafka/) as string });
    expect(setParameter('nodes', topic, ['partitions'], 1).ok).toBe(false);
    expect(addPartition(topic).ok).toBe(true);
  });

  test('a fault caused by hand is journaled and not undone', async () => {
    const { consumer } = orders();
    run.nowMs = 700;
    await causeFault({ do: 'crash', target: consumer });
    expect(state().scenario.journal).toEqual([{ atMs: 700, fault: { do: 'crash', target: consumer } }]);
  });

  test('what the engine refuses is taken back, and said', async () => {
    const { consumer } = orders();
    run.nowMs = 700;
    run.refuses = 'Not now.';
    addInstance(consumer, 3);
    expect(node(consumer)).toMatchObject({ instances: 4 });
    await settle();
    expect(node(consumer)).not.toHaveProperty('instances');
    expect(state().refusal?.text).toBe('Not now.');
    expect(state().scenario.journal).toEqual([]);
  });

  test('edits in quick succession are all kept, in order', async () => {
    const { consumer, producer } = orders();
    run.nowMs = 100;
    addInstance(consumer);
    addInstance(consumer);
    setParameter('nodes', producer, ['sizeBytes'], 1000);
    await settle();
    expect(state().scenario.journal).toHaveLength(3);
    expect(designAt(state().scenario, 100)).toEqual(state().design);
  });

  test('restarting folds the edits into the start and forgets live faults', async () => {
    const { consumer } = orders();
    run.nowMs = 100;
    addInstance(consumer);
    await causeFault({ do: 'crash', target: consumer });
    restartRun();
    expect(run.nowMs).toBe(0);
    expect(state().scenario.journal).toEqual([]);
    expect(state().scenario.nodes.find(({ id }) => id === consumer)).toMatchObject({ instances: 2 });
  });

  test('another seed starts over with the same journal', async () => {
    const { consumer } = orders();
    run.nowMs = 100;
    addInstance(consumer);
    await settle();
    setSeed(9);
    expect(run.loads.at(-1)).toMatchObject({ atMs: 0, scenario: { seed: 9, journal: [{ atMs: 100 }] } });
    expect(setSeed(-1).ok).toBe(false);
  });
});

describe('undo', () => {
  test('every action has a name that undo and redo tell', () => {
    const { producer } = orders();
    rename(producer, 'Shop');
    expect(state().undoLabel).toBe('Rename to Shop');
    undo();
    expect(state()).toMatchObject({ redoLabel: 'Rename to Shop', undoLabel: 'Connect Topic to Consumer' });
  });

  test('all the way back and forth again leads to the same design', () => {
    const { producer, topic } = orders();
    setParameter('nodes', topic, ['partitions'], 6);
    moveNodes([{ id: producer, position: { x: 9, y: 9 } }], { commit: true });
    duplicate([producer]);
    setTitle('Orders');
    const { design } = state();
    for (let step = 0; step < 20; step += 1) undo();
    expect(state()).toMatchObject({
      design: { nodes: [], edges: [] },
      undoLabel: null,
      scenario: { title: 'Untitled' },
    });
    for (let step = 0; step < 20; step += 1) redo();
    expect(state().design).toEqual(design);
    expect(state()).toMatchObject({ redoLabel: null, scenario: { title: 'Orders' } });
  });

  test('a drag is one step, two drags are two', () => {
    const id = addNode('producer', { x: 0, y: 0 });
    for (const x of [10, 20, 30]) moveNodes([{ id, position: { x, y: 0 } }], { commit: x === 30 });
    for (const x of [40, 50]) moveNodes([{ id, position: { x, y: 0 } }], { commit: x === 50 });
    undo();
    expect(node(id)).toMatchObject({ position: { x: 30, y: 0 } });
    undo();
    expect(node(id)).toMatchObject({ position: { x: 0, y: 0 } });
  });

  test('a document opened has a history of its own', async () => {
    orders();
    await openScenario({ ...emptyScenario(), title: 'Other' }, { source: 'link' });
    expect(state()).toMatchObject({ undoLabel: null, scenario: { title: 'Other' }, design: { nodes: [] } });
  });
});

describe('copies', () => {
  test('nodes are copied with the edges among them, under new ids and names', async () => {
    const { producer, topic } = orders();
    select({ nodes: [producer, topic] });
    const clip = copy();
    const pasted = await paste(clip ?? '', { x: 100, y: 500 });
    expect(pasted).toHaveLength(2);
    expect(state().design.edges).toHaveLength(3);
    expect(node(pasted?.[0] ?? '')).toMatchObject({ name: 'Producer 2', position: { x: 100, y: 500 } });
    expect(state().selection.nodes).toEqual(pasted);
    undo();
    expect(state().design.nodes).toHaveLength(3);
  });

  test('any other text is not taken for a copy', async () => {
    expect(await paste('hello')).toBeNull();
    expect(await paste('{"format":"sluice/1"}')).toBeNull();
    expect(await paste('null')).toBeNull();
  });

  test('a frame takes along what it holds', () => {
    const frame = addNode('frame', { x: 0, y: 0 });
    addNode('producer', { x: 20, y: 40 }, { parent: frame });
    const [copied, inside] = duplicate([frame]);
    expect(node(inside ?? '')).toMatchObject({ parent: copied, position: { x: 20, y: 40 } });
    removeItems({ nodes: [copied ?? ''], edges: [] });
    expect(node(inside ?? '')).toMatchObject({ position: { x: 52, y: 72 } });
    expect(node(inside ?? '')).not.toHaveProperty('parent');
  });
});

describe('arranging', () => {
  test('aligning puts edges in line, spreading makes equal gaps', () => {
    const ids = [0, 10, 500].map((x, index) => addNode('producer', { x, y: index * 100 }));
    align('left', ids);
    expect(ids.map((id) => node(id)?.position.x)).toEqual([0, 0, 0]);
    undo();
    endStep();
    align('spread across', ids);
    expect(ids.map((id) => node(id)?.position.x)).toEqual([0, 250, 500]);
  });
});
