import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runConformance } from '../run.ts';
import { opListVectors } from './op-lists.ts';
import { recordedAmqp } from './runner.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const FILES = ['rabbitmq', 'rabbitmq-own'].flatMap((folder) =>
  readdirSync(join(FIXTURES, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${folder}/${name}`),
);

test.each(FILES)('[RQ1] [RC1] [RD1] [RP1] [RS1] %s: every case passes', (name) => {
  const lines: string[] = [];
  const totals = runConformance([join(FIXTURES, name)], FIXTURES, (line) => lines.push(line));
  expect(lines.filter((line) => !line.startsWith('pass') && !line.includes('passed'))).toEqual([]);
  expect(totals).toMatchObject({ failed: 0, notCovered: 0, unreadable: 0 });
  expect(totals.passed).toBeGreaterThan(0);
});

const FORMAT = { format: 'broker-conformance/1' };
const play = (...steps: object[]) => recordedAmqp({ steps, compare: ['body', 'redelivered', 'headers'] }, FORMAT);
const PASS = { verdict: 'pass' };
const q = (name: string, args: object = {}, more: object = {}) => ({ do: 'declareQueue', queue: name, args, ...more });
const put = (key: string, bodies: string[], more: object = {}) => ({
  do: 'publish',
  exchange: '',
  key,
  bodies,
  expect: { confirmed: bodies },
  ...more,
});
const consume = (consumer: string, queue: string, more: object = {}) => ({ do: 'consume', consumer, queue, ...more });
const plain = (body: string) => ({ body, redelivered: false });
const again = (body: string) => ({ body, redelivered: true });
const settle = (deliveries: object) => ({ do: 'settle', expect: { deliveries } });

describe('a changed expectation is seen', () => {
  const recorded = FILES.filter((name) => !name.includes('/rabbitmq_'));

  test.each(recorded)('in %s', (name) => {
    const content = JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as { steps: Record<string, unknown>[] };
    const at = content.steps.findLastIndex(({ expect: expected }) => expected !== undefined);
    const changed = content.steps.map((step, i) => (i === at ? { ...step, expect: planted(step) } : step));
    expect(recordedAmqp({ ...content, steps: changed }, { ...content, ...FORMAT }).verdict).toBe('fail');
  });

  function planted({ do: verb, expect: expected }: Record<string, unknown>): object {
    if (verb === 'settle') return { deliveries: { nobody: [plain('nothing')] } };
    if (verb === 'drain') return { messages: [plain('nothing')] };
    if (verb === 'inspect') return { exists: true, ready: 12_345, consumers: 0 };
    if (verb === 'publish') return { confirmed: ['nothing'] };
    return verb === 'inspectExchange'
      ? { exists: !(expected as { exists: boolean }).exists }
      : { error: { code: 541, name: 'X', closes: 'channel' } };
  }

  test('an outcome is compared too', () => {
    const steps = [q('a'), put('a', ['1'])];
    const outcome = (left: string[]) => recordedAmqp({ steps, outcome: { left: { a: left } } }, FORMAT);
    expect(outcome(['1'])).toEqual(PASS);
    expect(outcome([]).verdict).toBe('fail');
  });

  test('an error that was not expected fails the step', () => {
    expect(play({ do: 'bind', exchange: 'none', queue: 'none' })).toMatchObject({ verdict: 'fail' });
  });
});

describe('what no recorded case does', () => {
  test('[RC4] a shared prefetch counts all consumers of a channel together', () => {
    expect(
      play(
        q('a'),
        consume('c1', 'a', { client: 'C', prefetch: 2, prefetchShared: true }),
        consume('c2', 'a', { client: 'C' }),
        put('a', ['1', '2', '3', '4']),
        settle({ c1: [plain('1')], c2: [plain('2')] }),
        { do: 'ack', consumer: 'c1', client: 'C', body: '1' },
        settle({ c1: [plain('3')] }),
      ),
    ).toEqual(PASS);
  });

  test('[RC9] recover puts back what the channel holds, in its place', () => {
    expect(
      play(
        q('a'),
        put('a', ['1', '2', '3']),
        consume('c', 'a', { prefetch: 2 }),
        settle({ c: [plain('1'), plain('2')] }),
        { do: 'recover', consumer: 'c' },
        settle({ c: [again('1'), again('2')] }),
      ),
    ).toEqual(PASS);
  });

  test('[RQ10] a queue that expires goes when nobody has used it for so long', () => {
    expect(
      play(
        q('a', { 'x-expires': 1000 }),
        { do: 'wait', ms: 900 },
        { do: 'inspect', queue: 'a', expect: { exists: true, ready: 0, consumers: 0 } },
        { do: 'wait', ms: 900 },
        consume('c', 'a'),
        { do: 'wait', ms: 5000 },
        { do: 'cancel', consumer: 'c' },
        { do: 'wait', ms: 1100 },
        { do: 'inspect', queue: 'a', expect: { exists: false } },
      ),
    ).toEqual(PASS);
  });

  test('[RD6] a rejected message goes round for ever, as long as somebody rejects it', () => {
    const round = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'a' };
    const outcome = play(q('a', round), consume('c', 'a', { onMessage: 'reject' }), put('a', ['1']));
    expect(outcome).toMatchObject({ verdict: 'not covered', reason: expect.stringContaining('circle') });
  });

  test('[RQ11] deleting asks whether the queue is used, and whether it is empty', () => {
    const refused = { error: { code: 406, name: 'PRECONDITION_FAILED', closes: 'channel' } };
    expect(
      play(
        q('a'),
        put('a', ['1']),
        { do: 'deleteQueue', queue: 'a', ifEmpty: true, expect: refused },
        consume('c', 'a'),
        { do: 'deleteQueue', queue: 'a', ifUnused: true, expect: refused },
        settle({ c: [plain('1')] }),
        { do: 'deleteQueue', queue: 'a', expect: { messages: 0 } },
        { do: 'settle', expect: { deliveries: {}, cancelledByBroker: ['c'] } },
        { do: 'deleteQueue', queue: 'a', expect: { messages: 0 } },
      ),
    ).toEqual(PASS);
  });

  test('[RQ11] purging takes what is ready, and is no death', () => {
    expect(
      play(
        q('dead'),
        q('a', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' }),
        put('a', ['1', '2', '3']),
        consume('c', 'a', { prefetch: 1 }),
        settle({ c: [plain('1')] }),
        { do: 'purge', queue: 'a', expect: { messages: 2 } },
        { do: 'inspect', queue: 'dead', expect: { exists: true, ready: 0, consumers: 0 } },
        { do: 'dropConnection', client: 'c' },
        { do: 'drain', queue: 'a', expect: { messages: [again('1')] } },
      ),
    ).toEqual(PASS);
  });

  test('[RP6] after a restart a quorum queue has all its messages, a classic one those that are persistent', () => {
    expect(
      play(
        q('classic'),
        q('quorum', {}, { kind: 'quorum' }),
        put('classic', ['c1', 'c2'], { persistent: false }),
        put('quorum', ['q1', 'q2'], { persistent: false }),
        consume('c', 'quorum', { prefetch: 1 }),
        settle({ c: [plain('q1')] }),
        { do: 'restartBroker', how: 'kill' },
        { do: 'drain', queue: 'classic', expect: { messages: [] } },
        { do: 'inspect', queue: 'quorum', expect: { exists: true, ready: 2, consumers: 0 } },
      ),
    ).toEqual(PASS);
  });

  test('[RS4] a stream drops whole segments, the oldest first', () => {
    const small = { 'x-max-length-bytes': 4, 'x-stream-max-segment-size-bytes': 2 };
    const headers = (offset: number, body: string) => ({ ...plain(body), headers: { 'x-stream-offset': offset } });
    expect(
      play(
        q('s', small, { kind: 'stream' }),
        put('s', ['0', '1', '2', '3', '4', '5', '6']),
        consume('c', 's', { prefetch: 10, args: { 'x-stream-offset': 'first' } }),
        settle({ c: [headers(4, '4'), headers(5, '5'), headers(6, '6')] }),
      ),
    ).toMatchObject({ verdict: 'pass' });
  });

  test('[RS2] reading a stream asks for a prefetch and for acknowledgements', () => {
    expect(
      play(
        q('s', {}, { kind: 'stream' }),
        consume('c', 's', { expect: { error: { code: 406, name: 'PRECONDITION_FAILED', closes: 'channel' } } }),
        consume('d', 's', {
          prefetch: 1,
          ack: 'auto',
          expect: { error: { code: 540, name: 'NOT_IMPLEMENTED', closes: 'connection' } },
        }),
      ),
    ).toEqual(PASS);
  });
});

test.each([
  [[{ do: 'teleport' }], 'Nothing is known of the verb "teleport".'],
  [[q('a', {}, { colour: 'red' })], 'declareQueue, colour'],
  [[{ do: 'settle', expect: { mood: 'calm' } }], 'settle, expect.mood'],
  [[{ do: 'ack', consumer: 'c', body: '1' }], 'holds no "1"'],
  [[{ do: 'closeChannel', client: 'c' }], 'has no channel'],
])('what cannot be played is not covered: %j', (steps, reason) => {
  expect(play(...steps)).toMatchObject({ verdict: 'not covered', reason: expect.stringContaining(reason) });
});

test('an operation that is not known is not covered, and a wrong expectation fails', () => {
  const queue = { op: 'queue', name: 'q', args: {} };
  const list = (...ops: object[]) => opListVectors({ ops: [queue, ...ops] }, { format: 'rabbitmq-ttl/1' }).verdict;
  expect(list({ op: 'count', queue: 'q', expect: 0 })).toBe('pass');
  expect(list({ op: 'count', queue: 'q', expect: 1 })).toBe('fail');
  expect(list({ op: 'get', queue: 'q', expect: { id: '1' } })).toBe('fail');
  expect(list({ op: 'peek', queue: 'q' })).toBe('not covered');
});
