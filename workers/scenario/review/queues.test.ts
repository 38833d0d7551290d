import { describe, expect, test } from 'vitest';
import { applyChanges } from '../change.ts';
import type { Design, ScenarioEdge, ScenarioNode } from '../document.ts';
import { examples } from '../examples/index.ts';
import type { FindingCode } from './finding.ts';
import { reviewDesign } from './review.ts';

type Node<Kind> = Partial<Extract<ScenarioNode, { kind: Kind }>>;
type Edge<Kind> = Partial<Extract<ScenarioEdge, { kind: Kind }>>;

const position = { x: 0, y: 0 };
const producer: ScenarioNode = { id: 'p', kind: 'producer', name: 'orders', position };

function consumer(settings: Node<'consumer'>): ScenarioNode {
  return { id: 'k', kind: 'consumer', name: 'billing', position, instances: 2, ...settings };
}

interface Rabbit {
  readonly queue?: Node<'queue'>;
  readonly consumer?: Node<'consumer'>;
  readonly publish?: Edge<'amqpPublish'>;
  readonly consume?: Edge<'amqpConsume'>;
  readonly deadLetters?: boolean;
}

function rabbit(parts: Rabbit): Design {
  const dead: ScenarioNode = { id: 'd', kind: 'queue', name: 'dead', position };
  return {
    nodes: [
      producer,
      { id: 'q', kind: 'queue', name: 'jobs', position, ...parts.queue },
      consumer(parts.consumer ?? {}),
      ...(parts.deadLetters === true ? [dead] : []),
    ],
    edges: [
      { id: 'pq', kind: 'amqpPublish', from: 'p', to: 'q', confirms: true, ...parts.publish },
      { id: 'qk', kind: 'amqpConsume', from: 'q', to: 'k', ...parts.consume },
      ...(parts.deadLetters === true ? ([{ id: 'qd', kind: 'deadLetter', from: 'q', to: 'd' }] as const) : []),
    ],
    faults: [],
    checks: [],
  };
}

function managed(worker: Node<'consumer'>, receive: Edge<'sqsReceive'>): Design {
  return {
    nodes: [producer, { id: 'q', kind: 'sqs', name: 'jobs', position }, consumer(worker)],
    edges: [
      { id: 'pq', kind: 'sqsSend', from: 'p', to: 'q' },
      { id: 'qk', kind: 'sqsReceive', from: 'q', to: 'k', ...receive },
    ],
    faults: [],
    checks: [],
  };
}

function table(poll: Edge<'poll'>): Design {
  return {
    nodes: [producer, { id: 't', kind: 'store', name: 'jobs', position }, consumer({})],
    edges: [
      { id: 'pt', kind: 'insert', from: 'p', to: 't' },
      { id: 'tk', kind: 'poll', from: 't', to: 'k', ...poll },
    ],
    faults: [],
    checks: [],
  };
}

const codes = (design: Design): readonly FindingCode[] => reviewDesign(design).map(({ code }) => code);

test('sound queues and tables leave nothing to say', () => {
  for (const design of [rabbit({}), managed({}, {}), table({ locking: 'skipLocked' })])
    expect(reviewDesign(design)).toEqual([]);
});

describe('each rule speaks where it should, and its fix settles it', () => {
  const poison = { poisonRate: 0.1 };
  const long = { workMs: { type: 'uniform', min: 1000, max: 40_000 } } as const;
  const cases: readonly (readonly [FindingCode, Design, string])[] = [
    ['lossByCommit', rabbit({ consume: { ack: 'auto' } }), 'acknowledged before billing'],
    ['lossByCommit', managed({}, { deleteWhen: 'before' }), 'deleted before billing'],
    ['lossByCommit', table({ claim: 'delete', locking: 'skipLocked' }), 'Rows are deleted before'],
    ['poisonForEver', rabbit({ consumer: poison, deadLetters: true }), 'goes back to the head of jobs'],
    ['idleDeadLetters', rabbit({ deadLetters: true }), 'No message of jobs becomes a dead letter'],
    ['shortVisibility', managed(long, {}), 'longer than a message stays hidden'],
    ['sharedRows', table({ locking: 'none' }), 'find the same rows'],
    ['lossByAcks', rabbit({ publish: { confirms: false } }), 'Nothing is confirmed'],
  ];
  test.each(cases)('%s', (code, design, words) => {
    const [finding, ...others] = reviewDesign(design);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code, sentence: expect.stringContaining(words) as string });
    expect(codes(applyChanges(design, finding!.fix!.changes))).toEqual([]);
  });
});

test('a rejected message needs somewhere to go, and one that is never handled a way out', () => {
  const failing = { failureRate: 0.1 };
  expect(codes(rabbit({ consumer: failing, consume: { onFailure: 'reject' } }))).toEqual(['lossByRejection']);
  expect(codes(rabbit({ consumer: failing, consume: { onFailure: 'reject' }, deadLetters: true }))).toEqual([]);
  // The next attempt may go well; and a quorum queue counts deliveries.
  expect(codes(rabbit({ consumer: failing }))).toEqual([]);
  expect(codes(rabbit({ consumer: { poisonRate: 0.1 }, queue: { type: 'quorum' } }))).toEqual([]);
  expect(codes(managed({ poisonRate: 0.1 }, {}))).toEqual(['poisonForEver']);
});

test('dead letters come of rejection, expiry, limits and counted deliveries', () => {
  const kept: readonly Rabbit[] = [
    { consume: { onFailure: 'reject' } },
    { queue: { messageTtlMs: 100 } },
    { publish: { expirationMs: 100 } },
    { queue: { maxLength: 5 } },
    { queue: { maxLength: 5, overflow: 'reject-publish-dlx' } },
    { queue: { type: 'quorum' } },
  ];
  for (const parts of kept) expect(codes(rabbit({ ...parts, deadLetters: true }))).toEqual([]);
  const idle: readonly Rabbit[] = [
    { queue: { maxLength: 5, overflow: 'reject-publish' } },
    { queue: { type: 'quorum', deliveryLimit: -1 } },
    { consumer: { failureRate: 0.1 } },
  ];
  for (const parts of idle) expect(codes(rabbit({ ...parts, deadLetters: true }))).toEqual(['idleDeadLetters']);
});

test('an exchange without bindings, and a queue that nobody reads', () => {
  const { nodes, edges, ...rest } = rabbit({});
  const exchange: ScenarioNode = { id: 'x', kind: 'exchange', name: 'events', position };
  const into: ScenarioEdge = { id: 'px', kind: 'amqpPublish', from: 'p', to: 'x', confirms: true };
  expect(codes({ ...rest, nodes: [...nodes, exchange], edges: [...edges, into] })).toEqual(['unbound']);
  const read = nodes.filter(({ id }) => id !== 'k');
  expect(codes({ ...rest, nodes: read, edges: edges.slice(0, 1) })).toEqual(['unread']);
});

test('of the gallery it says what the examples are about', () => {
  const said = new Map(examples.map(({ id, scenario }) => [id, codes(scenario)]));
  expect(said.get('visibility-timeout')).toEqual(['shortVisibility']);
  expect(said.get('poison-message')).toEqual(['poisonForEver']);
  expect(said.get('work-queue')).toEqual([]);
  expect(said.get('callers-and-crowds')).toEqual([]);
  expect(said.get('retry-with-delay')).toEqual([]);
});
