import { expect, test } from 'vitest';
import { forkBranch } from '../../../workers/scenario/branches.ts';
import type { JournalEntry, Scenario } from '../../../workers/scenario/document.ts';
import { validateScenario } from '../../../workers/scenario/validate.ts';
import { deedsApart } from './deeds.ts';

const { scenario: shop } = validateScenario({
  format: 'sluice/1',
  nodes: [
    { id: 'p', kind: 'producer', name: 'Orders' },
    { id: 't', kind: 'topic', name: 'Log' },
    { id: 'c', kind: 'consumer', name: 'Billing' },
  ],
  edges: [
    { id: 'w', kind: 'publish', from: 'p', to: 't' },
    { id: 'r', kind: 'subscribe', from: 't', to: 'c' },
  ],
});

const acks = (atMs: number, value: string): JournalEntry => ({
  atMs,
  label: 'Change acks of Orders → Log',
  edit: [{ op: 'change', in: 'edges', id: 'w', set: { acks: value } }],
});
const crash = (atMs: number): JournalEntry => ({ atMs, fault: { do: 'crash', target: 'c' } });

test('what was done in one branch and not in the other, with settings before and after', () => {
  const main: Scenario = { ...shop!, journal: [acks(1000, '1'), crash(8000)] };
  const forked = forkBranch(main, acks(5000, '0'), { untilMs: 9000, name: 'Forget' });
  expect(deedsApart(forked, ['b1', 'b2'], 9000)).toEqual([
    [{ atMs: 8000, words: 'Crash Billing' }],
    [{ atMs: 5000, words: 'Change acks of Orders → Log: 1 → 0' }],
  ]);
  expect(deedsApart(forked, ['b1', 'b2'], 4000)).toEqual([[], []]);
});

test('a setting that was the default is told by its default, one taken back too', () => {
  const unset: JournalEntry = { atMs: 6000, edit: [{ op: 'change', in: 'edges', id: 'w', unset: ['acks'] }] };
  const forked = forkBranch(shop!, acks(5000, '0'), { untilMs: 9000, name: 'Forget' });
  const longer = { ...forked, journal: [...forked.journal, unset] };
  expect(deedsApart(longer, ['b1', 'b2'], 9000)[1].map(({ words }) => words)).toEqual([
    'Change acks of Orders → Log: all → 0',
    'Change acks of Orders → Log: 0 → all',
  ]);
});
