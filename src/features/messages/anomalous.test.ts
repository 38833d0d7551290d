import { expect, test } from 'vitest';
import type { Report } from '../../simulation/polling.ts';
import { anomalousMessages } from './anomalous.ts';

const seen = (message: number, atMs: number) => ({
  message,
  atMs,
  key: null,
  because: '',
  history: [],
  truncated: false,
});

test('a message that came again is listed once, and under its anomaly if it has one', () => {
  const evidence = {
    redelivered: [seen(1, 10), seen(2, 11)],
    duplicateDelivery: [seen(1, 12), seen(3, 13)],
    duplicateEffect: [seen(3, 14)],
    superseded: [seen(4, 15)],
  };
  const report = { subscriptions: [{ topic: 'q', consumers: ['c'], evidence }] } as unknown as Report;
  expect(anomalousMessages(report).map(({ message, kind }) => [message, kind])).toEqual([
    [3, 'duplicateEffect'],
    [2, 'redelivered'],
    [1, 'redelivered'],
  ]);
});
