import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyChanges } from '../change.ts';
import type { Design, ScenarioEdge, ScenarioNode } from '../document.ts';
import { examples } from '../examples/index.ts';
import { designArbitrary } from '../testing/arbitrary.ts';
import { validateDesign } from '../validate.ts';
import { hottestShare } from './hot-key.ts';
import type { FindingCode } from './finding.ts';
import { meanMs, meanRate } from './flows.ts';
import { reviewDesign } from './review.ts';

type Node<Kind> = Partial<Extract<ScenarioNode, { kind: Kind }>>;
type Edge<Kind> = Partial<Extract<ScenarioEdge, { kind: Kind }>>;

interface Parts {
  readonly producer?: Node<'producer'>;
  readonly topic?: Node<'topic'>;
  readonly consumer?: Node<'consumer'>;
  readonly publish?: Edge<'publish'>;
  readonly subscribe?: Edge<'subscribe'>;
}

/** Ten messages a second through two partitions to two instances that manage fifty each: nothing to say about it. */
function designWith({ producer, topic, consumer, publish, subscribe }: Parts): Design {
  const position = { x: 0, y: 0 };
  return {
    nodes: [
      { id: 'p', kind: 'producer', name: 'orders', position, ...producer },
      { id: 't', kind: 'topic', name: 'log', position, partitions: 2, ...topic },
      { id: 'k', kind: 'consumer', name: 'billing', position, instances: 2, ...consumer },
    ],
    edges: [
      { id: 'pt', kind: 'publish', from: 'p', to: 't', ...publish },
      { id: 'tk', kind: 'subscribe', from: 't', to: 'k', commit: 'after', maxPollRecords: 10, ...subscribe },
    ],
    faults: [],
    checks: [],
  };
}

function codes(design: Design): readonly FindingCode[] {
  return reviewDesign(design).map(({ code }) => code);
}

test('a sound design leaves nothing to say', () => {
  expect(reviewDesign(designWith({}))).toEqual([]);
});

describe('each rule speaks where it should, and its fix settles it', () => {
  const crash = { mtbfMs: 1000 };
  const cases: readonly (readonly [FindingCode, Parts, string])[] = [
    ['idleInstances', { consumer: { instances: 5 } }, '3 of them stand idle'],
    [
      'overload',
      { consumer: { workMs: { type: 'constant', mean: 500 } } },
      'at most 4 messages a second and 10 arrive',
    ],
    ['overload', { producer: { arrivals: { type: 'bursts', size: 60, everyMs: 500 } } }, '120 arrive'],
    ['lossByCommit', { consumer: { crash }, subscribe: { commit: 'before' } }, 'is lost'],
    ['lossByAcks', { publish: { acks: '0' } }, 'never learns'],
    ['duplicatesByRetry', { publish: { acks: '1' } }, 'there twice'],
    ['duplicatesByRetry', { publish: { enableIdempotence: false } }, 'there twice'],
    ['parallelDisorder', { consumer: { concurrency: 4 } }, '4 messages at once'],
    ['unreachableQuorum', { topic: { minInsyncReplicas: 2 } }, 'wants 2 replicas in sync and has 1'],
    ['nervousGroup', { subscribe: { sessionTimeoutMs: 2000, heartbeatIntervalMs: 1000 } }, 'fewer than three'],
  ];
  test.each(cases)('%s', (code, parts, words) => {
    const design = designWith(parts);
    const finding = reviewDesign(design).find((candidate) => candidate.code === code);
    expect(finding?.sentence).toContain(words);
    const fixed = applyChanges(design, finding?.fix?.changes ?? []);
    expect(codes(fixed)).not.toContain(code);
    expect(validateDesign(fixed)).toEqual([]);
  });

  test('more partitions come with more instances when the load needs both', () => {
    const design = designWith({ consumer: { workMs: { type: 'constant', mean: 500 } } });
    expect(reviewDesign(design)[0]?.fix?.changes).toEqual([
      { op: 'change', in: 'nodes', id: 't', set: { partitions: 7 } },
      { op: 'change', in: 'nodes', id: 'k', set: { instances: 7 } },
    ]);
  });

  test('duplicates by redelivery are only spoken of where crashes are to be expected', () => {
    expect(codes(designWith({ subscribe: { commit: 'auto' } }))).toEqual([]);
    const crashing = designWith({ consumer: { crash }, subscribe: { maxPollRecords: 500 } });
    expect(reviewDesign(crashing)[0]).toMatchObject({
      code: 'duplicatesByRedelivery',
      sentence: expect.stringContaining('up to 500') as string,
    });
    const scripted: Design = { ...designWith({}), faults: [{ id: 'f', atMs: 1, do: 'crash', target: 'k' }] };
    expect(codes(scripted)).toEqual(['duplicatesByRedelivery']);
  });

  test('a hot key is one with more than its partition’s share', () => {
    expect(codes(designWith({ producer: { key: { type: 'fixed' } } }))).toEqual(['hotKey']);
    expect(
      codes(designWith({ topic: { partitions: 4 }, producer: { key: { type: 'zipf', keys: 20, exponent: 1.5 } } })),
    ).toEqual(['hotKey']);
    expect(codes(designWith({ producer: { key: { type: 'zipf', keys: 20, exponent: 0.5 } } }))).toEqual([]);
    expect(codes(designWith({ producer: { key: { type: 'fixed' } }, publish: { partitioner: 'roundRobin' } }))).toEqual(
      [],
    );
  });

  test('a handler that fails, by what becomes of its messages', () => {
    expect(codes(designWith({ consumer: { failureRate: 0.1 } }))).toEqual(['lossByFailure']);
    const share = { groupProtocol: 'share' } as const;
    expect(codes(designWith({ consumer: { poisonRate: 0.1 }, subscribe: share }))).toEqual(['acceptsFailures']);
    const explicit = { ...share, share: { acknowledgementMode: 'explicit' } } as const;
    expect(codes(designWith({ consumer: { poisonRate: 0.1 }, subscribe: explicit }))).toEqual([]);
  });

  test('a share group has no idle instances, and no position to lose', () => {
    const consumer = { instances: 9, crash: { mtbfMs: 5000 } } as const;
    expect(codes(designWith({ consumer, subscribe: { groupProtocol: 'share' } }))).toEqual([]);
  });

  test('locks that are shorter than the work of a poll', () => {
    const subscribe = { groupProtocol: 'share', maxPollRecords: 10, share: { lockDurationMs: 100 } } as const;
    const slow = (mean: number) =>
      designWith({ consumer: { workMs: { type: 'constant', mean }, instances: 9 }, subscribe });
    expect(reviewDesign(slow(20))).toMatchObject([
      { code: 'shortLock', id: 'tk', fix: { changes: [{ set: { maxPollRecords: 2 } }] } },
    ]);
    expect(reviewDesign(slow(70))[0]).not.toHaveProperty('fix');
    expect(codes(slow(9))).toEqual([]);
  });

  test('a circle, and a topic that nobody reads', () => {
    const design = designWith({});
    const back: ScenarioEdge = { id: 'kt', kind: 'publish', from: 'k', to: 't' };
    expect(codes({ ...design, edges: [...design.edges, back] })).toEqual(['endlessCircle']);
    expect(codes({ ...design, edges: design.edges.slice(0, 1) })).toEqual(['unread', 'unconnected']);
  });
});

