import * as v from 'valibot';
import { expect, it } from 'vitest';
import { faultActionSchema } from '../../../workers/scenario/document.ts';
import { edgeFaults, endings, faultAction, faultLabels, nodeFaults, sayFault, type FaultKind } from './faults.ts';

const settings = { forMs: 5000, factor: 3, position: { type: 'offset', offset: 7 }, instance: 1 } as const;

it('makes a valid action of every fault there is', () => {
  for (const kind of Object.keys(faultLabels) as FaultKind[]) {
    expect(v.is(faultActionSchema, faultAction(kind, 'n', settings))).toBe(true);
    expect(v.is(faultActionSchema, faultAction(kind, 'n', { ...settings, forMs: null, instance: null }))).toBe(true);
  }
});

it('offers nothing where nothing is simulated', () => {
  expect(nodeFaults.note).toEqual([]);
  expect(edgeFaults.publish).toContain('dropAcks');
});

it('knows what ends a trouble', () => {
  expect(endings('crashed', 'n')).toEqual([{ do: 'restart', target: 'n' }]);
  expect(endings('', 'n')).toEqual([]);
});

it('says a fault in a few words', () => {
  expect(sayFault({ do: 'crash', target: 'n', instance: 1, forMs: 3000 })).toBe('Crash of instance 1 for 3 s');
  expect(sayFault({ do: 'slow', target: 'n', factor: 3 })).toBe('Slow down by 3');
  expect(sayFault({ do: 'seek', target: 'n', instance: 2, to: { type: 'offset', offset: 12 } })).toBe(
    'Replay from offset 12 of instance 2',
  );
});
