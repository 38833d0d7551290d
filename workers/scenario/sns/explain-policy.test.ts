import { expect, test } from 'vitest';
import type { ScenarioEdge } from '../document.ts';
import { messageOf, policyWords, topicVerdicts } from './explain-policy.ts';
import { passes, readFilterPolicy } from './filter-policy.ts';

const POLICIES = [
  '',
  '{"key": ["k1", {"prefix": "eu-"}]}',
  '{"source": ["shop"], "bytes": [{"numeric": [">=", 100, "<", 200]}]}',
  '{"key": [{"exists": false}]}',
  '{"key": [{"anything-but": {"prefix": "eu-"}}]}',
  '{',
];

const edges: readonly ScenarioEdge[] = POLICIES.map((filterPolicy, place) => ({
  id: `e${place}`,
  kind: 'snsSubscribe',
  from: 'topic',
  to: `q${place}`,
  filterPolicy,
}));

function verdicts(key: string, bytes = '150', source = 'shop') {
  return topicVerdicts({ edges }, 'topic', messageOf({ key, source, bytes }));
}

test('[SN2] what the page says of a message is what the policy makes of it', () => {
  for (const key of ['k1', 'eu-west', 'k2', ''])
    for (const bytes of ['50', '150'])
      for (const { edge, passes: said } of verdicts(key, bytes)) {
        const read = readFilterPolicy(POLICIES[Number(edge.slice(1))]!);
        const message = messageOf({ key, source: 'shop', bytes });
        expect(said).toBe(read.ok && (read.policy === null || passes(read.policy, message)));
      }
});

test('each subscription says why', () => {
  expect(verdicts('eu-west', '250').map(({ because }) => because)).toEqual([
    'no filter policy: everything passes',
    'key is eu-west: beginning with eu-',
    'bytes is 250; asked for: >= 100 and < 200',
    'key is eu-west; asked for: missing',
    'key is eu-west; asked for: not beginning with eu-',
    'its policy cannot be read: it is not JSON',
  ]);
  expect(verdicts('')[1]!.because).toBe('it has no key; asked for: k1 or beginning with eu-');
});

test('a policy in words', () => {
  const read = readFilterPolicy(POLICIES[2]!);
  expect(read.ok && policyWords(read.policy)).toBe('source shop, bytes >= 100 and < 200');
});
