import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentSchema, type Scenario } from './document.ts';
import { entriesOf, inner } from './schema-walk.ts';
import { decodeShare, encodeShare, SHARE_LENGTH_MAX } from './share.ts';
import { checksum, fromBase64Url, toBase64Url } from './share/base64url.ts';
import { canonicalScenario } from './share/compact.ts';
import { isListed } from './share/names.ts';
import { scenarioArbitrary } from './testing/arbitrary.ts';
import { validateScenario } from './validate.ts';

const { scenario: small } = validateScenario({
  format: 'sluice/1',
  title: 'Müller & Söhne 🚚',
  nodes: [
    { id: 'orders', kind: 'producer', key: { type: 'none' } },
    { id: 'log', kind: 'topic', name: 'Log', partitions: 3, position: { x: 400.4, y: -0.3 } },
  ],
  edges: [{ kind: 'publish', from: 'orders', to: 'log', acks: '1', lingerMs: 5 }],
});
const scenario: Scenario = small!;

/** A fragment of any bytes, with a checksum that fits. */
function fragmentOf(bytes: Uint8Array): string {
  return `s1.${toBase64Url(checksum(bytes))}.${toBase64Url(bytes)}`;
}

function deflated(text: string): string {
  return fragmentOf(deflateRawSync(text));
}

describe('a link', () => {
  test('brings back the scenario, sparse and with whole pixels', async () => {
    const shared = await decodeShare(await encodeShare(scenario));
    expect(shared).toEqual({ ok: true, diagnostics: [], scenario: canonicalScenario(scenario) });
    expect(canonicalScenario(scenario).edges[0]).not.toHaveProperty('lingerMs');
    expect(canonicalScenario(scenario).nodes[1]?.position).toEqual({ x: 400, y: 0 });
  });

  test('brings back any scenario', async () => {
    await fc.assert(
      fc.asyncProperty(scenarioArbitrary(), async (any) => {
        const shared = await decodeShare(await encodeShare(any));
        expect(shared.ok && shared.scenario).toEqual(canonicalScenario(any));
      }),
    );
  });

  test('is the same for what it brings back, so that links do not drift', async () => {
    await fc.assert(
      fc.asyncProperty(scenarioArbitrary(), async (any) => {
        const link = await encodeShare(any);
        const shared = await decodeShare(link);
        expect(shared.ok && (await encodeShare(shared.scenario))).toBe(link);
      }),
      { numRuns: 30 },
    );
  });

  test('uses only characters that an address keeps as they are', async () => {
    expect(await encodeShare(scenario)).toMatch(/^s1\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]+$/);
  });

  test('of thirty nodes stays well below a thousand characters', async () => {
    const nodes = Array.from({ length: 30 }, (_, index) => ({
      id: `n${index}`,
      kind: ['producer', 'topic', 'consumer'][index % 3],
      name: `service ${index}`,
      position: { x: (index % 6) * 320, y: Math.floor(index / 6) * 240 },
    }));
    const edges = Array.from({ length: 20 }, (_, index) => ({
      id: `e${index}`,
      kind: index % 2 === 0 ? 'publish' : 'subscribe',
      from: `n${Math.floor(index / 2) * 3 + (index % 2)}`,
      to: `n${Math.floor(index / 2) * 3 + (index % 2) + 1}`,
    }));
    const { scenario: large } = validateScenario({ format: 'sluice/1', nodes, edges });
    expect((await encodeShare(large!)).length).toBeLessThan(1000);
  });

  test('survives what mail and chat do to it', async () => {
    const link = await encodeShare(scenario);
    const wrapped = ` #${link.slice(0, 40)}\r\n ${link.slice(40, 60)}\u200B${link.slice(60)}\n`;
    expect(await decodeShare(wrapped)).toMatchObject({ ok: true });
    expect(await decodeShare(link.replaceAll('.', '%2E'))).toMatchObject({ ok: true });
  });

  test('that was sent when this form was new can still be opened', async () => {
    const link = readFileSync(new URL('./fixtures/link-1.txt', import.meta.url), 'utf8');
    const document: unknown = JSON.parse(readFileSync(new URL('./fixtures/link-1.json', import.meta.url), 'utf8'));
    const shared = await decodeShare(link);
    expect(shared.diagnostics).toEqual([]);
    expect(shared.ok && shared.scenario).toEqual(canonicalScenario(validateScenario(document).scenario!));
  });
});

