import { describe, expect, test } from 'vitest';
import { diagnosticRegistry, hasErrors, pathText, type DiagnosticCode } from './diagnostics.ts';
import { LIMITS } from './document.ts';
import { nearest } from './nearest.ts';
import { validateDesign, validateScenario, validateText } from './validate.ts';

type Loose = Record<string, unknown>;

/** A small valid document, with members replaced. */
function documentWith(members: Loose = {}): Loose {
  return {
    format: 'sluice/1',
    nodes: [
      { id: 'p', kind: 'producer' },
      { id: 't', kind: 'topic', partitions: 2 },
      { id: 'k', kind: 'consumer', instances: 2 },
      { id: 'x', kind: 'note' },
      { id: 'f', kind: 'frame' },
    ],
    edges: [
      { id: 'pt', kind: 'publish', from: 'p', to: 't' },
      { id: 'tk', kind: 'subscribe', from: 't', to: 'k' },
    ],
    ...members,
  };
}

function withNode(node: Loose): Loose {
  const document = documentWith();
  return { ...document, nodes: [...(document['nodes'] as Loose[]), node] };
}

function withPublish(members: Loose): Loose {
  return documentWith({ edges: [{ id: 'pt', kind: 'publish', from: 'p', to: 't', ...members }] });
}

function withSubscribe(members: Loose): Loose {
  return documentWith({ edges: [{ id: 'tk', kind: 'subscribe', from: 't', to: 'k', ...members }] });
}

const entry = (edit: unknown, atMs = 1): Loose => ({ atMs, edit });

const crash = (atMs: number): Loose => ({ atMs, fault: { do: 'crash', target: 'k' } });

/** Two branches; what the second one says of itself. */
function withBranch(members: Loose, branch: unknown = { id: 'b1', name: 'Main' }): Loose {
  const second = { id: 'b2', name: 'Crash', parent: 'b1', forkMs: 5, journal: [crash(5)], ...members };
  return documentWith({ branch, branches: [second] });
}

