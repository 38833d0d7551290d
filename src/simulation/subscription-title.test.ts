import { expect, test } from 'vitest';
import { subscriptionTitle } from './subscription-title.ts';

const names = new Map([
  ['q', 'dead letters'],
  ['a', 'Billing'],
  ['b', 'Shipping'],
]);
const nameOf = (id: string) => names.get(id) ?? id;

test('a subscription is called by what is read and by who reads it', () => {
  expect(subscriptionTitle({ topic: 'q', group: '', consumers: ['a', 'b'] }, nameOf)).toBe(
    'dead letters → Billing, Shipping',
  );
  expect(subscriptionTitle({ topic: 'q', group: 'audit', consumers: [] }, nameOf)).toBe('dead letters → audit');
});

test('a queue that nobody reads says so', () => {
  expect(subscriptionTitle({ topic: 'q', group: '', consumers: [] }, nameOf)).toBe('dead letters (nobody reads it)');
});
