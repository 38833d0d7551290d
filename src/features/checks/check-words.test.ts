import { describe, expect, it } from 'vitest';
import type { Check } from '../../../workers/scenario/document.ts';
import { CLAIM_SUBJECTS } from '../../../workers/scenario/rules.ts';
import { alike, CLAIMS, draftCheck, limitOf, sayCheck, subjectsOf } from './check-words.ts';

const latency: Check = { id: 'c', claim: 'latencyBelow', of: 'n', ms: 250 };

describe('checks in words', () => {
  it('offers every claim there is', () => {
    expect(CLAIMS.toSorted()).toEqual(Object.keys(CLAIM_SUBJECTS).toSorted());
  });

  it('says every drafted check as a sentence about its node', () => {
    for (const claim of CLAIMS) {
      expect(sayCheck({ ...draftCheck(claim, 'n'), id: 'c' }, 'Billing')).toContain('Billing');
    }
    expect(sayCheck(latency, 'Billing')).toBe('p99 latency of Billing stays below 250 ms');
  });

  it('offers only the nodes a claim can be about', () => {
    const at = { position: { x: 0, y: 0 } };
    const nodes = [
      { ...at, id: 'p', kind: 'producer', name: 'Shop' },
      { ...at, id: 'c', kind: 'consumer', name: 'Billing' },
    ] as const;
    expect(subjectsOf('noLoss', nodes).map(({ id }) => id)).toEqual(['c']);
    expect(subjectsOf('availabilityAbove', nodes).map(({ id }) => id)).toEqual(['p']);
  });

  it('knows a check that is there already', () => {
    expect(alike([latency], draftCheck('latencyBelow', 'n'))).toBe(latency);
    expect(alike([latency], draftCheck('noLoss', 'n'))).toBeUndefined();
  });
});

describe('limits', () => {
  it('are read back as they are written', () => {
    for (const claim of CLAIMS) {
      const check = { ...draftCheck(claim, 'n'), id: 'c' };
      const limit = limitOf(check);
      if (limit !== null) expect(limit.read(limit.written)).toEqual({ check });
    }
  });

  it('are refused with a sentence', () => {
    expect(limitOf(latency)?.read('soon')).toEqual({ refusal: 'Milliseconds, up to a day.' });
    expect(limitOf({ id: 'c', claim: 'lagBelow', of: 'n', messages: 1 })?.read('1.5')).toEqual({
      refusal: 'A whole number of records.',
    });
  });
});
