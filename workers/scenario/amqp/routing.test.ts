import { describe, expect, test } from 'vitest';
import { phash2OfNothing, phash2OfText, phash2OfTexts } from './erlang-hash.ts';
import { tableOf, type HeaderRecord } from './headers.ts';
import { jumpHash } from './jump-hash.ts';
import type { Draw } from './matching.ts';
import { route } from './route.ts';
import {
  addQueue,
  bind,
  createRoutingTable,
  declareExchange,
  deleteExchange,
  exchangeIndex,
  publishRefusal,
  queueIndex,
  removeQueue,
  unbind,
  type RoutingTable,
} from './routing-table.ts';

interface Wanted {
  readonly type?: string;
  readonly autoDelete?: boolean;
  readonly internal?: boolean;
  readonly arguments?: HeaderRecord;
}

const declare = (table: RoutingTable, name: string, { arguments: given = {}, ...wanted }: Wanted = {}) =>
  declareExchange(table, {
    name,
    type: 'direct',
    durable: true,
    autoDelete: false,
    internal: false,
    ...wanted,
    arguments: tableOf(given),
  });

/** `x -key-> q` binds a queue, `x -key=> y` an exchange. */
const binding = (text: string, given: HeaderRecord = {}) => {
  const [, source = '', key = '', arrow, destination = ''] = /^(.*) -(.*)([-=])> (.*)$/.exec(text)!;
  return { source, to: arrow === '-' ? 'queue' : 'exchange', destination, key, arguments: tableOf(given) } as const;
};

function broker(
  exchanges: Readonly<Record<string, Wanted>>,
  queues: readonly string[],
  bindings: readonly string[] = [],
) {
  const table = createRoutingTable();
  for (const [name, wanted] of Object.entries(exchanges)) expect(declare(table, name, wanted)).toBeNull();
  for (const [index, name] of queues.entries()) addQueue(table, index, name);
  for (const text of bindings) expect(bind(table, binding(text))).toBeNull();
  return table;
}

type Message = Readonly<{
  headers?: HeaderRecord;
  cc?: string[];
  bcc?: string[];
  messageId?: string;
  timestamp?: number;
}>;

const FIRST: Draw = () => 0;

/** Names of the queues that a message gets to. */
function reached(table: RoutingTable, exchange: string, key: string, message: Message = {}, draw: Draw = FIRST) {
  const envelope = { ...message, key, headers: tableOf(message.headers ?? {}) };
  return route(table, exchangeIndex(table, exchange), envelope, draw).map((queue) => table.queues[queue]);
}

const code = (refusal: { code: number } | null) => refusal?.code ?? null;

