import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runConformance } from '../run.ts';
import { recordedSqs } from './recorded.ts';
import { sqsQueueVectors } from './vectors.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/sqs', import.meta.url));

function run(...path: string[]) {
  const lines: string[] = [];
  return { totals: runConformance([join(FIXTURES, ...path)], '/', (line) => lines.push(line)), lines };
}

test('[SQ1] [SQ4] [SQ6] [SQ7] [SQ8] [SQ13] [SF2] [SF4] [SF5] [SF6] every vector of a queue passes', () => {
  const { cases } = JSON.parse(readFileSync(join(FIXTURES, 'sqs_queue_behaviour.json'), 'utf8')) as {
    cases: unknown[];
  };
  const { lines, totals } = run('sqs_queue_behaviour.json');
  expect(lines.filter((line) => line.startsWith('fail'))).toEqual([]);
  expect(totals).toEqual({ passed: cases.length, failed: 0, notCovered: 0, unreadable: 0 });
});

describe('recorded runs of an SQS emulator', () => {
  test.each(readdirSync(join(FIXTURES, 'recorded')))('%s passes, unless it says itself that AWS differs', (name) => {
    const { contested } = JSON.parse(readFileSync(join(FIXTURES, 'recorded', name), 'utf8')) as { contested?: string };
    expect(run('recorded', name).lines[0]).toMatch(contested === undefined ? /^pass/ : /^not covered/);
  });
});

describe('a case with a wrong answer fails', () => {
  const content = { format: 'x' };
  const vectors = (ops: unknown[], queue: unknown = {}) =>
    sqsQueueVectors({ queues: { q: queue }, compare: 'exact', ops }, content);
  const sent = { op: 'send', queue: 'q', body: 'a', expect: { duplicate: false } };
  const message = { body: 'a', receiveCount: 1, handle: 'h' };

  test.each([
    ['another message', [sent, { op: 'receive', queue: 'q', expect: { messages: [{ ...message, body: 'b' }] } }]],
    ['another count', [sent, { op: 'receive', queue: 'q', expect: { messages: [{ ...message, receiveCount: 2 }] } }]],
    ['another instant', [{ op: 'receive', queue: 'q', wait: 2, expect: { messages: [], returnsAt: 1 } }]],
    ['a duplicate that is none', [{ ...sent, expect: { duplicate: true } }]],
    [
      'an error that does not occur',
      [
        sent,
        { op: 'receive', queue: 'q', expect: { messages: [message] } },
        { op: 'delete', handle: 'h', expect: { error: 'InvalidParameterValue' } },
      ],
    ],
  ])('%s', (_, ops) => {
    expect(vectors(ops)).toMatchObject({ verdict: 'fail' });
  });

  test('an attribute that nothing is known of is not covered', () => {
    expect(vectors([sent], { Unheard: 1 })).toMatchObject({ verdict: 'not covered' });
  });

  const create = { do: 'createQueue', queue: 'q', attributes: {} };
  test.each([
    ['counts', [create, { do: 'inspect', queue: 'q', expect: { visible: 1 } }]],
    ['messages', [create, { do: 'receive', queue: 'q', expect: { messages: [{ body: 'a' }] } }]],
    ['the wait', [create, { do: 'receive', queue: 'q', waitSeconds: 1, expect: { returned: 'at once' } }]],
    ['an error', [create, { do: 'receive', queue: 'q', max: 11, expect: { messages: [] } }]],
  ])('recorded: %s', (_, steps) => {
    expect(recordedSqs({ steps }, content)).toMatchObject({ verdict: 'fail' });
  });

  test('a verb that nothing is known of is not covered', () => {
    expect(recordedSqs({ steps: [{ do: 'dance' }] }, content)).toMatchObject({ verdict: 'not covered' });
  });
});
