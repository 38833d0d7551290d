import { describe, expect, it } from 'vitest';
import { backlogWords } from '../../../workers/scenario/backlog-words.ts';
import type { Check } from '../../../workers/scenario/document.ts';
import { CLAIM_SUBJECTS } from '../../../workers/scenario/rules.ts';
import { alike, CLAIMS, draftCheck, limitOf, sayCheck, subjectsOf } from './check-words.ts';

const records = backlogWords(['log']);
const latency: Check = { id: 'c', claim: 'latencyBelow', of: 'n', ms: 250 };

describe('checks in words', () => {
  it('offers every claim there is', () => {
    expect(CLAIMS.toSorted()).toEqual(Object.keys(CLAIM_SUBJECTS).toSorted());
  });

  it('says every drafted check as a sentence about its node', () => {
    for (const claim of CLAIMS) {
      expect(sayCheck({ ...draftCheck(claim, 'n'), id: 'c' }, 'Billing', records)).toContain('Billing');
    }
    expect(sayCheck(latency, 'Billing', records)).toBe('p99 latency of Billing stays below 250 ms');
  });

  it('says what is behind in the words of the broker', () => {
    const check: Check = { id: 'c', claim: 'lagBelow', of: 'n', messages: 20 };
    expect(sayCheck(check, 'Billing', records)).toBe('The lag of Billing stays below 20 records not committed');
    expect(sayCheck(check, 'Billing', backlogWords(['amqp']))).toBe(
      'The queue depth of Billing stays below 20 messages ready or unacknowledged',
    );
    expect(sayCheck(check, 'Billing', backlogWords(['log', 'sqs', 'table']))).toContain('The backlog of Billing');
    expect(limitOf(check, backlogWords(['table']))?.unit).toBe('rows');
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
      const limit = limitOf(check, records);
      if (limit !== null) expect(limit.read(limit.written)).toEqual({ check });
    }
  });

  it('are refused with a sentence', () => {
    expect(limitOf(latency, records)?.read('soon')).toEqual({ refusal: 'Milliseconds, up to a day.' });
    expect(limitOf({ id: 'c', claim: 'lagBelow', of: 'n', messages: 1 }, records)?.read('1.5')).toEqual({
      refusal: 'A whole number of records.',
    });
  });
});