describe('exchanges', () => {
  test('[RX1] the default exchange knows queues by their names, and cannot be changed', () => {
    const table = broker({ x: {} }, ['q', 'r']);
    expect(reached(table, '', 'q')).toEqual(['q']);
    expect(reached(table, '', 'Q')).toEqual([]);
    removeQueue(table, queueIndex(table, 'q'));
    expect(reached(table, '', 'q')).toEqual([]);
    expect(code(declare(table, ''))).toBe(403);
    expect(code(deleteExchange(table, ''))).toBe(403);
    expect(code(bind(table, binding(' -k-> r')))).toBe(403);
    expect(code(unbind(table, binding(' -r-> r')))).toBe(403);
    expect(code(bind(table, binding('x -k=> ')))).toBe(403);
  });

  test('[RX2] direct compares keys letter for letter', () => {
    const table = broker({ x: {} }, ['a', 'b', 'c'], ['x -k-> a', 'x -*-> b', 'x --> c', 'x -k-> c']);
    expect(reached(table, 'x', 'k')).toEqual(['a', 'c']);
    expect(reached(table, 'x', 'K')).toEqual([]);
    expect(reached(table, 'x', '*')).toEqual(['b']);
    expect(reached(table, 'x', '')).toEqual(['c']);
  });

  test('[RX3] fanout looks at no key', () => {
    const table = broker({ x: { type: 'fanout' } }, ['a', 'b'], ['x -one-> a', 'x --> b']);
    expect(reached(table, 'x', 'anything')).toEqual(['a', 'b']);
  });

  test('[RX4] topic matches words, with * for one and # for any number', () => {
    const keys = ['a.*.c', 'a.#', '#', '*', '#.c', 'a#', '*.#'];
    const table = broker(
      { x: { type: 'topic' } },
      keys,
      keys.map((key) => `x -${key}-> ${key}`),
    );
    expect(reached(table, 'x', '')).toEqual(['#']);
    expect(reached(table, 'x', 'a')).toEqual(['a.#', '#', '*', '*.#']);
    expect(reached(table, 'x', 'a..c')).toEqual(['a.*.c', 'a.#', '#', '#.c', '*.#']);
    expect(reached(table, 'x', 'a#')).toEqual(['#', '*', 'a#', '*.#']);
    expect(reached(table, 'x', '#.c')).toEqual(['#', '#.c', '*.#']);
  });

  test('[RX5] headers compares arguments with headers, in kind and value', () => {
    const table = broker({ x: { type: 'headers' } }, ['all', 'any', 'with x', 'there', 'none']);
    const asks: readonly (readonly [string, HeaderRecord])[] = [
      ['all', { a: 1, b: 'x', 'x-c': true }],
      ['any', { 'x-match': 'any', a: 1, b: 'x' }],
      ['with x', { 'x-match': 'all-with-x', 'x-c': true }],
      ['there', { a: null }],
      ['none', {}],
    ];
    for (const [queue, given] of asks) expect(bind(table, binding(`x --> ${queue}`, given))).toBeNull();
    expect(reached(table, 'x', 'k', { headers: { a: 1, b: 'x' } })).toEqual(['all', 'any', 'there', 'none']);
    expect(reached(table, 'x', 'k', { headers: { a: '1', 'x-c': true } })).toEqual(['with x', 'there', 'none']);
    expect(reached(table, 'x', 'k', { headers: { b: 'x', 'x-c': 1 } })).toEqual(['any', 'none']);
    expect(reached(table, 'x', 'k')).toEqual(['none']);
  });

  test('[RX10] CC and BCC are further keys', () => {
    const bindings = ['x -k-> a', 'x -l-> b', 'x -m-> c', 't -l.#-> c'];
    const table = broker({ x: {}, t: { type: 'topic' } }, ['a', 'b', 'c'], bindings);
    expect(reached(table, 'x', 'k', { cc: ['k', 'l'], bcc: ['m'] })).toEqual(['a', 'b', 'c']);
    expect(reached(table, 'x', 'none', { bcc: ['l'] })).toEqual(['b']);
    expect(reached(table, 't', 'z', { cc: ['l.x'] })).toEqual(['c']);
    expect(reached(table, '', 'a', { cc: ['c'] })).toEqual(['a', 'c']);
  });
});

describe('bindings', () => {
  test('[RX6] a queue gets one copy, however many ways lead there', () => {
    const bindings = ['x -a.#-> q', 'x -#.b-> q', 'x -#=> y', 'y --> q'];
    const table = broker({ x: { type: 'topic' }, y: { type: 'fanout' } }, ['q'], bindings);
    expect(reached(table, 'x', 'a.b')).toEqual(['q']);
  });

  test('[RX7] the same binding is one, and goes with exchange and queue', () => {
    const table = broker({ x: {}, y: {} }, ['q', 'r'], ['x -k-> q', 'x -k-> q', 'x -l-> q', 'y -k=> x', 'x -k-> r']);
    expect(table.bindings).toHaveLength(4);
    expect(bind(table, binding('x -k-> q', { a: 1 }))).toBeNull();
    expect(table.bindings).toHaveLength(5);
    expect(unbind(table, binding('x -k-> q'))).toBeNull();
    expect(unbind(table, binding('x -k-> q'))).toBeNull();
    expect(unbind(table, binding('gone -k-> q'))).toBeNull();
    expect(table.bindings).toHaveLength(4);
    removeQueue(table, queueIndex(table, 'q'));
    expect(table.bindings).toHaveLength(2);
    expect(reached(table, 'y', 'k')).toEqual(['r']);
    expect(deleteExchange(table, 'x')).toBeNull();
    expect(table.bindings).toEqual([]);
  });

  test('[RX8] exchanges hand on with the same key; a circle ends', () => {
    const bindings = ['in -ignored=> mid', 'mid -a.*-> q', 'mid -#=> in', 'in --> r'];
    const table = broker({ in: { type: 'fanout' }, mid: { type: 'topic' } }, ['q', 'r'], bindings);
    expect(reached(table, 'in', 'a.b')).toEqual(['q', 'r']);
    expect(reached(table, 'mid', 'a.b')).toEqual(['q', 'r']);
    expect(reached(table, 'in', 'a')).toEqual(['r']);
  });

  test('[RX9] alternates take what an exchange itself cannot route, along a chain that may be a circle', () => {
    const to = (alternate: string) => ({ arguments: { 'alternate-exchange': alternate } });
    const exchanges = { x: to('y'), y: to('z'), z: { type: 'fanout', ...to('x') }, w: to('missing') };
    const table = broker(exchanges, ['good', 'near', 'far'], ['x -k-> good', 'y -n-> near', 'z --> far']);
    expect(['k', 'n', 'other'].map((key) => reached(table, 'x', key))).toEqual([['good'], ['near'], ['far']]);
    unbind(table, binding('z --> far'));
    expect(reached(table, 'x', 'other')).toEqual([]);
    expect(reached(table, 'w', 'k')).toEqual([]);
    // A binding to an exchange counts as routed, whatever comes of it there.
    expect(bind(table, binding('x -dead=> w'))).toBeNull();
    expect(bind(table, binding('y -dead-> near'))).toBeNull();
    expect(reached(table, 'x', 'dead')).toEqual([]);
  });
});

