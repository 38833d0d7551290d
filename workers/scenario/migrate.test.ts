import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { designAt } from './change.ts';
import type { Scenario } from './document.ts';
import {
  FORMAT_VERSION,
  knownVersions,
  migrateDocument,
  MIGRATIONS,
  stampVersions,
  type Migrations,
} from './migrate.ts';
import { protocols } from './edges/table.ts';
import { nodeKinds } from './kinds/table.ts';
import type { PlainObject } from './plain.ts';
import { resolveDesign } from './resolve.ts';
import { validateScenario } from './validate.ts';

const directory = new URL('./fixtures/', import.meta.url);
const FIXTURES = readdirSync(directory).filter((name) => name.endsWith('.json'));

function fixture(name: string): PlainObject {
  return JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as PlainObject;
}

describe('released documents', () => {
  test.each(FIXTURES)('%s opens without a word, and its run can be had to the end', (name) => {
    const { scenario, diagnostics } = validateScenario(fixture(name));
    expect(diagnostics).toEqual([]);
    resolveDesign(designAt(scenario!, Infinity));
  });

  test('there is one of every format so far', () => {
    const formats = new Set(FIXTURES.map((name) => fixture(name)['format']));
    for (let version = 0; version <= FORMAT_VERSION; version += 1) expect(formats).toContain(`sluice/${version}`);
  });

  test('they exercise every migration', () => {
    const documents = MIGRATIONS.documents.map((migration) => ({
      ...migration,
      migrate: vi.fn<typeof migration.migrate>(migration.migrate),
    }));
    const kinds = MIGRATIONS.kinds.map((migration) => ({
      ...migration,
      rewrite: { ...migration.rewrite, members: vi.fn<typeof migration.rewrite.members>(migration.rewrite.members) },
    }));
    for (const name of FIXTURES) validateScenario(fixture(name), { migrations: { documents, kinds } });
    for (const { migrate, what } of documents) {
      const changed = migrate.mock.calls.some(([document], call) => migrate.mock.results[call]?.value !== document);
      expect(changed, `No fixture needs the migration "${what}"`).toBe(true);
    }
    for (const { rewrite, what } of kinds) expect(rewrite.members, `No fixture needs "${what}"`).toHaveBeenCalled();
  });
});

test('the document of the present format holds every parameter of every kind and protocol', () => {
  const scenario = validateScenario(fixture(`sluice-${FORMAT_VERSION}.json`)).scenario!;
  for (const kind of Object.values(nodeKinds)) {
    const given = new Set(
      scenario.nodes.filter((node) => node.kind === kind.kind).flatMap((node) => Object.keys(node)),
    );
    expect(Object.keys(kind.parameters).filter((name) => !given.has(name))).toEqual([]);
  }
  for (const protocol of Object.values(protocols)) {
    const given = new Set(
      scenario.edges.filter((edge) => edge.kind === protocol.edge).flatMap((edge) => Object.keys(edge)),
    );
    expect(Object.keys(protocol.parameters).filter((name) => !given.has(name))).toEqual([]);
  }
});

test('migrations are complete and in order', () => {
  expect(MIGRATIONS.documents.map(({ from }) => from)).toEqual(
    Array.from({ length: FORMAT_VERSION }, (_, from) => from),
  );
  const latest = new Map<string, number>();
  for (const { subject, to } of MIGRATIONS.kinds) {
    expect(to).toBe((latest.get(subject) ?? 1) + 1);
    latest.set(subject, to);
  }
  for (const [subject, version] of knownVersions()) {
    if (subject !== 'document') expect(latest.get(subject) ?? 1).toBe(version);
  }
});

test('sluice/0 becomes sluice/1 in the design and in the journal', () => {
  const scenario = validateScenario(fixture('sluice-0.json')).scenario!;
  expect(scenario.nodes[0]).toMatchObject({ arrivals: { type: 'poisson', ratePerSecond: 12 } });
  expect(scenario.edges).toMatchObject([
    { network: { latencyMs: { type: 'constant', mean: 20 } } },
    { commit: 'before' },
    { commit: 'after', network: { latencyMs: { type: 'constant', mean: 5 } } },
  ]);
  const late = designAt(scenario, 2000);
  expect(late.nodes[0]).toMatchObject({ arrivals: { ratePerSecond: 40 } });
  expect(late.nodes[4]).toMatchObject({ arrivals: { ratePerSecond: 3 } });
  expect(designAt(scenario, 3000).edges[1]).not.toHaveProperty('commit');
  expect(designAt(scenario, 3000).nodes[4]).not.toHaveProperty('arrivals');
});