test('what a consumer forwards counts at the next topic', () => {
  const design = designWith({});
  const position = { x: 0, y: 0 };
  const chain: Design = {
    ...design,
    nodes: [
      ...design.nodes,
      { id: 'u', kind: 'topic', name: 'mails', position },
      { id: 'm', kind: 'consumer', name: 'mailer', position, workMs: { type: 'constant', mean: 200 } },
    ],
    edges: [
      ...design.edges,
      { id: 'ku', kind: 'publish', from: 'k', to: 'u' },
      { id: 'um', kind: 'subscribe', from: 'u', to: 'm', commit: 'after', maxPollRecords: 10 },
    ],
  };
  expect(reviewDesign(chain)).toMatchObject([{ code: 'overload', id: 'm' }]);
});

test('a client that reads no replies; one that does loads who answers like any source', () => {
  const position = { x: 0, y: 0 };
  const design = designWith({ consumer: { workMs: { type: 'constant', mean: 500 } } });
  const asked: Design = {
    ...design,
    nodes: [{ id: 'p', kind: 'client', name: 'shop', position }, ...design.nodes.slice(1)],
  };
  expect(codes(asked)).toEqual(['overload', 'deafClient']);
  const callers = { ...asked, nodes: [{ ...asked.nodes[0]!, callers: 50 } as ScenarioNode, ...asked.nodes.slice(1)] };
  expect(codes(callers)).toEqual(['deafClient']);
});

test('instances that may still come are counted', () => {
  const work = { type: 'constant', mean: 150 } as const;
  const scaled = { instances: 1, workMs: work, autoscale: { enabled: true } };
  expect(codes(designWith({ consumer: { instances: 1, workMs: work } }))).toEqual(['overload']);
  expect(codes(designWith({ consumer: scaled }))).toEqual([]);
});

test('of the gallery it says what the examples are about', () => {
  const said = new Map(examples.map(({ id, scenario }) => [id, new Set(codes(scenario))]));
  expect(said.get('more-consumers-than-partitions')).toEqual(new Set(['overload', 'idleInstances']));
  expect(said.get('growing-lag')).toEqual(new Set(['overload']));
  expect(said.get('lost-acknowledgement')).toEqual(new Set(['duplicatesByRetry']));
  expect(said.get('three-guarantees')).toEqual(new Set(['lossByCommit', 'duplicatesByRedelivery']));
  expect(said.get('share-group-work-queue')).toEqual(new Set(['overload', 'idleInstances', 'lossByFailure']));
  expect(said.get('keys-and-order')).toEqual(new Set());
});

test('it has something sensible to say about any design, and every fix fits', () => {
  fc.assert(
    fc.property(designArbitrary(), (design) => {
      for (const { sentence, fix, in: where, id } of reviewDesign(design)) {
        expect(sentence).toMatch(/\.$/);
        expect(design[where].some((item) => item.id === id)).toBe(true);
        if (fix !== undefined) applyChanges(design, fix.changes);
      }
    }),
  );
});

test('what is connected to nothing', () => {
  expect(codes({ ...designWith({}), edges: [] })).toEqual(['unconnected', 'unconnected', 'unconnected']);
});

test('rates and means in the long run', () => {
  expect(meanRate({ type: 'bursts', size: 20, everyMs: 2000, spreadMs: 0 })).toBe(10);
  expect(meanMs({ type: 'uniform', min: 5, max: 15 })).toBe(10);
  expect(meanMs({ type: 'empirical', values: [1, 2, 6] })).toBe(3);
});

test('shares of the hottest key', () => {
  expect(hottestShare({ type: 'uniform', keys: 4 })).toBe(0.25);
  expect(hottestShare({ type: 'zipf', keys: 4, exponent: 0 })).toBe(0.25);
  expect(hottestShare({ type: 'zipf', keys: 2, exponent: 1 })).toBeCloseTo(2 / 3);
  expect(hottestShare({ type: 'zipf', keys: 2, exponent: 2 })).toBeCloseTo(4 / 5);
});
