import { describe, expect, test } from 'vitest';
import { difference, outcomeOf } from './judge.mjs';

const compare = ['body', 'redelivered'];
const message = (/** @type {string} */ body, redelivered = false) => ({ body, redelivered, exchange: '', key: 'q' });

/** @type {import('./play.mjs').Case} */
const recorded = {
  id: 'one',
  compare,
  steps: [
    { do: 'publish', bodies: ['m1', 'm2', 'm3'], expect: { confirmed: ['m1', 'm2'], refused: ['m3'] } },
    { do: 'settle', expect: { deliveries: { c1: [{ body: 'm1', redelivered: true }] } } },
    { do: 'purge', queue: 'q' },
  ],
  outcome: {
    published: 3,
    receivedInOrder: { c1: ['m1'] },
    redelivered: ['m1'],
    refused: ['m3'],
    returned: [],
    neverReceived: ['m3'],
    left: { q: ['m2'] },
  },
};
const seen = [{ confirmed: ['m1', 'm2'], refused: ['m3'] }, { deliveries: { c1: [message('m1', true)] } }, {}];

describe('a played case', () => {
  test('holds when all that the case compares is as recorded', () => {
    expect(difference(recorded, { seen, left: { q: ['m2'] } })).toBeNull();
  });

  test('differs by a delivery, with both sides told', () => {
    const changed = [seen[0] ?? {}, { deliveries: { c1: [message('m1')] } }, {}];
    expect(difference(recorded, { seen: changed, left: { q: ['m2'] } })).toMatch(
      /^step 2 \(settle\): was .*true.*, is .*false/,
    );
  });

  test('differs by what a step observed without being expected to', () => {
    const refused = [seen[0] ?? {}, seen[1] ?? {}, { error: { code: 404 } }];
    expect(difference(recorded, { seen: refused, left: { q: ['m2'] } })).toMatch(/^step 3 \(purge\): was {}, is /);
  });

  test('differs by what was left', () => {
    expect(difference(recorded, { seen, left: { q: 'gone' } })).toMatch(/^outcome, neverReceived: /);
  });
});

test('a message that nobody received and no queue holds was never received', () => {
  expect(outcomeOf(recorded, { seen, left: { q: [] } })).toMatchObject({ neverReceived: ['m2', 'm3'], published: 3 });
});
