import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  addInstance,
  addNode,
  deleteSaved,
  listSaved,
  listVersions,
  newScenario,
  openSaved,
  openScenario,
  openVersion,
  renameSaved,
  restartRun,
  saveCopy,
  setTitle,
} from './actions.ts';
import { saveNow, startAutosave } from './autosave.ts';
import { readLastOpen, writeSaved } from './library.ts';
import { setRuntime } from './runtime.ts';
import { memoryStorage, setStorage, storage } from './storage.ts';
import { documentStore, emptyScenario } from './store.ts';

const state = () => documentStore.getState();
let stop: () => void;

beforeEach(async () => {
  setRuntime(null);
  setStorage(memoryStorage());
  stop = startAutosave();
  await newScenario();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('autosave', () => {
  test('what is merely looked at is not stored', async () => {
    await openScenario({ ...emptyScenario(), title: 'From a link' }, { source: 'link' });
    await saveNow();
    expect(await listSaved()).toEqual([]);
    expect(state().saved).toBe('unsaved');
  });

  test('the first change stores it under an id of its own', async () => {
    addNode('producer', { x: 0, y: 0 });
    const own = state().scenarioId;
    expect(state().saved).toBe('saving');
    await saveNow();
    expect(state()).toMatchObject({ saved: 'saved', source: 'own' });
    await openScenario({ ...emptyScenario(), title: 'From a link' }, { source: 'link' });
    addNode('topic', { x: 0, y: 0 });
    await saveNow();
    expect((await listSaved()).map(({ title }) => title).toSorted()).toEqual(['From a link', 'Untitled']);
    expect(state().scenarioId).not.toBe(own);
    expect(await openSaved(own)).toBe(true);
    expect(state().design.nodes).toMatchObject([{ kind: 'producer' }]);
  });

  test('changes are written after a moment of quiet', async () => {
    vi.useFakeTimers();
    addNode('producer', { x: 0, y: 0 });
    await vi.advanceTimersByTimeAsync(400);
    addNode('producer', { x: 0, y: 0 });
    await vi.advanceTimersByTimeAsync(400);
    expect(await listSaved()).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(await listSaved()).toMatchObject([{ nodes: 2 }]);
  });

  test('opening another document writes the last change of the one before', async () => {
    addNode('producer', { x: 0, y: 0 });
    await newScenario();
    expect(await listSaved()).toMatchObject([{ nodes: 1 }]);
  });

  test('a scenario that another tab has written meanwhile is kept beside it', async () => {
    addNode('producer', { x: 0, y: 0 });
    await saveNow();
    const { scenarioId } = state();
    await writeSaved(scenarioId, { ...emptyScenario(), title: 'The other tab' }, 1, Date.now());
    addNode('producer', { x: 0, y: 0 });
    await saveNow();
    expect((await listSaved()).map(({ title }) => title).toSorted()).toEqual(['The other tab', 'Untitled (copy)']);
    expect(state().scenarioId).not.toBe(scenarioId);
    expect(await readLastOpen()).toBe(state().scenarioId);
  });

  test('a store that fails is told, and the work goes on', async () => {
    const broken = memoryStorage();
    setStorage({ ...broken, update: () => Promise.reject(new Error('Full')) });
    addNode('producer', { x: 0, y: 0 });
    await saveNow();
    expect(state().saved).toBe('failed');
    setStorage(broken);
    await saveNow();
    expect(await listSaved()).toHaveLength(1);
  });

  test('a record that cannot be understood is not opened and harms nothing', async () => {
    await storage().set('scenario:bad', { scenario: { format: 'other' }, savedAt: 1, revision: 1 });
    await storage().set('scenario:worse', 7);
    expect(await openSaved('bad')).toBe(false);
    expect(await openSaved('worse')).toBe(false);
    expect(await openSaved('missing')).toBe(false);
  });
});

describe('the library', () => {
  test('scenarios are renamed, copied and deleted', async () => {
    addNode('producer', { x: 0, y: 0 });
    setTitle('Orders');
    await saveNow();
    const first = state().scenarioId;
    await saveCopy('Orders, second try');
    expect((await listSaved()).map(({ title }) => title).toSorted()).toEqual(['Orders', 'Orders, second try']);
    await renameSaved(first, 'Old orders');
    await renameSaved(state().scenarioId, 'New orders');
    await saveNow();
    expect((await listSaved()).map(({ title }) => title).toSorted()).toEqual(['New orders', 'Old orders']);
    await deleteSaved(first);
    expect(await listSaved()).toMatchObject([{ title: 'New orders' }]);
  });

  test('the open scenario may be deleted; it stays open and is stored again with its next change', async () => {
    addNode('producer', { x: 0, y: 0 });
    await saveNow();
    await deleteSaved(state().scenarioId);
    expect(await listSaved()).toEqual([]);
    addNode('topic', { x: 0, y: 0 });
    await saveNow();
    expect(await listSaved()).toMatchObject([{ nodes: 2 }]);
  });

  test('there is a way back to earlier versions, and from there forward again', async () => {
    addNode('producer', { x: 0, y: 0 });
    await saveNow();
    const id = state().scenarioId;
    const [version] = await listVersions(id);
    expect(version).toMatchObject({ nodes: 1 });
    addNode('topic', { x: 0, y: 0 });
    await saveNow();
    expect(await openVersion(version?.savedAt ?? 0)).toBe(true);
    expect(state()).toMatchObject({ scenarioId: id, saved: 'saved' });
    expect(state().design.nodes).toHaveLength(1);
    expect((await listVersions(id)).some(({ nodes }) => nodes === 2)).toBe(true);
    expect(await listSaved()).toHaveLength(1);
  });

  test('restarting a run keeps its journal as a version', async () => {
    let nowMs = 0;
    setRuntime({
      now: () => nowMs,
      started: () => nowMs > 0,
      reached: () => nowMs,
      apply: async (request) => ({ entry: { ...request, atMs: nowMs }, reachedMs: nowMs }),
      load: (_, atMs) => void (nowMs = atMs),
      view: () => ({}),
    });
    const consumer = addNode('consumer', { x: 0, y: 0 });
    nowMs = 100;
    addInstance(consumer);
    await saveNow();
    restartRun();
    await vi.waitFor(async () => {
      const labels = (await listVersions(state().scenarioId)).map(({ label }) => label);
      expect(labels).toContain('Before restarting the run');
    });
  });
});
