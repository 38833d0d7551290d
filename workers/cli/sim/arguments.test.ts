import { expect, test } from 'vitest';
import { parseSimArguments } from './arguments.ts';

test('defaults: 60 s, the seed of the document, text', () => {
  expect(parseSimArguments(['a.json'])).toEqual({
    kind: 'run',
    run: { file: 'a.json', untilMs: 60_000, seed: undefined, branch: undefined, json: false, experiment: null },
  });
});

test('options stand anywhere, in both spellings, and "-" is a file', () => {
  expect(parseSimArguments(['--json', '-', '--until=5m', '--seed', '7'])).toEqual({
    kind: 'run',
    run: { file: '-', untilMs: 300_000, seed: 7, branch: undefined, json: true, experiment: null },
  });
  expect(parseSimArguments(['a.json', '--seed', '4294967295'])).toMatchObject({ run: { seed: 4_294_967_295 } });
});

test.each([
  [[], 'No scenario was given.'],
  [['a', 'b'], 'One scenario at a time: "b" is one too many.'],
  [['a', '--until', '5'], '--until takes a duration such as 500ms, 60s, 5m or 1h, up to 100d, not "5".'],
  [['a', '--seed', '-1'], /--seed/],
  [['a', '--seed', '4294967296'], '--seed takes a whole number from 0 to 4294967295, not "4294967296".'],
  [['a', '--seed', '1.5'], '--seed takes a whole number from 0 to 4294967295, not "1.5".'],
  [['a', '--fast'], /--fast/],
  [['a', '--until'], /--until/],
  [['a', '--replications', '-1'], '--replications takes no value that begins with "-".'],
  [['a', '--replications=-1'], '--replications takes a whole number from 1 to 10000, not "-1".'],
])('%j is refused with a sentence', (args, sentence) => {
  const parsed = parseSimArguments(args);
  expect(parsed.kind).toBe('wrong');
  if (parsed.kind === 'wrong') expect(parsed.sentence).toMatch(sentence);
});

test('whether a refusal is wanted as JSON is known even when the rest is wrong', () => {
  expect(parseSimArguments(['--json', '--nonsense'])).toMatchObject({ kind: 'wrong', json: true });
});

test('help goes before everything', () => {
  expect(parseSimArguments(['-h'])).toEqual({ kind: 'help' });
  expect(parseSimArguments(['a', 'b', '--help'])).toEqual({ kind: 'help' });
});