describe('a bad link is refused with its reason', () => {
  const codeOf = async (fragment: string) => (await decodeShare(fragment)).diagnostics[0]?.code;

  test('foreign', async () => {
    for (const fragment of [
      '',
      '#',
      'introduction',
      's.',
      'state=abc',
      's0.aaaaaa.bbb',
      'N4IgLgngDgpiBcIBmBDANgZxgJxAGhEwE8BTAFw',
    ]) {
      expect(await codeOf(fragment)).toBe('share.foreign');
    }
  });

  test('newer', async () => {
    expect(await codeOf('s2.whatever:this.is')).toBe('share.newer');
  });

  test('damaged: any character changed, and any end cut off', async () => {
    const link = await encodeShare(scenario);
    for (let place = 3; place < link.length; place += 1) {
      const other = link[place] === 'A' ? 'B' : 'A';
      const code = await codeOf(link.slice(0, place) + other + link.slice(place + 1));
      // The last letter may hold bits that no byte needs.
      if (place < link.length - 1) expect(code).toBe('share.damaged');
      expect(await codeOf(link.slice(0, place))).toBe('share.damaged');
    }
  });

  test('damaged: whole, but not what this program writes', async () => {
    expect(await codeOf(fragmentOf(Uint8Array.of(7, 7, 7, 7, 7)))).toBe('share.damaged');
    for (const text of [
      '',
      'hello',
      '{}',
      '7',
      '[]',
      '["x"]',
      '[1.5]',
      '[1',
      '['.repeat(500_000),
      `${'['.repeat(90)}${']'.repeat(90)}`,
    ]) {
      expect(await codeOf(deflated(text))).toBe('share.damaged');
    }
    expect(await codeOf(fragmentOf(deflateRawSync(Uint8Array.of(0xff, 0xfe, 0xfd))))).toBe('share.damaged');
  });

  test('too large: a bomb is let go off only as far as the cap', async () => {
    const bomb = deflated(`[1,"${'a'.repeat(80_000_000)}"]`);
    expect(bomb.length).toBeLessThan(SHARE_LENGTH_MAX);
    const before = process.memoryUsage().arrayBuffers;
    expect(await codeOf(bomb)).toBe('share.tooLarge');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  });

  test('too large: longer than any link', async () => {
    expect(await codeOf(`s1.aaaaaa.${'a'.repeat(SHARE_LENGTH_MAX)}`)).toBe('share.tooLarge');
    expect(await codeOf('%'.repeat(10_000_000))).toBe('share.tooLarge');
  });

  test('from a newer document: says so, and has the rest', async () => {
    const shared = await decodeShare(
      deflated(
        JSON.stringify([
          2,
          'Later',
          '',
          5,
          [
            ['topic', 't', 0, 0, 0, { $tier: 'cold' }],
            ['oracle', 'o', 0, 0, 0],
          ],
          [],
        ]),
      ),
    );
    expect(shared).toMatchObject({ ok: false, rest: { title: 'Later', seed: 5, nodes: [{ id: 't', tier: 'cold' }] } });
    expect(shared.diagnostics.map(({ code }) => code)).toContain('format.newer');
  });

  test('with a mistake inside: says where, and has the rest', async () => {
    const shared = await decodeShare(
      deflated(
        JSON.stringify([1, 'x', '', 1, [['topic', 't', 0, 0, 0, { $partitions: -1 }]], [['publish', 'e', 7, 0]]]),
      ),
    );
    expect(shared).toMatchObject({ ok: false, rest: { nodes: [{ id: 't' }], edges: [] } });
    expect(shared.diagnostics.map(({ path }) => path)).toContain('nodes[0].partitions');
  });

  test('whatever it is, it never throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.json().map(deflated), fc.uint8Array().map(fragmentOf)),
        async (fragment) => {
          await decodeShare(fragment);
        },
      ),
      { numRuns: 500 },
    );
    const tuple = fc
      .array(fc.jsonValue(), { maxLength: 11 })
      .map((members) => deflated(JSON.stringify([1, ...members])));
    await fc.assert(
      fc.asyncProperty(tuple, async (fragment) => void (await decodeShare(fragment))),
      { numRuns: 500 },
    );
  });
});

test('base64url is that of Node, both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = toBase64Url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64Url(text)).toEqual(bytes);
    }),
  );
  expect(fromBase64Url('a')).toBeUndefined();
  expect(fromBase64Url('a+b/')).toBeUndefined();
  expect(Buffer.from(checksum(Buffer.from('123456789'))).toString('hex')).toBe('cbf43926');
});

/** All member names that a schema knows, at any depth. */
function namesIn(schema: Parameters<typeof inner>[0], names: Set<string> = new Set()): ReadonlySet<string> {
  const bare = inner(schema) as Parameters<typeof inner>[0] & Record<string, unknown>;
  for (const [name, member] of Object.entries(entriesOf(bare) ?? {})) {
    names.add(name);
    namesIn(member, names);
  }
  for (const option of (bare['options'] ?? []) as (typeof schema)[])
    if (typeof option === 'object') namesIn(option, names);
  if (bare.type === 'array') namesIn(bare['item'] as typeof schema, names);
  return names;
}

test('every name that a document may hold has a short one', () => {
  const outer = new Set([
    'format',
    'title',
    'notes',
    'seed',
    'versions',
    'nodes',
    'edges',
    'faults',
    'checks',
    'journal',
    'view',
  ]);
  expect([...namesIn(documentSchema)].filter((name) => !isListed(name) && !outer.has(name))).toEqual([]);
});