/** What is wrong, the code, the path, and a part of the suggestion. */
const WRONG: readonly (readonly [string, unknown, DiagnosticCode, string, string?])[] = [
  ['a text', 'hello', 'document.notAnObject', ''],
  ['no format', { nodes: [], edges: [] }, 'format.missing', 'format', 'sluice/1'],
  ['a foreign format', { format: 'asyncapi/3' }, 'format.foreign', 'format'],
  ['a misspelt format', { format: 'sluise/1' }, 'format.foreign', 'format', 'Did you mean "sluice/1"?'],
  ['a newer format', documentWith({ format: 'sluice/2' }), 'format.newer', 'format', 'open the rest'],
  ['no edges', { format: 'sluice/1', nodes: [] }, 'parameter.missing', 'edges', 'Add "edges": []'],
  ['nodes that are no list', documentWith({ nodes: {} }), 'parameter.type', 'nodes'],
  ['a node that is no object', documentWith({ nodes: [7], edges: [] }), 'parameter.type', 'nodes[0]'],
  ['a misspelt list', documentWith({ fault: [] }), 'parameter.unknown', 'fault', 'Did you mean "faults"?'],
  ['a title that is a number', documentWith({ title: 3 }), 'parameter.type', 'title'],
  ['a seed out of range', documentWith({ seed: 2 ** 32 }), 'parameter.range', 'seed'],
  ['a seed that is no whole number', documentWith({ seed: 1.5 }), 'parameter.range', 'seed'],
  ['a node without kind', withNode({ id: 'n' }), 'parameter.missing', 'nodes[5].kind', 'producer'],
  [
    'a misspelt kind',
    withNode({ id: 'n', kind: 'consummer' }),
    'kind.unknown',
    'nodes[5].kind',
    'Did you mean "consumer"?',
  ],
  ['a node without id', withNode({ kind: 'topic' }), 'parameter.missing', 'nodes[5].id'],
  ['an id with spaces', withNode({ id: 'a b', kind: 'topic' }), 'id.invalid', 'nodes[5].id'],
  [
    'an id that no table can have',
    withNode({ id: '__proto__', kind: 'topic' }),
    'id.invalid',
    'nodes[5].id',
    '__proto__',
  ],
  ['two nodes of one id', withNode({ id: 'p', kind: 'topic' }), 'id.duplicate', 'nodes[5].id'],
  ['an edge to nowhere, by an inherited name', withPublish({ to: 'constructor' }), 'edge.endUnknown', 'edges[0].to'],
  ['an edge with the id of a node', withPublish({ id: 'k' }), 'id.duplicate', 'edges[0].id'],
  [
    'a misspelt parameter',
    withNode({ id: 'n', kind: 'topic', partitoins: 3 }),
    'parameter.unknown',
    'nodes[5].partitoins',
    'Did you mean "partitions"?',
  ],
  [
    "the broker's own name",
    withPublish({ 'linger.ms': 3 }),
    'parameter.unknown',
    'edges[0]["linger.ms"]',
    'It is called "lingerMs" here.',
  ],
  [
    'a parameter of another place',
    withNode({ id: 'n', kind: 'producer', acks: '1' }),
    'parameter.unknown',
    'nodes[5].acks',
    'edge kind "publish"',
  ],
  ['an inherited name', withNode({ id: 'n', kind: 'topic', toString: 3 }), 'parameter.unknown', 'nodes[5].toString'],
  [
    'a nested misspelt parameter',
    withNode({ id: 'n', kind: 'producer', arrivals: { type: 'poisson', rate: 3 } }),
    'parameter.unknown',
    'nodes[5].arrivals.rate',
    'ratePerSecond',
  ],
  [
    'a value out of range',
    withNode({ id: 'n', kind: 'producer', arrivals: { type: 'poisson', ratePerSecond: -1 } }),
    'parameter.range',
    'nodes[5].arrivals.ratePerSecond',
  ],
  [
    'an unknown shape',
    withNode({ id: 'n', kind: 'producer', arrivals: { type: 'poison' } }),
    'parameter.choice',
    'nodes[5].arrivals.type',
    'Did you mean "poisson"?',
  ],
  [
    'a number for a distribution',
    withNode({ id: 'n', kind: 'consumer', workMs: 20 }),
    'parameter.type',
    'nodes[5].workMs',
    '{"type":"exponential","mean":20}',
  ],
  ['an unknown choice', withPublish({ acks: 'al' }), 'parameter.choice', 'edges[0].acks', 'Did you mean "all"?'],
  ['a number for a choice', withPublish({ acks: 1 }), 'parameter.choice', 'edges[0].acks'],
  [
    'a parent that is not there',
    withNode({ id: 'n', kind: 'topic', parent: 'g' }),
    'parent.unknown',
    'nodes[5].parent',
  ],
  [
    'a parent that is no frame',
    withNode({ id: 'n', kind: 'topic', parent: 'k' }),
    'parent.notFrame',
    'nodes[5].parent',
  ],
  [
    'a frame within itself',
    documentWith({
      nodes: [
        { id: 'f', kind: 'frame', parent: 'g' },
        { id: 'g', kind: 'frame', parent: 'f' },
      ],
      edges: [],
    }),
    'parent.cycle',
    'nodes[0].parent',
  ],
  ['an edge from nowhere', withPublish({ from: 'q' }), 'edge.endUnknown', 'edges[0].from'],
  ['an edge backwards', withPublish({ from: 't', to: 'p' }), 'edge.noProtocol', 'edges[0]', 'the other way'],
  [
    'an edge of the wrong kind',
    withPublish({ from: 't', to: 'k' }),
    'edge.noProtocol',
    'edges[0]',
    'the kind is "subscribe"',
  ],
  [
    'a second edge',
    documentWith({
      edges: [
        { kind: 'publish', from: 'p', to: 't' },
        { kind: 'publish', from: 'p', to: 't' },
      ],
    }),
    'edge.duplicate',
    'edges[1]',
  ],
  [
    'a consumer of two families',
    documentWith({
      nodes: [
        { id: 't', kind: 'topic' },
        { id: 's', kind: 'store' },
        { id: 'c', kind: 'consumer' },
      ],
      edges: [
        { kind: 'subscribe', from: 't', to: 'c' },
        { kind: 'poll', from: 's', to: 'c' },
      ],
    }),
    'consumer.families',
    'edges[1]',
  ],
  [
    'idempotence without acks',
    withPublish({ enableIdempotence: true, acks: '1' }),
    'idempotence.acks',
    'edges[0].acks',
    'enableIdempotence',
  ],
  [
    'idempotence with much in flight',
    withPublish({ enableIdempotence: true, maxInFlight: 6 }),
    'idempotence.inFlight',
    'edges[0].maxInFlight',
  ],
  [
    'a broker that is assigned one partition twice',
    documentWith({
      nodes: [
        { id: 'b', kind: 'cluster' },
        { id: 't', kind: 'topic' },
      ],
      edges: [{ id: 'bt', kind: 'host', from: 'b', to: 't', replicaAssignment: '0:0' }],
    }),
    'replicas.assignment',
    'edges[0].replicaAssignment',
    '0:1,1:2',
  ],
  [
    'idempotence without retries',
    withPublish({ enableIdempotence: true, retries: 0 }),
    'idempotence.retries',
    'edges[0].retries',
  ],
  [
    'a transactional id without idempotence',
    withPublish({ transactionalId: 'tx', acks: '1' }),
    'transaction.idempotence',
    'edges[0].transactionalId',
  ],
  [
    'a short delivery timeout',
    withPublish({ deliveryTimeoutMs: 100 }),
    'timing.delivery',
    'edges[0].deliveryTimeoutMs',
  ],
  [
    'a slow heartbeat',
    withSubscribe({ heartbeatIntervalMs: 6000, sessionTimeoutMs: 6000 }),
    'timing.heartbeat',
    'edges[0].heartbeatIntervalMs',
  ],
  [
    'an autoscaler whose least is above its most',
    withNode({ id: 'n', kind: 'consumer', autoscale: { enabled: true, min: 5, max: 3 } }),
    'autoscale.bounds',
    'nodes[5].autoscale.min',
  ],
  [
    'caps that KEDA does not take together',
    withNode({
      id: 'n',
      kind: 'consumer',
      autoscale: { enabled: true, allowIdleConsumers: true, limitToPartitionsWithLag: true },
    }),
    'autoscale.cap',
    'nodes[5].autoscale.allowIdleConsumers',
  ],
  [
    'a uniform upside down',
    withNode({ id: 'n', kind: 'consumer', workMs: { type: 'uniform', min: 9, max: 3 } }),
    'distribution.order',
    'nodes[5].workMs',
  ],
  [
    'a fault on nothing',
    documentWith({ faults: [{ atMs: 1, do: 'crash', target: 'q' }] }),
    'fault.target',
    'faults[0].target',
  ],
  [
    'a cut on a node',
    documentWith({ faults: [{ atMs: 1, do: 'cut', target: 'k' }] }),
    'fault.kind',
    'faults[0].target',
  ],
  [
    'a crash of an edge',
    documentWith({ faults: [{ atMs: 1, do: 'crash', target: 'pt' }] }),
    'fault.kind',
    'faults[0].target',
  ],
  [
    'a crash of a note',
    documentWith({ faults: [{ atMs: 1, do: 'crash', target: 'x' }] }),
    'fault.kind',
    'faults[0].target',
  ],
  [
    'an instance of a topic',
    documentWith({ faults: [{ atMs: 1, do: 'crash', target: 't', instance: 0 }] }),
    'fault.notAnInstance',
    'faults[0].instance',
  ],
  [
    'an unknown fault',
    documentWith({ faults: [{ atMs: 1, do: 'crush', target: 'k' }] }),
    'parameter.choice',
    'faults[0].do',
    'Did you mean "crash"?',
  ],
  [
    'a slowing without factor',
    documentWith({ faults: [{ atMs: 1, do: 'slow', target: 'k' }] }),
    'parameter.missing',
    'faults[0].factor',
  ],
  [
    'two faults of one id',
    documentWith({
      faults: [
        { id: 'a', atMs: 1, do: 'crash', target: 'k' },
        { id: 'a', atMs: 2, do: 'crash', target: 'k' },
      ],
    }),
    'id.duplicate',
    'faults[1].id',
  ],
  ['a check of nothing', documentWith({ checks: [{ claim: 'noLoss', of: 'q' }] }), 'check.target', 'checks[0].of'],
  ['a check of the wrong kind', documentWith({ checks: [{ claim: 'noLoss', of: 'p' }] }), 'check.kind', 'checks[0].of'],
  [
    'an unknown claim',
    documentWith({ checks: [{ claim: 'noLos', of: 'k' }] }),
    'parameter.choice',
    'checks[0].claim',
    'Did you mean "noLoss"?',
  ],
  [
    'a latency without bound',
    documentWith({ checks: [{ claim: 'latencyBelow', of: 'k' }] }),
    'parameter.missing',
    'checks[0].ms',
  ],
  ['branches without the one shown', withBranch({}, null), 'parameter.missing', 'branch'],
  ['a branch without a name', withBranch({ name: undefined }), 'parameter.missing', 'branches[0].name'],
  ['a misspelt member of a branch', withBranch({ fork: 5 }), 'parameter.unknown', 'branches[0].fork', 'forkMs'],
  ['two branches of one id', withBranch({ id: 'b1' }), 'id.duplicate', 'branches[0].id'],
  ['a branch from nowhere', withBranch({ parent: 'b9' }), 'branch.parent', 'branches[0].parent'],
  ['a branch that left itself', withBranch({ parent: 'b2' }), 'branch.parent', 'branches[0].parent'],
  ['a branch with half a fork', withBranch({ parent: undefined }), 'branch.fork', 'branches[0]'],
  ['an entry before the fork', withBranch({ journal: [crash(4)] }), 'journal.order', 'branches[0].journal[0].atMs'],
  [
    'an entry of a branch that does not fit',
    withBranch({ journal: [entry([{ op: 'remove', in: 'nodes', id: 'q' }], 6)] }),
    'journal.notApplicable',
    'branches[0].journal[0].edit[0]',
  ],
  ['a journal entry of no kind', documentWith({ journal: [{ atMs: 1 }] }), 'journal.form', 'journal[0]'],
  [
    'a journal out of order',
    documentWith({ journal: [entry([], 5), entry([], 4)] }),
    'journal.order',
    'journal[1].atMs',
  ],
  [
    'an edit of nothing',
    documentWith({ journal: [entry([{ op: 'change', in: 'nodes', id: 'q', set: {} }])] }),
    'journal.notApplicable',
    'journal[0].edit[0]',
  ],
  [
    'an edit of identity',
    documentWith({ journal: [entry([{ op: 'change', in: 'nodes', id: 'k', set: { kind: 'topic' } }])] }),
    'journal.notApplicable',
    'journal[0].edit[0]',
  ],
  [
    'an edit out of range',
    documentWith({ journal: [entry([{ op: 'change', in: 'nodes', id: 'k', set: { instances: -1 } }])] }),
    'parameter.range',
    'journal[0].edit[0].set.instances',
  ],
  [
    'an edit that leaves an edge hanging',
    documentWith({ journal: [entry([{ op: 'remove', in: 'nodes', id: 't' }])] }),
    'edge.endUnknown',
    'journal[0].edit.to',
  ],
  [
    'an addition that is there',
    documentWith({
      journal: [
        entry([{ op: 'add', in: 'nodes', item: { id: 'k', kind: 'note', name: '', position: { x: 0, y: 0 } } }]),
      ],
    }),
    'id.duplicate',
    'journal[0].edit[0].item.id',
  ],
  [
    'an unknown change',
    documentWith({ journal: [entry([{ op: 'move', in: 'nodes', id: 'k' }])] }),
    'parameter.choice',
    'journal[0].edit[0].op',
    'Did you mean "remove"?',
  ],
  [
    'a live fault on nothing',
    documentWith({ journal: [{ atMs: 1, fault: { do: 'cut', target: 'q' } }] }),
    'fault.target',
    'journal[0].fault.target',
  ],
  [
    'too many nodes',
    documentWith({
      nodes: Array.from({ length: LIMITS.nodes + 1 }, (_, index) => ({ id: `n${index}`, kind: 'note' })),
      edges: [],
    }),
    'limit.exceeded',
    'nodes',
  ],
  [
    'too many partitions',
    documentWith({
      nodes: Array.from({ length: 21 }, (_, index) => ({ id: `n${index}`, kind: 'topic', partitions: 1000 })),
      edges: [],
    }),
    'limit.exceeded',
    'nodes',
  ],
  [
    'too many edges',
    documentWith({ edges: Array.from({ length: LIMITS.edges + 1 }, () => 0) }),
    'limit.exceeded',
    'edges',
  ],
  [
    'too many entries',
    documentWith({ journal: Array.from({ length: LIMITS.journal + 1 }, () => entry([])) }),
    'limit.exceeded',
    'journal',
  ],
];