describe('exchanges that choose one', () => {
  test("[RX11] phash2 and jump hash are Erlang's", () => {
    expect(['', 'abc', 'customer-1'].map(phash2OfText).every((hash) => hash >= 0 && hash < 2 ** 27)).toBe(true);
    expect(phash2OfText('a')).toBe(112_802_447);
    expect(phash2OfNothing()).toBe(45_914_356);
    expect(jumpHash(phash2OfText('customer-13'), 16)).toBe(10);
    expect(jumpHash(74_203_185, 100)).toBe(89);
  });

  test('[RX11] x-consistent-hash gives buckets by weight; the second binding of a queue counts for nothing', () => {
    const bindings = ['x -10-> a', 'x -10-> b', 'x -90-> a'];
    const table = broker({ x: { type: 'x-consistent-hash' } }, ['a', 'b'], bindings);
    const keys = Array.from({ length: 2000 }, (_, i) => `k${i}`);
    const before = keys.map((key) => reached(table, 'x', key)[0]);
    expect(before.filter((queue) => queue === 'a').length).toBeGreaterThan(900);
    expect(before.filter((queue) => queue === 'a').length).toBeLessThan(1100);
    // A queue more takes its share, and nothing moves between those that were there.
    addQueue(table, 2, 'c');
    expect(bind(table, binding('x -10-> c'))).toBeNull();
    const after = keys.map((key) => reached(table, 'x', key)[0]);
    expect(after.filter((queue, i) => queue !== before[i] && queue !== 'c')).toEqual([]);
    expect(after).toContain('c');
  });

  test('[RX11] a header or a property may be hashed; a number is the seed itself, and nothing is one value', () => {
    const exchanges = {
      h: { type: 'x-consistent-hash', arguments: { 'hash-header': 'who' } },
      p: { type: 'x-consistent-hash', arguments: { 'hash-property': 'message_id' } },
      t: { type: 'x-consistent-hash', arguments: { 'hash-property': 'timestamp' } },
    };
    const queues = Array.from({ length: 100 }, (_, i) => `q${i}`);
    const table = broker(
      exchanges,
      queues,
      ['h', 'p', 't'].flatMap((x) => queues.map((queue) => `${x} -1-> ${queue}`)),
    );
    const at = (hash: number) => [`q${jumpHash(hash, 100)}`];
    expect(reached(table, 'h', 'k', { headers: { who: 'abc' } })).toEqual(at(phash2OfText('abc')));
    expect(reached(table, 'h', 'k', { headers: { who: 74_203_185 } })).toEqual(['q89']);
    expect(reached(table, 'h', 'k')).toEqual(at(phash2OfNothing()));
    expect(reached(table, 'p', 'k', { messageId: 'abc' })).toEqual(at(phash2OfText('abc')));
    expect(reached(table, 't', 'k', { timestamp: 17 })).toEqual(at(phash2OfText('17')));
  });

  test('[RX12] x-modulus-hash takes the hash of all keys, modulo destinations by name', () => {
    // erlang:phash2([<<"abc">>]) and erlang:phash2([<<"a">>, <<"b">>]) of Erlang/OTP 25
    expect(phash2OfTexts(['abc'])).toBe(63_525_141);
    expect(phash2OfTexts(['a', 'b'])).toBe(3_094_894);
    expect(phash2OfTexts([])).toBe(113_427_502);
    const table = broker({ x: { type: 'x-modulus-hash' } }, ['b', 'c', 'a'], ['x --> c', 'x --> b', 'x --> a']);
    expect(reached(table, 'x', 'abc')).toEqual([['a', 'b', 'c'][63_525_141 % 3]]);
    expect(reached(table, 'x', 'a', { cc: ['b'] })).toEqual([['a', 'b', 'c'][3_094_894 % 3]]);
  });

  test('[RX13] x-random draws one of its bindings', () => {
    const table = broker({ x: { type: 'x-random' } }, ['a', 'b'], ['x --> a', 'x -k-> a', 'x --> b']);
    const asked: number[] = [];
    const draws = [0, 1, 2].map((place) =>
      reached(table, 'x', 'k', {}, (count) => {
        asked.push(count);
        return place;
      }),
    );
    expect(draws).toEqual([['a'], ['a'], ['b']]);
    expect(asked).toEqual([3, 3, 3]);
  });
});

