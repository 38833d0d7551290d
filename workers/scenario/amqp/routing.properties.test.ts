import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainRoute } from './explain-route.ts';
import { tableOf } from './headers.ts';
import { jumpHash } from './jump-hash.ts';
import { route } from './route.ts';
import { addQueue, bind, createRoutingTable, declareExchange, type RoutingTable } from './routing-table.ts';
import { topicCaptures, topicMatches, wordsOf } from './topic-pattern.ts';

const words = fc.array(fc.constantFrom('a', 'b', '', '*', '#'), { maxLength: 7, size: 'max' });

/** The definition, read out. */
function fits([asked, ...pattern]: readonly string[], key: readonly string[]): boolean {
  if (asked === undefined) return key.length === 0;
  if (asked === '#') return key.some((_, i) => fits(pattern, key.slice(i))) || fits(pattern, []);
  return key.length > 0 && (asked === '*' || asked === key[0]) && fits(pattern, key.slice(1));
}

const TYPES = ['direct', 'fanout', 'topic', 'headers', 'x-consistent-hash', 'x-modulus-hash', 'x-random'] as const;
const NAMES = ['A', 'B', 'C', 'D'] as const;
const key = fc.constantFrom('a', 'b', 'a.b', '#', '*.b', '1', '2', '');
const headers = fc.dictionary(fc.constantFrom('a', 'b', 'x-c', 'x-match'), fc.constantFrom(1, 'any', 'all', null), {
  maxKeys: 3,
});

const topology = fc
  .record({
    exchanges: fc.array(
      fc.record({ type: fc.constantFrom(...TYPES), alternate: fc.option(fc.constantFrom(...NAMES)) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    bindings: fc.array(
      fc.record({
        source: fc.constantFrom(...NAMES),
        to: fc.constantFrom('queue' as const, 'exchange' as const),
        destination: fc.constantFrom(...NAMES),
        key,
        given: headers,
      }),
      { maxLength: 12, size: 'max' },
    ),
  })
  .map(({ exchanges, bindings }) => {
    const table = createRoutingTable();
    for (const [i, { type, alternate }] of exchanges.entries()) {
      const given = tableOf(alternate === null ? {} : { 'alternate-exchange': alternate });
      declareExchange(table, {
        name: NAMES[i]!,
        type,
        durable: true,
        autoDelete: false,
        internal: false,
        arguments: given,
      });
    }
    for (const [i, name] of NAMES.entries()) addQueue(table, i, name);
    // What a broker would refuse is not bound.
    for (const { given, ...each } of bindings) bind(table, { ...each, arguments: tableOf(given) });
    return table;
  });

const message = fc.record({ key, headers: headers.map(tableOf), cc: fc.array(key, { maxLength: 2 }) });

const routed = (table: RoutingTable, envelope: Parameters<typeof route>[2], drawn = 0) =>
  route(table, 1, envelope, (count) => drawn % count);

describe('routing', () => {
  test('law: [RX4] a pattern fits exactly the keys that its definition says', () => {
    fc.assert(
      fc.property(words, words, (pattern, sent) => {
        // Words joined and split again: no words and one empty word are the same key.
        const [asked, given] = [wordsOf(pattern.join('.')), wordsOf(sent.join('.'))];
        expect(topicMatches(asked, given)).toBe(fits(asked, given));
        const taken = topicCaptures(asked, given);
        expect(taken !== null).toBe(fits(asked, given));
        if (taken === null) return;
        const rest = [...taken];
        const filled = asked.flatMap((word) => (word === '*' || word === '#' ? rest.shift()!.taken : [word]));
        expect(filled).toEqual(given);
      }),
      { numRuns: 2000 },
    );
  });

  test('law: [RX6] [RX8] each queue is reached once, and routing ends', () => {
    fc.assert(
      fc.property(topology, message, fc.nat(), (table, envelope, drawn) => {
        const queues = routed(table, envelope, drawn);
        expect(queues).toEqual([...new Set(queues)].sort((a, b) => a - b));
      }),
    );
  });

  test('law: a binding more takes no queue away, but of exchanges that choose one and behind alternates', () => {
    fc.assert(
      fc.property(topology, message, key, (table, envelope, added) => {
        const choosing = table.exchanges.some((exchange) => exchange!.type.startsWith('x-'));
        fc.pre(!choosing && table.exchanges.every((exchange) => exchange!.arguments.length === 0));
        const before = routed(table, envelope);
        bind(table, { source: 'A', to: 'queue', destination: 'A', key: added, arguments: [] });
        expect(routed(table, envelope)).toEqual(expect.arrayContaining(before));
      }),
    );
  });

  test('law: what is explained is what happens', () => {
    fc.assert(
      fc.property(topology, message, fc.nat(), (table, envelope, drawn) => {
        const queues = routed(table, envelope, drawn);
        const told = explainRoute(table, 1, envelope);
        const possible = told.queues.map(({ queue }) => queue);
        const certain = told.queues.filter((queue) => queue.certain).map(({ queue }) => queue);
        expect(possible).toEqual(expect.arrayContaining(queues));
        expect(queues).toEqual(expect.arrayContaining(certain));
        for (const { queue, places } of told.queues)
          for (const place of places) expect(table.bindings[place]).toMatchObject({ to: 'queue', destination: queue });
        for (const { verdicts } of told.visits)
          for (const { because } of verdicts) expect(because).toMatch(/^\S.*[^.\s]$/s);
      }),
    );
  });

  test('law: [RX11] one bucket more moves a key there, or nowhere', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 27 - 1), fc.integer({ min: 1, max: 300 }), (hash, buckets) => {
        const [before, after] = [jumpHash(hash, buckets), jumpHash(hash, buckets + 1)];
        expect(before).toBeLessThan(buckets);
        expect([before, buckets]).toContain(after);
      }),
    );
  });
});
