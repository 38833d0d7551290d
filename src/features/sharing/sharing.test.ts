import { beforeEach, describe, expect, test } from 'vitest';
import { examples } from '../../../workers/scenario/examples/index.ts';
import { encodeShare } from '../../../workers/scenario/share.ts';
import { addNode, listSaved, newScenario, openSaved } from '../../document/actions.ts';
import { saveNow, startAutosave } from '../../document/autosave.ts';
import { memoryStorage, setStorage } from '../../document/storage.ts';
import { documentStore, emptyScenario } from '../../document/store.ts';
import { arrivalsStore, fragmentIn, openLink, openText, pasteText } from './arrivals.ts';
import { fileName } from './file.ts';

const state = () => documentStore.getState();
const trouble = () => arrivalsStore.getState().trouble;

startAutosave();

beforeEach(async () => {
  setStorage(memoryStorage());
  arrivalsStore.setState({ trouble: null });
  await newScenario();
});

async function ownWork(): Promise<string> {
  addNode('producer', { x: 0, y: 0 });
  await saveNow();
  return state().scenarioId;
}

async function exampleLink(): Promise<string> {
  const [example] = examples;
  return encodeShare(example?.scenario ?? emptyScenario());
}

describe('a link', () => {
  test("opens as a document of its own; what was open stays among the person's own", async () => {
    const own = await ownWork();
    expect(await openLink(await exampleLink())).toBe(true);
    expect(state()).toMatchObject({
      source: 'link',
      saved: 'unsaved',
      scenario: { title: examples[0]?.scenario.title },
    });
    expect(await listSaved()).toMatchObject([{ id: own }]);
    expect(await openSaved(own)).toBe(true);
    expect(state().design.nodes).toHaveLength(1);
  });

  test('saves even the change that was not written yet', async () => {
    addNode('producer', { x: 0, y: 0 });
    expect(await listSaved()).toEqual([]);
    await openLink(await exampleLink());
    expect(await listSaved()).toMatchObject([{ nodes: 1 }]);
  });

  test.each([
    ['cut', (link: string) => link.slice(0, -20), 'share.damaged'],
    ['changed', (link: string) => link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'share.damaged'],
    ['foreign', () => 'section-3', 'share.foreign'],
    ['newer', (link: string) => link.replace(/^s1/, 's9'), 'share.newer'],
    ['endless', () => `s1.aaaaaa.${'A'.repeat(700_000)}`, 'share.tooLarge'],
  ])("that is %s is explained, and the person's work stays open", async (_, spoil, code) => {
    const own = await ownWork();
    expect(await openLink(spoil(await exampleLink()))).toBe(false);
    expect(trouble()?.diagnostics[0]?.code).toBe(code);
    expect(state()).toMatchObject({ scenarioId: own, saved: 'saved' });
  });

  test('with parts that cannot be understood offers the rest', async () => {
    const broken = {
      ...emptyScenario(),
      nodes: [{ id: 'p1', kind: 'producer', name: 'P', position: { x: 0, y: 0 } }, { id: 'q1' }],
    };
    expect(await openText(JSON.stringify(broken))).toBe(false);
    expect(trouble()?.rest?.nodes).toHaveLength(1);
    expect(trouble()?.diagnostics.length).toBeGreaterThan(0);
  });
});

describe('what is pasted', () => {
  test('a link is found in an address and by itself', async () => {
    const link = await exampleLink();
    expect(fragmentIn(`https://example.org/play/?x=1#${link}\n`)).toBe(link);
    expect(fragmentIn(link)).toBe(link);
    expect(fragmentIn('hello')).toBeNull();
    expect(fragmentIn('see section s1.2')).toBeNull();
  });

  test('the text of a scenario opens, other text does nothing', async () => {
    expect(await pasteText(JSON.stringify({ ...emptyScenario(), title: 'Pasted' }))).toBe(true);
    expect(state().scenario.title).toBe('Pasted');
    expect(await pasteText('hello')).toBe(false);
    expect(state().scenario.title).toBe('Pasted');
    expect(trouble()).toBeNull();
  });
});

test('a title makes a file name', () => {
  expect(fileName('Keys & order: über alles')).toBe('keys-order-uber-alles.sluice.json');
  expect(fileName('…')).toBe('scenario.sluice.json');
});
