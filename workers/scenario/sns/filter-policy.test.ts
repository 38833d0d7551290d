import { expect, test } from 'vitest';
import { passes, readFilterPolicy, type Attributes } from './filter-policy.ts';

function judged(policy: string, message: Partial<Attributes>): boolean {
  const read = readFilterPolicy(policy);
  if (!read.ok) throw new Error(read.reason);
  return read.policy === null || passes(read.policy, { key: null, source: 'shop', bytes: 100, ...message });
}

test.each([
  ['', {}, true],
  ['{}', {}, true],
  ['{"key": ["k1", "k2"]}', { key: 'k2' }, true],
  ['{"key": ["k1", "k2"]}', { key: 'k3' }, false],
  ['{"key": ["k1"]}', {}, false],
  ['{"key": [{"prefix": "eu-"}]}', { key: 'eu-west' }, true],
  ['{"key": [{"suffix": "west"}]}', { key: 'eu-west' }, true],
  ['{"key": [{"suffix": "west"}]}', { key: 'west-eu' }, false],
  ['{"key": [{"equals-ignore-case": "EU"}]}', { key: 'eu' }, true],
  ['{"key": [{"anything-but": ["a", "b"]}]}', { key: 'c' }, true],
  ['{"key": [{"anything-but": "a"}]}', { key: 'a' }, false],
  ['{"key": [{"anything-but": {"prefix": "eu"}}]}', { key: 'eu1' }, false],
  ['{"key": [{"exists": false}]}', {}, true],
  ['{"key": [{"exists": true}]}', {}, false],
  ['{"bytes": [{"numeric": [">=", 100, "<", 200]}]}', { bytes: 100 }, true],
  ['{"bytes": [{"numeric": [">=", 100, "<", 200]}]}', { bytes: 200 }, false],
  ['{"bytes": [{"numeric": ["=", 100]}, 300]}', { bytes: 300 }, true],
  ['{"source": ["shop"], "key": ["k1"]}', { key: 'k1' }, true],
  ['{"source": ["till"], "key": ["k1"]}', { key: 'k1' }, false],
])('[SN2] %s, given %j: %s', (policy, message, expected) => {
  expect(judged(policy, message)).toBe(expected);
});

test.each([
  '{',
  '[]',
  '{"colour": ["red"]}',
  '{"key": "k1"}',
  '{"key": []}',
  '{"key": [{"like": "k"}]}',
  '{"key": [{"prefix": 1}]}',
  '{"key": [{"prefix": "a", "suffix": "b"}]}',
  '{"key": [null]}',
  '{"bytes": [{"numeric": [">"]}]}',
  '{"bytes": [{"numeric": ["~", 1]}]}',
])('[SN2] %s cannot be read', (policy) => {
  expect(readFilterPolicy(policy).ok).toBe(false);
});
