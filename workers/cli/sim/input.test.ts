import { expect, test } from 'vitest';
import type { Scenario } from '../../scenario/document.ts';
import { encodeShare } from '../../scenario/share.ts';
import { readScenario, type Sources } from './input.ts';

const nothing = { notes: '', nodes: [], edges: [], faults: [], checks: [], journal: [], view: {} };
const scenario: Scenario = { format: 'sluice/1', title: 'Shared', seed: 3, ...nothing };

function sourcesOf(files: Readonly<Record<string, string>>, input = ''): Sources {
  return {
    readFile(path) {
      const text = files[path];
      const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
      return text === undefined ? Promise.reject(missing) : Promise.resolve(text);
    },
    readStandardInput: () => Promise.resolve(input),
  };
}

test('a file, the standard input, a link and a fragment give the same scenario', async () => {
  const text = JSON.stringify(scenario);
  const fragment = await encodeShare(scenario);
  const sources = sourcesOf({ 'a.json': `\uFEFF${text}`, 'link.txt': `https://example.org/#${fragment}\n` }, text);
  const inputs = ['a.json', '-', `https://example.org/sluice/#${fragment}`, `#${fragment}`, fragment, 'link.txt'];
  for (const input of inputs) {
    const read = await readScenario(input, sources);
    expect([input, read.scenario?.title, read.scenario?.seed]).toEqual([input, 'Shared', 3]);
  }
});

test.each([
  ['none.json', 'file.unreadable', 'The file "none.json" does not exist.'],
  ['text.json', 'document.notJson', /not JSON/],
  ['wrong.json', 'format.foreign', /not a Sluice scenario/],
  ['https://example.org/', 'share.foreign', /not a link/],
  ['https://example.org/#s1.abcdef.AAAAAAAAAAAAAAAAAAAAAAAA', 'share.damaged', /damaged/],
])('%s is refused as %s', async (argument, code, sentence) => {
  const sources = sourcesOf({ 'text.json': 'hello', 'wrong.json': '{"format":"other"}' });
  const { scenario: read, findings } = await readScenario(argument, sources);
  expect(read).toBeNull();
  expect(findings[0]).toMatchObject({ code, severity: 'error' });
  expect(findings[0]!.sentence).toMatch(sentence);
});

test('a file whose name looks like a link is still a file', async () => {
  const { findings } = await readScenario('s1.backup.json', sourcesOf({}));
  expect(findings[0]!.code).toBe('file.unreadable');
});
