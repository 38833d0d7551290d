import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { examples } from '../../scenario/examples/index.ts';
import { scenarioArbitrary } from '../../scenario/testing/arbitrary.ts';
import { scenarioSchema, scenarioSchemaText, type JsonObject } from './json-schema.ts';
import { breaches } from './testing/json-schema-check.ts';

const schema = scenarioSchema();

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

test('the published schema is up to date (npm run schema writes it anew)', () => {
  expect(read('../../../public/scenario.schema.json')).toBe(scenarioSchemaText());
});

test('it accepts the released document, the gallery and random scenarios', () => {
  expect(breaches(schema, JSON.parse(read('../../scenario/fixtures/sluice-1.json')))).toEqual([]);
  for (const { scenario } of examples) expect(breaches(schema, scenario)).toEqual([]);
  fc.assert(
    fc.property(scenarioArbitrary(), (scenario) => {
      expect(breaches(schema, JSON.parse(JSON.stringify(scenario)))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('it accepts what a person may leave out', () => {
  const nodes = [
    { id: 'a', kind: 'producer' },
    { id: 'b', kind: 'topic' },
  ];
  const edges = [{ kind: 'publish', from: 'a', to: 'b' }];
  expect(
    breaches(schema, { format: 'sluice/1', nodes, edges, faults: [{ atMs: 1, do: 'crash', target: 'b' }] }),
  ).toEqual([]);
});

test('it refuses unknown names, wrong kinds and values out of range', () => {
  const document = (node: JsonObject) => ({
    format: 'sluice/1',
    nodes: [{ id: 'a', kind: 'topic', ...node }],
    edges: [],
  });
  expect(breaches(schema, document({}))).toEqual([]);
  expect(breaches(schema, document({ partitoins: 1 }))).not.toEqual([]);
  expect(breaches(schema, document({ partitions: 0 }))).not.toEqual([]);
  expect(breaches(schema, document({ partitions: 1.5 }))).not.toEqual([]);
  expect(breaches(schema, document({ kind: 'mailbox' }))).not.toEqual([]);
  expect(breaches(schema, { ...document({}), format: 'sluice/2' })).not.toEqual([]);
});

test('every parameter says what it is', () => {
  const { consumer, publishToTopic } = schema['$defs'] as Record<string, { properties: Record<string, JsonObject> }>;
  expect(consumer!.properties['instances']).toMatchObject({
    title: 'Instances',
    type: 'integer',
    minimum: 0,
    maximum: 500,
    default: 1,
  });
  expect(publishToTopic!.properties['lingerMs']?.['description']).toContain(
    'Stands for linger.ms; default of Kafka 4.0.',
  );
});