describe('what is wrong is said, where, and what to do', () => {
  test.each(WRONG)('%s', (_, document, code, path, suggestion) => {
    const { scenario, diagnostics } = validateScenario(document);
    expect(scenario).toBeNull();
    const found = diagnostics.find((diagnostic) => diagnostic.code === code);
    expect(found, JSON.stringify(diagnostics)).toMatchObject({ code, path, severity: 'error' });
    expect(found?.sentence).toMatch(/^["A-Z].*\.$/);
    expect(found?.sentence).not.toMatch(/[{}]|undefined/);
    if (suggestion !== undefined) expect(found?.suggestion).toContain(suggestion);
  });

  test.each(WRONG.slice(3))('the rest of a document with %s can be had', (_, document, code) => {
    const { scenario, diagnostics } = validateScenario(document, { lenient: true });
    if (code === 'format.foreign') return expect(scenario).toBeNull();
    expect(diagnostics.some((diagnostic) => diagnostic.code === code)).toBe(true);
    expect(scenario).not.toBeNull();
    const again = validateScenario(scenario);
    return expect(again.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('what is only worth a warning', () => {
  const cases: readonly (readonly [string, Loose, DiagnosticCode])[] = [
    [
      'more in-sync replicas than replicas',
      withNode({ id: 'n', kind: 'topic', minInsyncReplicas: 2 }),
      'replicas.tooFew',
    ],
    ['a source that never starts', withNode({ id: 'n', kind: 'producer', startMs: 9, stopMs: 3 }), 'timing.window'],
    [
      'settings of the other protocol',
      withSubscribe({ groupProtocol: 'consumer', sessionTimeoutMs: 9000 }),
      'protocol.unused',
    ],
    [
      'an instance that is not there',
      documentWith({ faults: [{ atMs: 1, do: 'crash', target: 'k', instance: 2 }] }),
      'fault.instance',
    ],
    [
      'faults out of order',
      documentWith({
        faults: [
          { atMs: 2, do: 'crash', target: 'k' },
          { atMs: 1, do: 'crash', target: 'p' },
        ],
      }),
      'fault.order',
    ],
    [
      'fewer partitions in an edit',
      documentWith({ journal: [entry([{ op: 'change', in: 'nodes', id: 't', set: { partitions: 1 } }])] }),
      'journal.partitionsShrink',
    ],
    ['a view that is not understood', documentWith({ view: { zoom: 3 } }), 'view.ignored'],
    ['a version of an unknown subject', documentWith({ versions: { teapot: 3 } }), 'version.unknown'],
    ['a newer version of a kind', documentWith({ versions: { consumer: 9 } }), 'version.newer'],
  ];
  test.each(cases)('%s', (_, document, code) => {
    const { scenario, diagnostics } = validateScenario(document);
    expect(diagnostics).toMatchObject([{ code, severity: 'warning' }]);
    expect(scenario).not.toBeNull();
  });

  test('more replicas than brokers', () => {
    const document = documentWith({
      nodes: [
        { id: 'k', kind: 'cluster', brokers: 2 },
        { id: 't', kind: 'topic', replicationFactor: 3 },
      ],
      edges: [{ kind: 'host', from: 'k', to: 't' }],
    });
    expect(validateScenario(document).diagnostics).toMatchObject([{ code: 'host.brokers', path: 'nodes' }]);
  });

  test('a topic on two clusters: the second edge is refused', () => {
    const document = documentWith({
      nodes: [
        { id: 'k', kind: 'cluster' },
        { id: 'l', kind: 'cluster' },
        { id: 't', kind: 'topic' },
      ],
      edges: [
        { kind: 'host', from: 'k', to: 't' },
        { kind: 'host', from: 'l', to: 't' },
      ],
    });
    expect(validateScenario(document).diagnostics).toMatchObject([{ code: 'host.twice', severity: 'error' }]);
  });

  describe('exchanges', () => {
    const judged = (exchange: object, bind: object, to = 'q') =>
      validateScenario(
        documentWith({
          nodes: [
            { id: 'x', kind: 'exchange', ...exchange },
            { id: 'q', kind: 'queue' },
            { id: 'y', kind: 'exchange' },
            { id: 'z', kind: 'exchange' },
          ],
          edges: [
            { kind: 'bind', from: 'x', to: 'z', alternate: true },
            { kind: 'bind', from: 'x', to, ...bind },
          ],
        }),
      ).diagnostics.map(({ code }) => code);

    test('[RX14] what RabbitMQ would refuse', () => {
      const hashing = { type: 'x-consistent-hash' };
      expect(judged(hashing, { bindingKeys: '10' })).toEqual([]);
      expect(judged(hashing, { bindingKeys: 'order.*' })).toEqual(['binding.refused']);
      expect(judged({ ...hashing, hashHeader: 'h', hashProperty: 'message_id' }, { bindingKeys: '1' })).toEqual([
        'exchange.hash',
      ]);
    });

    test('[RX4] more than two # words', () => {
      expect(judged({ type: 'topic' }, { bindingKeys: '#.a.#' })).toEqual([]);
      expect(judged({ type: 'topic' }, { bindingKeys: 'ok\n#.a.#.b.#' })).toEqual(['binding.anyWords']);
      expect(judged({ type: 'direct' }, { bindingKeys: '#.a.#.b.#' })).toEqual([]);
    });

    test('a key that has no room in AMQP: bytes count', () => {
      expect(judged({}, { bindingKeys: 'ä'.repeat(127) })).toEqual([]);
      expect(judged({}, { bindingKeys: 'ä'.repeat(128) })).toEqual(['binding.long']);
    });

    test('[RX9] an alternate that is a queue, or the second one', () => {
      expect(judged({}, { alternate: true })).toEqual(['alternate.unused']);
      expect(judged({}, { alternate: true }, 'y')).toEqual(['alternate.unused']);
      expect(judged({}, { alternate: false }, 'y')).toEqual([]);
    });
  });

  test('two assignors in one group', () => {
    const document = documentWith({
      nodes: [
        { id: 't', kind: 'topic' },
        { id: 'a', kind: 'consumer', group: 'g' },
        { id: 'b', kind: 'consumer', group: 'g' },
      ],
      edges: [
        { kind: 'subscribe', from: 't', to: 'a', assignor: 'sticky' },
        { kind: 'subscribe', from: 't', to: 'b' },
      ],
    });
    expect(validateScenario(document).diagnostics).toMatchObject([{ code: 'group.assignors', path: 'edges' }]);
  });
});

describe('transactions', () => {
  const nodes = [
    { id: 'a', kind: 'topic' },
    { id: 'b', kind: 'topic' },
    { id: 'c', kind: 'topic' },
    { id: 's', kind: 'consumer' },
  ];
  const reading = { kind: 'subscribe', from: 'a', to: 's', commit: 'transaction' };
  const findings = (...edges: readonly object[]) =>
    validateScenario(documentWith({ nodes, edges: [...edges] })).diagnostics.map(({ code }) => code);

  test('positions in a transaction need a producer that is transactional', () => {
    expect(findings(reading, { kind: 'publish', from: 's', to: 'b' })).toEqual(['transaction.noProducer']);
    expect(findings(reading, { kind: 'publish', from: 's', to: 'b', transactionalId: 'x' })).toEqual([]);
  });

  test('one process is one producer', () => {
    const publishing = [
      { kind: 'publish', from: 's', to: 'b', transactionalId: 'x' },
      { kind: 'publish', from: 's', to: 'c', transactionalId: 'y' },
    ];
    expect(findings(reading, ...publishing)).toEqual(['transaction.ids']);
  });
});

describe('managed queues', () => {
  const nodes = [
    { id: 'a', kind: 'sqs' },
    { id: 'b', kind: 'sqs' },
    { id: 'd', kind: 'sqs' },
    { id: 'f', kind: 'sqs', fifo: true },
    { id: 'n', kind: 'sns' },
    { id: 'm', kind: 'sns', fifo: true },
    { id: 't', kind: 'topic' },
    { id: 'w', kind: 'producer' },
    { id: 's', kind: 'consumer' },
  ];
  const findings = (...edges: readonly object[]) =>
    validateScenario(documentWith({ nodes, edges: [...edges] })).diagnostics.map(({ code }) => code);

  test('[SQ8] one redrive policy, and queues of one type', () => {
    expect(findings({ kind: 'redrive', from: 'a', to: 'b' })).toEqual([]);
    expect(findings({ kind: 'redrive', from: 'a', to: 'f' })).toEqual(['sqs.redriveType']);
    const both = [
      { id: 'r', kind: 'redrive', from: 'a', to: 'b' },
      { id: 'q', kind: 'redrive', from: 'a', to: 'd' },
    ];
    expect(findings(...both)).toEqual(['sqs.redrives']);
  });

  test('[SQ24] a dead-letter queue that takes in what comes from there', () => {
    const policy = (settings: object) =>
      validateScenario(
        documentWith({
          nodes: [nodes[0]!, { id: 'b', kind: 'sqs', ...settings }],
          edges: [{ kind: 'redrive', from: 'a', to: 'b' }],
        }),
      ).diagnostics.map(({ code }) => code);
    expect(policy({ redriveAllowPolicy: 'denyAll' })).toEqual(['sqs.redriveAllow']);
    expect(policy({ redriveAllowPolicy: 'byQueue', redriveSources: 'c' })).toEqual(['sqs.redriveAllow']);
    expect(policy({ redriveAllowPolicy: 'byQueue', redriveSources: 'c, a' })).toEqual([]);
    const others = Array.from({ length: 10 }, (_, i) => `q${i}`).join(',');
    expect(policy({ redriveAllowPolicy: 'byQueue', redriveSources: `a,${others}` })).toContain('sqs.redriveSources');
  });

  test('[SF9] attempts are named where they mean something', () => {
    const receive = (from: string) => ({ kind: 'sqsReceive', from, to: 's', receiveRequestAttemptId: true });
    expect(findings(receive('f'))).toEqual([]);
    expect(findings(receive('a'))).toEqual(['sqs.attempts']);
  });

  test('[SF1] a FIFO queue wants message groups, and no topic that is not FIFO', () => {
    expect(findings({ kind: 'sqsSend', from: 'w', to: 'f' })).toEqual([]);
    expect(findings({ kind: 'sqsSend', from: 'w', to: 'f', messageGroupId: 'none' })).toEqual(['sqs.group']);
    expect(findings({ kind: 'snsSubscribe', from: 'n', to: 'f' })).toEqual(['sns.fifo']);
    expect(findings({ kind: 'snsSubscribe', from: 'm', to: 'f' })).toEqual([]);
    expect(findings({ kind: 'snsSubscribe', from: 'm', to: 'a' })).toEqual([]);
    expect(findings({ kind: 'snsPublish', from: 'w', to: 'm', messageGroupId: 'none' })).toEqual(['sns.group']);
  });

  test('[SN2] a filter policy that can be read', () => {
    const subscribing = (filterPolicy: string) => ({ kind: 'snsSubscribe', from: 'n', to: 'a', filterPolicy });
    expect(findings(subscribing('{"key": ["k1"]}'))).toEqual([]);
    expect(findings(subscribing('{"key": "k1"}'))).toEqual(['sns.policy']);
  });

  test('[RD7] dead letters at least once need a queue that rejects what is published', () => {
    const judged = (overflow: string) => {
      const node = { id: 'q', kind: 'queue', type: 'quorum', deadLetterStrategy: 'at-least-once', overflow };
      return validateScenario({ format: 'sluice/1', nodes: [node], edges: [] }).diagnostics.map(({ code }) => code);
    };
    expect(judged('reject-publish')).toEqual([]);
    expect(judged('drop-head')).toEqual(['queue.strategy']);
  });

  test('[RQ13] delayed retry needs a least delay, and a greatest that is no smaller', () => {
    const judged = (delayedRetryMinMs: number, delayedRetryMaxMs: number) => {
      const times = { delayedRetryMinMs, delayedRetryMaxMs };
      const node = { id: 'q', kind: 'queue', type: 'quorum', delayedRetryType: 'all', ...times };
      return validateScenario({ format: 'sluice/1', nodes: [node], edges: [] }).diagnostics.map(({ code }) => code);
    };
    expect([judged(100, -1), judged(100, 100)]).toEqual([[], []]);
    expect([judged(-1, -1), judged(100, 50)]).toEqual([['queue.delayedRetry'], ['queue.delayedRetry']]);
  });

  describe('[RS2] [RS5] who reads a stream', () => {
    const judged = (edge: Readonly<Record<string, unknown>>, instances = 1): readonly string[] => {
      const ends = [
        { id: 's', kind: 'queue', type: 'stream' },
        { id: 'c', kind: 'consumer', instances },
      ];
      const reading = { id: 'e', kind: 'amqpConsume', from: 's', to: 'c', prefetch: 10, ...edge };
      return validateScenario({ format: 'sluice/1', nodes: ends, edges: [reading] }).diagnostics.map(
        ({ code }) => code,
      );
    };

    test.each(['first', 'last', 'next', '12', '7D', '12h'])('begins at %s', (streamOffset) => {
      expect(judged({ streamOffset })).toEqual([]);
    });

    test('begins nowhere else', () => {
      expect(judged({ streamOffset: 'newest' })).toEqual(['stream.offset']);
    });

    test('acknowledges, has a prefetch of its own, and does not share the work', () => {
      expect(judged({ ack: 'auto' })).toEqual(['stream.ack']);
      expect(judged({ prefetch: 0 })).toEqual(['stream.prefetch']);
      expect(judged({ prefetchShared: true })).toEqual(['stream.prefetch']);
      expect(judged({}, 2)).toEqual(['stream.instances']);
    });
  });

  test('a consumer reads from one kind of broker', () => {
    const queue = { id: 'q', kind: 'sqsReceive', from: 'a', to: 's' };
    expect(findings(queue, { id: 'l', kind: 'subscribe', from: 't', to: 's' })).toEqual(['consumer.families']);
  });
});

describe('queues of RabbitMQ', () => {
  const nodes = [
    { id: 'q', kind: 'queue' },
    { id: 'one', kind: 'queue', singleActiveConsumer: true },
    { id: 'r', kind: 'rabbitmq' },
    { id: 'c', kind: 'consumer' },
    { id: 'd', kind: 'consumer', instances: 2 },
  ];
  const findings = (edges: readonly object[], more: readonly object[] = []) =>
    validateScenario(documentWith({ nodes: [...nodes, ...more], edges: [...edges] })).diagnostics.map(
      ({ code }) => code,
    );
  const consume = (id: string, from: string, to: string, exclusive = true) => ({
    id,
    kind: 'amqpConsume',
    from,
    to,
    exclusive,
  });

  test('[RC6] an exclusive consumer is alone, and not at a queue with a single active consumer', () => {
    expect(findings([consume('a', 'q', 'c')])).toEqual([]);
    expect(findings([consume('a', 'q', 'd', false), consume('b', 'q', 'c', false)])).toEqual([]);
    expect(findings([consume('a', 'q', 'd')])).toEqual(['consume.exclusive']);
    expect(findings([consume('a', 'q', 'c'), consume('b', 'q', 'd', false)])).toEqual(['consume.exclusive']);
    expect(findings([consume('a', 'one', 'c')])).toEqual(['consume.exclusive']);
  });

  test('there is one broker, and one place for the dead letters of a queue', () => {
    expect(findings([], [{ id: 's', kind: 'rabbitmq' }])).toEqual(['rabbitmq.twice']);
    const dead = [
      { id: 'a', kind: 'deadLetter', from: 'q', to: 'one' },
      { id: 'b', kind: 'deadLetter', from: 'q', to: 'x' },
    ];
    expect(findings(dead, [{ id: 'x', kind: 'exchange' }])).toEqual(['deadLetter.twice']);
  });
});

test('every code of the registry that concerns documents is produced by a test here', () => {
  const seen = new Set(WRONG.map(([, , code]) => code as string));
  const elsewhere =
    /^(share\.|document\.|diagnostics\.more|migration\.|version\.|view\.|protocol\.unused|replicas|timing\.window|fault\.(instance|order)|journal\.partitions|group|host|exchange|binding|rabbitmq|deadLetter|consume\.|sqs\.|sns\.|consumer\.families|alternate|stream|queue\.(strategy|delayedRetry)|transaction\.(ids|noProducer)|parameter\.unknownNewer)/;
  expect(diagnosticRegistry().filter(({ code }) => !seen.has(code) && !elsewhere.test(code))).toEqual([]);
});

describe('branches', () => {
  const edit = (atMs: number, id: string): Loose => entry([{ op: 'remove', in: 'nodes', id }], atMs);

  test('are judged by the design of their own past', () => {
    const first = { id: 'b1', name: 'Main', journal: [edit(2, 'x'), edit(8, 'f')] };
    const document = documentWith({
      branch: { id: 'b3', name: 'Shown', parent: 'b2', forkMs: 4 },
      journal: [edit(2, 'x'), crash(4)],
      branches: [{ id: 'b2', name: 'Second', parent: 'b1', forkMs: 3, journal: [edit(5, 'f')] }, first],
    });
    const { scenario, diagnostics } = validateScenario(document);
    expect(diagnostics).toEqual([]);
    expect(scenario?.branches?.map(({ id }) => id)).toEqual(['b2', 'b1']);
    const again = { ...document, branches: [{ ...first, id: 'b2', parent: 'b3', forkMs: 3, journal: [edit(4, 'x')] }] };
    expect(validateScenario({ ...again, branch: { id: 'b3', name: 'Shown' } }).diagnostics).toMatchObject([
      { code: 'journal.notApplicable', path: 'branches[0].journal[0].edit[0]' },
    ]);
  });

  test('are 16 at most, the one shown included, and more of them are told once', () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        id: `b${i + 2}`,
        name: 'Other',
        parent: 'b1',
        forkMs: 1,
        journal: [],
      }));
    const judged = (count: number) =>
      validateScenario(documentWith({ branch: { id: 'b1', name: 'Main' }, branches: others(count) })).diagnostics;
    expect(judged(15)).toEqual([]);
    expect(judged(16).map(({ sentence }) => sentence)).toEqual([
      'The document has 17 branches; at most 16 are allowed.',
    ]);
    expect(judged(30)).toHaveLength(1);
  });

  test('and the one shown agrees with its parent up to the fork', () => {
    const parent = { id: 'b1', name: 'Main', journal: [crash(7)] };
    const shown = { id: 'b2', name: 'Other', parent: 'b1', forkMs: 10 };
    const documentOf = (journal: readonly unknown[]) => ({
      ...withBranch({}),
      journal,
      branch: shown,
      branches: [parent],
    });
    expect(validateScenario(documentOf([crash(7), crash(20)])).diagnostics).toEqual([]);
    expect(validateScenario(documentOf([crash(5), crash(20)])).diagnostics).toMatchObject([
      { code: 'branch.parent', path: 'branch.parent', sentence: expect.stringContaining('other changes') as string },
    ]);
  });

  test('that do not hold are left out when the rest is wanted, and no others', () => {
    const lost = { id: 'b3', name: 'Lost', parent: 'b9', forkMs: 1, journal: [] };
    const document = withBranch({});
    const given = { ...document, branches: [...(document['branches'] as Loose[]), lost] };
    const { scenario } = validateScenario(given, { lenient: true });
    expect(scenario).toMatchObject({ branch: { id: 'b1' }, branches: [{ id: 'b2', journal: [crash(5)] }] });
    expect(scenario?.branches).toHaveLength(1);
  });

  test('and their entries are counted from the start of the run on, for each branch by itself', () => {
    const journal = Array.from({ length: 3000 }, (_, i) => crash(i));
    const later = Array.from({ length: 2001 }, (_, i) => crash(3000 + i));
    const forked = (own: readonly unknown[]) => ({ ...withBranch({ forkMs: 2999, journal: own }), journal });
    expect(validateScenario(forked(later.slice(1))).diagnostics).toEqual([]);
    const { scenario, diagnostics } = validateScenario(forked(later));
    expect(scenario).toBeNull();
    expect(diagnostics).toMatchObject([{ code: 'limit.exceeded', path: 'branches[0].journal' }]);
    const many = Array.from({ length: LIMITS.branches }, (_, i) => ({ id: `x${i}`, name: 'x', journal: [] }));
    expect(validateScenario({ ...withBranch({}), branches: many }).diagnostics).toMatchObject([
      { code: 'limit.exceeded', path: 'branches' },
    ]);
  });
});

describe('a document written by hand', () => {
  test('needs no names, positions, or ids of edges, faults and checks', () => {
    const { scenario, diagnostics } = validateScenario({
      format: 'sluice/1',
      nodes: [
        { id: 'orders', kind: 'producer' },
        { id: 'log', kind: 'topic' },
      ],
      edges: [{ kind: 'publish', from: 'orders', to: 'log' }],
      faults: [{ atMs: 5, do: 'crash', target: 'log' }],
      checks: [{ claim: 'availabilityAbove', of: 'orders', share: 0.9 }],
    });
    expect(diagnostics).toEqual([]);
    expect(scenario).toMatchObject({ title: 'Untitled', notes: '', seed: 1, journal: [], view: {} });
    expect(scenario?.nodes.map(({ name, position }) => [name, position])).toEqual([
      ['orders', { x: 0, y: 0 }],
      ['log', { x: 460, y: 0 }],
    ]);
    expect(scenario?.edges[0]?.id).toBe('orders-log');
    expect(scenario?.faults[0]?.id).toBe('fault-1');
    expect(scenario?.checks[0]?.id).toBe('check-1');
  });

  test('stays sparse: parameters that are absent stay absent', () => {
    const { scenario } = validateScenario(documentWith());
    expect(scenario?.nodes[0]).not.toHaveProperty('arrivals');
  });

  test('as text: a byte order mark is skipped, and what is not JSON is said', () => {
    expect(validateText(`\uFEFF${JSON.stringify(documentWith())}`).diagnostics).toEqual([]);
    expect(validateText('{"format": ').diagnostics).toMatchObject([{ code: 'document.notJson' }]);
  });
});

describe('what a newer program wrote', () => {
  const newer = documentWith({ format: 'sluice/2', theme: 'dark' });
  (newer['nodes'] as Loose[])[2]!['retryTopic'] = 'dlq';
  (newer['nodes'] as Loose[]).push({ id: 'q', kind: 'quantumQueue' });

  test('is refused, and opened when the rest is asked for, with what is unknown kept', () => {
    expect(validateScenario(newer)).toMatchObject({ scenario: null, diagnostics: [{ code: 'format.newer' }] });
    const { scenario, diagnostics } = validateScenario(newer, { lenient: true });
    expect(diagnostics.map(({ code }) => code).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'format.newer',
      'kind.unknown',
      'parameter.unknownNewer',
      'parameter.unknownNewer',
      'version.newer',
    ]);
    expect(scenario).toMatchObject({ format: 'sluice/1', theme: 'dark', versions: { document: 2 } });
    expect(scenario?.nodes[2]).toHaveProperty('retryTopic', 'dlq');
  });

  test('stays excused when it is saved and opened again', () => {
    const { scenario } = validateScenario(newer, { lenient: true });
    const again = validateText(JSON.stringify(scenario));
    expect(hasErrors(again.diagnostics)).toBe(false);
    expect(again.scenario).toEqual(scenario);
  });

  test('a newer kind is opened without asking, with a warning', () => {
    const document = documentWith({ versions: { consumer: 2 } });
    (document['nodes'] as Loose[])[2]!['retryTopic'] = 'dlq';
    const { scenario, diagnostics } = validateScenario(document);
    expect(diagnostics.map(({ code }) => code)).toEqual(['version.newer', 'parameter.unknownNewer']);
    expect(scenario).toMatchObject({ versions: { consumer: 2 } });
  });
});

test('a document of nothing but mistakes gives a list of bearable length that says how much more there is', () => {
  const nodes = Array.from({ length: 1000 }, (_, index) => ({
    id: `n${index}`,
    kind: 'topic',
    partitions: -1,
    colour: 'red',
  }));
  const { diagnostics } = validateScenario({ format: 'sluice/1', nodes, edges: [] });
  expect(diagnostics).toHaveLength(201);
  expect(diagnostics.at(-1)).toMatchObject({
    code: 'diagnostics.more',
    sentence: expect.stringContaining('1800') as string,
  });
});

test('a journal as long as it may be is judged in bearable time', () => {
  const nodes = Array.from({ length: 1000 }, (_, index) => ({ id: `n${index}`, kind: 'topic' }));
  const journal = Array.from({ length: LIMITS.journal }, (_, index) =>
    entry([{ op: 'change', in: 'nodes', id: `n${index % 1000}`, set: { partitions: 1 + (index % 10) } }], index),
  );
  const { scenario } = validateScenario({ format: 'sluice/1', nodes, edges: [], journal });
  expect(scenario?.journal).toHaveLength(LIMITS.journal);
});

test('the design being edited is judged by the same rules', () => {
  const { scenario } = validateScenario(documentWith());
  expect(scenario && validateDesign(scenario)).toEqual([]);
  const broken = { ...scenario!, edges: [{ ...scenario!.edges[0]!, enableIdempotence: true, acks: '1' as const }] };
  expect(validateDesign(broken)).toMatchObject([{ code: 'idempotence.acks', path: 'edges[0].acks' }]);
});

test('paths and neighbours', () => {
  expect(pathText(['nodes', 3, 'arrivals', 'ratePerSecond'])).toBe('nodes[3].arrivals.ratePerSecond');
  expect(pathText(['a b', 0])).toBe('["a b"][0]');
  expect(nearest('ratePerSecnd', ['rate', 'ratePerSecond'])).toBe('ratePerSecond');
  expect(nearest('lignerMs', ['lingerMs', 'batchSize'])).toBe('lingerMs');
  expect(nearest('completely', ['different'])).toBeUndefined();
  expect(nearest('x'.repeat(100_000), ['x'])).toBeUndefined();
});