describe('refusals', () => {
  test('[RX14] what is not there, internal, or cannot be matched is refused', () => {
    const table = broker({ x: {}, h: { type: 'headers' }, c: { type: 'x-consistent-hash' } }, ['q']);
    expect(code(bind(table, binding('missing -k-> q')))).toBe(404);
    expect(code(bind(table, binding('x -k-> missing')))).toBe(404);
    expect(code(bind(table, binding('x -k=> missing')))).toBe(404);
    expect(code(publishRefusal(table, 'missing'))).toBe(404);
    expect(publishRefusal(table, 'x')).toBeNull();
    expect(declare(table, 'inner', { internal: true })).toBeNull();
    expect(code(publishRefusal(table, 'inner'))).toBe(403);
    expect(code(bind(table, binding('h --> q', { 'x-match': 'some' })))).toBe(406);
    expect(code(bind(table, binding('h --> q', { 'x-match': 1 })))).toBe(406);
    for (const weight of ['', '0', '-1', '1.5', 'ten', '10001'])
      expect(code(bind(table, binding(`c -${weight}-> q`)))).toBe(406);
    const hashing = (given: HeaderRecord) => declare(table, 'd', { type: 'x-consistent-hash', arguments: given });
    expect(code(hashing({ 'hash-header': 'a', 'hash-property': 'message_id' }))).toBe(406);
    expect(code(hashing({ 'hash-property': 'type' }))).toBe(406);
    expect(hashing({ 'hash-property': 'message_id' })).toBeNull();
    expect(table.bindings).toEqual([]);
  });

  test('[RX15] an exchange is declared again as it is, or not at all', () => {
    const given = { 'alternate-exchange': 'y' };
    const table = broker({ x: { arguments: given } }, ['q']);
    const { version } = table;
    expect(declare(table, 'x', { arguments: { ...given, other: 1 } })).toBeNull();
    expect(table.version).toBe(version);
    expect(code(declare(table, 'x', { arguments: { 'alternate-exchange': 'z' } }))).toBe(406);
    expect(code(declare(table, 'x', { type: 'topic', arguments: given }))).toBe(406);
    expect(code(declare(table, 'x', { internal: true, arguments: given }))).toBe(406);
    expect(code(declare(table, 'amq.mine'))).toBe(403);
    expect(code(deleteExchange(table, 'amq.direct'))).toBe(403);
    expect(declare(table, 'x2', { type: 'nonsense' })).toMatchObject({ code: 503, closes: 'connection' });
    expect(deleteExchange(table, 'never there')).toBeNull();
  });

  test('[RX15] an auto-delete exchange goes with the last binding from it, and takes its like along', () => {
    const auto = { autoDelete: true };
    const table = broker({ x: auto, y: auto, z: {} }, ['q'], ['x -k=> y', 'y -k-> q', 'z -k=> x', 'z -k-> q']);
    expect(code(deleteExchange(table, 'x', { ifUnused: true }))).toBe(406);
    removeQueue(table, 0);
    expect(table.exchanges.map((exchange) => exchange?.name)).toEqual(['', undefined, undefined, 'z']);
    expect(table.bindings).toEqual([]);
  });
});
