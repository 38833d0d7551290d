/** Runs that nobody recorded: what Kafka's rules say of other combinations of the same steps, and that mistakes are seen. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { applyChange, createRun, digestOf, fromMs, nowNs, runUntil } from '../../../engine/engine.ts';
import { validateScenario } from '../../../scenario/validate.ts';
import { createPlay, playStep } from './player.ts';
import { recordedKafka } from './runner.ts';
import { scenarioOf } from './stage.ts';
import { readSteps } from './steps.ts';

const RUNS = fileURLToPath(new URL('../../../fixtures/kafka/recorded', import.meta.url));

function outcome(...steps: readonly unknown[]) {
  return recordedKafka({ steps }, { format: 'broker-conformance/1', model: 'kafka' });
}

const PASS = { verdict: 'pass' };
const notCovered = (reason: string) => ({ verdict: 'not covered', reason: expect.stringContaining(reason) as string });

const topic = (partitions: number, name = 't') => ({ do: 'createTopic', topic: name, partitions });
const produce = (partition: number, ...bodies: string[]) => ({
  do: 'produce',
  topic: 't',
  partition,
  bodies,
  expect: { accepted: bodies },
});
const join = (consumer: string, group = 'g', more: object = {}) => ({
  do: 'join',
  consumer,
  group,
  topics: ['t'],
  ...more,
});
const crash = (consumer: string) => ({ do: 'crash', consumer });
const settle = (assignments: object, deliveries: object, more: object = {}) => ({
  do: 'settle',
  ...more,
  expect: { assignments, deliveries },
});

describe('what Kafka does with other combinations of the same steps', () => {
  test('groups go on by themselves: one loses its member and goes on where that had committed, the other leaves in order', () => {
    const both = ['t-0', 't-1'];
    const all = { 't-0': ['0 a1', '1 a2', '2 a3'], 't-1': ['0 b1', '1 b2'] };
    expect(
      outcome(
        topic(2),
        produce(0, 'a1', 'a2', 'a3'),
        produce(1, 'b1', 'b2'),
        join('x', 'gx'),
        join('y', 'gy'),
        settle({ x: both, y: both }, { x: all, y: all }),
        { do: 'commit', consumer: 'x', offsets: { 't-0': 1 } },
        crash('x'),
        settle({ y: both }, {}),
        // The same program once more is another member.
        join('x', 'gx'),
        settle({ x: both, y: both }, { x: { 't-0': ['1 a2', '2 a3'], 't-1': ['0 b1', '1 b2'] } }, { idleMs: 4000 }),
        { do: 'commit', consumer: 'y', offsets: { 't-0': 3, 't-1': 2 } },
        { do: 'leave', consumer: 'y' },
        join('y2', 'gy'),
        settle({ x: both, y2: both }, {}),
        { do: 'committed', consumer: 'x', partitions: both, expect: { offsets: { 't-0': 1, 't-1': null } } },
        { do: 'committed', consumer: 'y2', partitions: both, expect: { offsets: { 't-0': 3, 't-1': 2 } } },
      ),
    ).toEqual(PASS);
  });

  test('of a cooperative group only the frozen member is interrupted, and what it gets back is what the other gives first', () => {
    const cooperative = { strategy: 'cooperative-sticky', sessionMs: 1500 };
    expect(
      outcome(
        topic(2),
        join('c1', 'g', cooperative),
        join('c2', 'g', cooperative),
        settle({ c1: ['t-1'], c2: ['t-0'] }, {}),
        produce(1, 'm1'),
        settle({ c1: ['t-1'], c2: ['t-0'] }, { c1: { 't-1': ['0 m1'] } }),
        { do: 'freeze', consumer: 'c1' },
        {
          do: 'settle',
          idleMs: 4500,
          events: true,
          expect: {
            assignments: { c1: ['t-1'], c2: ['t-0', 't-1'] },
            deliveries: { c2: { 't-1': ['0 m1'] } },
            events: { c2: ['assigned t-1'] },
          },
        },
        { do: 'thaw', consumer: 'c1' },
        {
          do: 'settle',
          idleMs: 3000,
          events: true,
          expect: {
            assignments: { c1: ['t-0'], c2: ['t-1'] },
            deliveries: {},
            events: { c1: ['revoked t-1', 'assigned t-0'], c2: ['revoked t-0'] },
          },
        },
      ),
    ).toEqual(PASS);
  });

  test('round robin steps over members that do not want a topic', () => {
    // a-0 c1; a-1 not c2, so c1; b-0 c2; b-1 c1.
    expect(
      outcome(
        topic(2, 'a'),
        topic(2, 'b'),
        join('c1', 'g', { topics: ['a', 'b'], strategy: 'roundrobin' }),
        join('c2', 'g', { topics: ['b'], strategy: 'roundrobin' }),
        settle({ c1: ['a-0', 'a-1', 'b-1'], c2: ['b-0'] }, {}),
      ),
    ).toEqual(PASS);
  });

  test('without a committed position a group that begins at the latest record never sees what came while it was away', () => {
    expect(
      outcome(
        topic(1),
        join('l', 'g', { reset: 'latest' }),
        settle({ l: ['t-0'] }, {}),
        produce(0, 'm1'),
        settle({ l: ['t-0'] }, { l: { 't-0': ['0 m1'] } }),
        crash('l'),
        produce(0, 'm2'),
        join('l2', 'g', { reset: 'latest' }),
        settle({ l2: ['t-0'] }, {}, { idleMs: 4000 }),
        produce(0, 'm3'),
        settle({ l2: ['t-0'] }, { l2: { 't-0': ['2 m3'] } }),
      ),
    ).toEqual(PASS);
  });

  test('a member that commits automatically does so when it leaves, before its interval is over', () => {
    expect(
      outcome(
        topic(1),
        produce(0, 'm1', 'm2'),
        join('c1', 'g', { autoCommit: true, autoCommitMs: 60_000 }),
        settle({ c1: ['t-0'] }, { c1: { 't-0': ['0 m1', '1 m2'] } }),
        { do: 'leave', consumer: 'c1' },
        join('c2'),
        settle({ c2: ['t-0'] }, {}),
        { do: 'committed', consumer: 'c2', partitions: ['t-0'], expect: { offsets: { 't-0': 2 } } },
      ),
    ).toEqual(PASS);
  });

  test('nobody reads the partitions of a crashed member until its session has run out', () => {
    const patient = { sessionMs: 20_000 };
    expect(
      outcome(
        topic(2),
        join('c1', 'g', patient),
        join('c2', 'g', patient),
        settle({ c1: ['t-0'], c2: ['t-1'] }, {}, { idleMs: 5000 }),
        crash('c2'),
        produce(1, 'm1'),
        settle({ c1: ['t-0'] }, {}, { idleMs: 4000 }),
        { do: 'wait', ms: 20_000 },
        settle({ c1: ['t-0', 't-1'] }, { c1: { 't-1': ['0 m1'] } }, { idleMs: 4000 }),
      ),
    ).toEqual(PASS);
  });

  test('what a producer is told', () => {
    expect(
      outcome(
        { do: 'createTopic', topic: 't', partitions: 2, config: { 'min.insync.replicas': '2' } },
        { do: 'produce', topic: 't', bodies: ['m1'], partition: 0, acks: 0, expect: { accepted: ['m1'] } },
        { do: 'produce', topic: 't', bodies: ['m2'], partition: 0, acks: 1, expect: { accepted: ['m2'] } },
        {
          do: 'produce',
          topic: 't',
          bodies: ['m3', 'm4'],
          partition: 0,
          acks: 'all',
          expect: { accepted: [], failed: ['m3: not enough in-sync replicas', 'm4: not enough in-sync replicas'] },
        },
        {
          do: 'produce',
          topic: 't',
          bodies: ['m5'],
          partition: 2,
          acks: 1,
          expect: { failed: ['m5: unknown partition'] },
        },
        { do: 'readAll', topic: 't', expect: { log: { 't-0': ['0 m1', '1 m2'] } } },
      ),
    ).toEqual(PASS);
  });

  test("keys go where librdkafka's own partitioner puts them, when a step asks for it", () => {
    const keyed = {
      do: 'produce',
      topic: 't',
      bodies: ['m1', 'm2'],
      keys: ['k1', 'k2'],
      partitioner: 'consistent_random',
    };
    const log = { 't-1': ['0 k1=m1'], 't-3': ['0 k2=m2'] };
    expect(outcome(topic(4), keyed, { do: 'readAll', topic: 't', partitions: 4, expect: { log } })).toEqual(PASS);
  });
});

describe('what a cluster does with other combinations of the same steps', () => {
  const replicated = (partitions: number, assignment: string, config: object = {}) => ({
    ...topic(partitions),
    assignment,
    config,
  });
  const broker = (does: string, number: number) => ({ do: `broker${does}`, broker: number });
  const wait = (ms: number) => ({ do: 'wait', ms });

  test('of three replicas two may die, one after the other, and nothing that was acknowledged is lost', () => {
    const log = { 't-0': ['0 m1', '1 m2', '2 m3'] };
    expect(
      outcome(
        replicated(1, '0:1:2'),
        produce(0, 'm1'),
        broker('Kill', 0),
        wait(6000),
        produce(0, 'm2'),
        broker('Kill', 1),
        wait(6000),
        produce(0, 'm3'),
        { do: 'readAll', topic: 't', partitions: 1, expect: { log } },
        broker('Start', 0),
        broker('Start', 1),
        wait(4000),
        broker('Kill', 2),
        wait(6000),
        { do: 'readAll', topic: 't', partitions: 1, expect: { log } },
      ),
    ).toEqual(PASS);
  });

  test('too few replicas in sync are a definite no, and only to those who ask for all of them', () => {
    expect(
      outcome(
        replicated(1, '0:1', { 'min.insync.replicas': 2 }),
        broker('Kill', 1),
        wait(6000),
        { ...produce(0, 'm1'), acks: 'all', expect: { accepted: [], failed: ['m1: not enough in-sync replicas'] } },
        { ...produce(0, 'm2'), acks: 1 },
        broker('Start', 1),
        wait(4000),
        { ...produce(0, 'm3'), acks: 'all' },
        { do: 'readAll', topic: 't', partitions: 1, expect: { log: { 't-0': ['0 m2', '1 m3'] } } },
      ),
    ).toEqual(PASS);
  });

  test('members read on from the new leader, and partitions that others lead are not disturbed', () => {
    const held = { c: ['t-0', 't-1'] };
    expect(
      outcome(
        replicated(2, '0:1,1:0'),
        join('c'),
        produce(0, 'm1'),
        produce(1, 'm2'),
        settle(held, { c: { 't-0': ['0 m1'], 't-1': ['0 m2'] } }),
        broker('Kill', 0),
        produce(1, 'm3'),
        settle(held, { c: { 't-1': ['1 m3'] } }),
        wait(6000),
        produce(0, 'm4'),
        settle(held, { c: { 't-0': ['1 m4'] } }),
      ),
    ).toEqual(PASS);
  });

  test('a producer that finds no leader waits for the next one, and one that waits in vain is told', () => {
    const late = { accepted: [], failed: ['m3: message timed out'] };
    expect(
      outcome(
        replicated(1, '0:1'),
        produce(0, 'm1'),
        broker('Kill', 0),
        { ...produce(0, 'm2'), timeoutMs: 15_000 },
        broker('Kill', 1),
        { ...produce(0, 'm3'), timeoutMs: 3000, expect: late },
        broker('Start', 1),
        wait(4000),
        { do: 'readAll', topic: 't', expect: { log: { 't-0': ['0 m1', '1 m2'] } } },
      ),
    ).toEqual(PASS);
  });

  test('what a frozen leader had received and not answered is in the log all the same when it wakes up', () => {
    expect(
      outcome(
        replicated(1, '0:1'),
        broker('Stop', 0),
        {
          ...produce(0, 'm1'),
          acks: 1,
          timeoutMs: 1500,
          expect: { accepted: [], failed: ['m1: message timed out'] },
        },
        broker('Cont', 0),
        wait(2000),
        { do: 'readAll', topic: 't', expect: { log: { 't-0': ['0 m1'] } } },
      ),
    ).toEqual(PASS);
  });

  test('a leader that was only frozen comes back as a follower', () => {
    expect(
      outcome(
        replicated(1, '0:1'),
        produce(0, 'm1'),
        broker('Stop', 0),
        wait(6000),
        produce(0, 'm2'),
        broker('Cont', 0),
        wait(4000),
        produce(0, 'm3'),
        { do: 'readAll', topic: 't', partitions: 1, expect: { log: { 't-0': ['0 m1', '1 m2', '2 m3'] } } },
      ),
    ).toEqual(PASS);
  });

  test('an unclean election makes the partition available and loses what only the dead leader had', () => {
    const steps = (allowed: boolean) => [
      replicated(1, '0:1', { 'unclean.leader.election.enable': allowed }),
      produce(0, 'm1', 'm2'),
      broker('Kill', 1),
      wait(6000),
      produce(0, 'only-on-0'),
      broker('Kill', 0),
      broker('Start', 1),
      wait(6000),
      { ...produce(0, 'after'), acks: 1, timeoutMs: 3000, ...(!allowed && { expect: { accepted: [] } }) },
      broker('Start', 0),
      wait(4000),
      {
        do: 'readAll',
        topic: 't',
        expect: { log: { 't-0': ['0 m1', '1 m2', allowed ? '2 after' : '2 only-on-0'] } },
      },
    ];
    expect(outcome(...steps(true))).toEqual(PASS);
    expect(outcome(...steps(false))).toEqual(PASS);
    expect(outcome(...steps(true), { ...topic(1, 'u'), assignment: '0' })).toEqual(notCovered('Topics differ'));
  });

  test('brokers that are not there, and assignments that are not whole, are not covered', () => {
    expect(outcome(replicated(2, '0:1'))).toEqual(notCovered('It assigns brokers to some partitions only.'));
    expect(outcome(replicated(2, '0:1,1'))).toEqual(notCovered('equally many replicas'));
    expect(outcome(replicated(1, '0:0'))).toEqual(notCovered('assigned a partition twice'));
  });
});

describe('what the engine cannot play is not covered', () => {
  test.each([
    [[{ do: 'teleport' }], 'step 0: Nothing is known of the verb "teleport".'],
    [[{ verb: 'wait' }], 'step 0: It names no verb.'],
    [[topic(1), { ...join('c'), color: 'red' }], 'step 1: join, color: '],
    [[topic(1), join('c'), { do: 'settle', expect: { mood: 'calm' } }], 'step 2: settle, expect.mood: '],
    [[topic(1), { ...produce(0, 'm'), partitioner: 'random' }], 'step 1: produce, partitioner: '],
    [[{ do: 'createTopic', topic: 't', partitions: 1, config: { 'no.such': 1 } }], 'no setting "no.such"'],
    [[{ do: 'createTopic', topic: 't', partitions: 5000 }], 'partitions: '],
    [[{ do: 'createTopic', topic: 'größe', partitions: 1 }], 'The name "größe" cannot be that of a node.'],
    [[topic(1), topic(1)], 'The topic "t" is created twice.'],
    [[join('c')], 'No topic "t" was created.'],
    [[produce(0, 'm')], 'No topic "t" was created.'],
    [[topic(1), join('c'), join('c')], 'The consumer "c" runs already.'],
    [[topic(1), join('c'), join('d', 'g', { strategy: 'roundrobin' })], 'no assignor in common'],
    [[topic(1), crash('c')], 'No consumer "c" runs.'],
    [[topic(1), join('c'), crash('c'), { do: 'thaw', consumer: 'c' }], 'No consumer "c" runs.'],
    [[topic(1), join('c'), { do: 'commit', consumer: 'c', offsets: { 't-4': 1 } }], 'does not read t-4'],
    [[topic(1), { ...produce(0, 'm'), keys: ['a', 'b'] }], 'one key a message'],
    [[topic(1), { ...produce(0, 'm'), keys: ['a\nb'] }], 'none with a line end'],
  ])('%j', (steps, reason) => {
    expect(outcome(...steps)).toEqual(notCovered(reason));
  });

  test('also a file without steps', () => {
    expect(recordedKafka({}, { format: 'broker-conformance/1' })).toEqual(notCovered('steps'));
  });
});

describe('a planted mistake is seen', () => {
  const before = [topic(2), produce(0, 'm1'), join('c')];
  const shown = { assignments: { c: ['t-0', 't-1'] }, deliveries: { c: { 't-0': ['0 m1'] } } };
  const verdict = (step: object, ...more: object[]) => outcome(...before, step, ...more).verdict;

  test('in what was produced', () => {
    expect(verdict({ ...produce(0, 'm2'), expect: { accepted: [] } })).toBe('fail');
    expect(verdict({ ...produce(0, 'm2'), expect: { accepted: ['m2'], failed: ['m3: timed out'] } })).toBe('fail');
  });

  test('in what a settled group shows', () => {
    expect(verdict({ do: 'settle', expect: shown })).toBe('pass');
    expect(verdict({ do: 'settle', expect: { ...shown, assignments: { c: ['t-0'] } } })).toBe('fail');
    expect(verdict({ do: 'settle', expect: { ...shown, assignments: {} } })).toBe('fail');
    expect(verdict({ do: 'settle', expect: { ...shown, deliveries: {} } })).toBe('fail');
    expect(verdict({ do: 'settle', expect: { ...shown, deliveries: { c: { 't-0': ['1 m1'] } } } })).toBe('fail');
    expect(verdict({ do: 'settle', events: true, expect: { ...shown, events: { c: ['assigned t-0 t-1'] } } })).toBe(
      'pass',
    );
    expect(verdict({ do: 'settle', events: true, expect: { ...shown, events: {} } })).toBe('fail');
    expect(verdict({ do: 'settle', expect: shown }, { do: 'settle', expect: shown })).toBe('fail');
  });

  test('in positions and in the log', () => {
    const commit = { do: 'commit', consumer: 'c', offsets: { 't-0': 1 } };
    const committed = { do: 'committed', consumer: 'c', partitions: ['t-0', 't-1'] };
    expect(verdict(commit, { ...committed, expect: { offsets: { 't-0': 1, 't-1': null } } })).toBe('pass');
    expect(verdict(commit, { ...committed, expect: { offsets: { 't-0': 1, 't-1': 0 } } })).toBe('fail');
    expect(verdict({ ...commit, expect: { error: 'Broker: Unknown member' } })).toBe('fail');
    expect(verdict({ do: 'readAll', topic: 't', expect: { log: { 't-0': ['0 m1'] } } })).toBe('pass');
    expect(verdict({ do: 'readAll', topic: 't', expect: { log: { 't-0': ['0 k=m1'] } } })).toBe('fail');
    expect(verdict({ do: 'readAll', topic: 't', expect: { log: {} } })).toBe('fail');
  });
});

test.each([
  ['03-roundrobin-assignment', 0],
  ['06-cooperative-sticky', 0],
  ['11-auto-commit-loss', 0],
  ['c01-acks-1-loses-on-leader-death', 2],
])('%s, told as a scenario with its journal, is a document that runs the same way', (name, brokers) => {
  const { steps } = JSON.parse(readFileSync(`${RUNS}/${name}.json`, 'utf8')) as { steps: unknown[] };
  const play = createPlay(brokers);
  for (const step of readSteps(steps) as Exclude<ReturnType<typeof readSteps>, string>) playStep(play, step);
  const { scenario, diagnostics } = validateScenario(scenarioOf(play.stage));
  expect(diagnostics).toEqual([]);
  const run = createRun(scenario!);
  for (const entry of scenario!.journal) {
    runUntil(run, fromMs(entry.atMs));
    applyChange(run, 'edit' in entry ? { edit: entry.edit } : { fault: entry.fault });
  }
  runUntil(run, nowNs(play.stage.run));
  expect(digestOf(run)).toBe(digestOf(play.stage.run));
});