test('a retention of its own gives a topic of version 1 small segments and quick looks, so that it shows the same', () => {
  const { nodes, journal } = validateScenario(fixture('topic-1.json')).scenario!;
  const quick = { segmentMs: 10, retentionCheckIntervalMs: 10 };
  expect(nodes).toMatchObject([{ id: 'log', ...quick }, { id: 'big', ...quick }, { id: 'plain' }]);
  expect(nodes[2]).not.toHaveProperty('segmentMs');
  expect(journal).toMatchObject([{ edit: [{ set: { retentionMs: 450, ...quick } }] }]);
});

describe('the mechanism for kinds', () => {
  /** As if version 2 of the consumer had renamed `instances`, and version 3 doubled it. */
  const migrations: Migrations = {
    documents: [],
    kinds: [
      {
        subject: 'consumer',
        to: 2,
        what: 'processes is called instances',
        rewrite: {
          members: ({ processes, ...rest }) => (processes === undefined ? rest : { ...rest, instances: processes }),
          renamed: { processes: 'instances' },
        },
      },
      {
        subject: 'consumer',
        to: 3,
        what: 'instances counts double',
        rewrite: {
          members: (members) =>
            'instances' in members ? { ...members, instances: Number(members['instances']) * 2 } : members,
          renamed: {},
        },
      },
      {
        subject: 'subscribeToTopic',
        to: 2,
        what: 'early is commit',
        rewrite: {
          members: ({ early, ...rest }) => (early === true ? { ...rest, commit: 'before' } : rest),
          renamed: { early: '' },
        },
      },
    ],
  };
  const document: PlainObject = {
    format: 'sluice/1',
    nodes: [
      { id: 'k', kind: 'consumer', processes: 2 },
      { id: 't', kind: 'topic', processes: 2 },
    ],
    edges: [{ id: 'e', kind: 'subscribe', from: 't', to: 'k', early: true }],
    journal: [
      { atMs: 1, edit: [{ op: 'change', in: 'nodes', id: 'k', set: { processes: 3 } }] },
      {
        atMs: 2,
        edit: [
          { op: 'change', in: 'nodes', id: 'k', unset: ['processes'] },
          { op: 'change', in: 'edges', id: 'e', unset: ['early'] },
        ],
      },
    ],
  };

  test('a kind goes through every version it missed, in the design and in the journal, and others are left alone', () => {
    expect(migrateDocument(document, 1, migrations)).toMatchObject({
      nodes: [{ instances: 4 }, { processes: 2 }],
      edges: [{ commit: 'before' }],
      journal: [{ edit: [{ set: { instances: 6 } }] }, { edit: [{ unset: ['instances'] }, { unset: [] }] }],
    });
  });

  test('and in the journals of branches', () => {
    const branches = [
      { id: 'b2', journal: [{ edit: [{ op: 'change', in: 'nodes', id: 'k', set: { processes: 5 } }] }] },
    ];
    expect(migrateDocument({ ...document, branches }, 1, migrations)).toMatchObject({
      branches: [{ id: 'b2', journal: [{ edit: [{ set: { instances: 10 } }] }] }],
    });
  });

  test('a kind that says its version skips what it has been through', () => {
    const versions = { consumer: 2, subscribeToTopic: 2 };
    const nodes = [{ id: 'k', kind: 'consumer', instances: 2 }];
    expect(migrateDocument({ ...document, nodes, versions }, 1, migrations)).toMatchObject({
      nodes: [{ instances: 4 }],
      edges: [{ early: true }],
    });
  });

  test('a migration that breaks on a document that lies about its age is a diagnostic', () => {
    const breaking: Migrations = {
      documents: [],
      kinds: [
        {
          subject: 'topic',
          to: 2,
          what: '',
          rewrite: {
            members: () => {
              throw new Error('no partitions');
            },
            renamed: {},
          },
        },
      ],
    };
    expect(validateScenario(document, { migrations: breaking })).toMatchObject({
      scenario: null,
      diagnostics: [{ code: 'migration.failed' }],
    });
  });
});

test('a document of today names the kinds that are not at their first version, and what a newer program left stays', () => {
  const scenario: Scenario = {
    format: 'sluice/1',
    title: '',
    notes: '',
    seed: 1,
    nodes: [],
    edges: [],
    faults: [],
    checks: [],
    journal: [],
    view: {},
  };
  expect(stampVersions(scenario)).toEqual({ ...scenario, versions: { topic: 2 } });
  expect(stampVersions({ ...scenario, versions: { consumer: 4, document: 2 } }).versions).toEqual({
    document: 2,
    consumer: 4,
    topic: 2,
  });
});
