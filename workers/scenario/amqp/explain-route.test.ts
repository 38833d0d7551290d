import { describe, expect, test } from 'vitest';
import { explainRoute } from './explain-route.ts';
import { NO_FIELDS, tableOf, type HeaderRecord } from './headers.ts';
import { addQueue, bind, createRoutingTable, declareExchange, exchangeIndex } from './routing-table.ts';

type Row = readonly [key: string, given?: HeaderRecord];

/** An exchange with a queue for each row. */
function exchangeWith(type: string, rows: readonly Row[]) {
  const table = createRoutingTable();
  declareExchange(table, { name: 'x', type, durable: true, autoDelete: false, internal: false, arguments: NO_FIELDS });
  for (const [i, [key, given = {}]] of rows.entries()) {
    addQueue(table, i, `q${i}`);
    bind(table, { source: 'x', to: 'queue', destination: `q${i}`, key, arguments: tableOf(given) });
  }
  return table;
}

function reasons(type: string, rows: readonly Row[], key: string, headers: HeaderRecord = {}) {
  const table = exchangeWith(type, rows);
  const { visits } = explainRoute(table, exchangeIndex(table, 'x'), { key, headers: tableOf(headers) });
  return visits[0]!.verdicts.map(({ matches, because }) => `${matches ? 'yes' : 'no'}: ${because}`);
}

describe('why a binding matches', () => {
  test('[RX2] direct', () => {
    expect(reasons('direct', [['k'], ['K']], 'k')).toEqual([
      'yes: "k" is the key, letter for letter',
      'no: "K" is not "k"',
    ]);
  });

  test('[RX4] topic names the first thing that does not fit', () => {
    const patterns: Row[] = [['a.*.c'], ['a.*'], ['a.x.*'], ['#.a.b.c.d'], ['#.x'], ['b.#'], ['a.#.c'], ['#.c.b.#']];
    expect(reasons('topic', patterns, 'a.b.c')).toEqual([
      'yes: * is "b"',
      'no: the key has 3 words, the pattern takes 2 words',
      'no: word 2 is "b", not "x"',
      'no: the key has 3 words, the pattern takes at least 4 words',
      'no: word 3 is "c", not "x"',
      'no: word 1 is "a", not "b"',
      'yes: # is "b"',
      'no: the words between do not come in the order that the pattern asks for',
    ]);
    expect(reasons('topic', [['#.*.#'], ['a.b'], ['a.#.b']], 'a.b')).toEqual([
      'yes: # is nothing, * is "a", # is "b"',
      'yes: the words are the same',
      'yes: # is nothing',
    ]);
    expect(reasons('topic', [['*']], '')).toEqual(['no: the key has 0 words, the pattern takes 1 word']);
  });

  test('[RX5] headers names what is missing or differs', () => {
    const rows: Row[] = [
      ['', { region: 'eu', tier: 1 }],
      ['', { 'x-match': 'any', region: 'eu', tier: 2 }],
      ['', { tier: null }],
      ['', { 'x-match': 'any', 'x-t': 1 }],
      ['', {}],
    ];
    expect(reasons('headers', rows, '', { region: 'us', tier: 2 })).toEqual([
      'no: region is "us", not "eu"; tier is 2, not 1',
      'yes: any: tier is 2',
      'yes: all: tier is there',
      'no: any of no headers: never',
      'yes: all of no headers: always',
    ]);
    expect(reasons('headers', [['', { a: 1 }]], '')).toEqual(['no: there is no header a']);
  });

  test('[RX11] [RX12] hashes name buckets', () => {
    expect(reasons('x-consistent-hash', [['1'], ['3']], 'customer-13')).toEqual([
      'no: bucket 0 of 4; the hash 85055875 falls into bucket 1',
      'yes: buckets 1 to 3 of 4; the hash 85055875 falls into bucket 1',
    ]);
    expect(reasons('x-modulus-hash', [[''], [''], ['']], 'abc')).toEqual([
      'yes: place 0 by name; the hash 63525141 modulo 3 is 0',
      'no: place 1 by name; the hash 63525141 modulo 3 is 0',
      'no: place 2 by name; the hash 63525141 modulo 3 is 0',
    ]);
  });
});

describe('where a message goes', () => {
  test('[RX13] what is drawn is possible, not certain', () => {
    const table = exchangeWith('x-random', [[''], ['']]);
    const { queues } = explainRoute(table, 1, { key: '', headers: NO_FIELDS });
    expect(queues).toEqual([
      { queue: 0, places: [0], certain: false },
      { queue: 1, places: [1], certain: false },
    ]);
  });

  test('[RX9] a dead end is told, and the way by an alternate exchange', () => {
    const table = exchangeWith('direct', [['k']]);
    const alternate = tableOf({ 'alternate-exchange': 'x' });
    const plain = { type: 'fanout', durable: true, autoDelete: false, internal: false };
    declareExchange(table, { ...plain, name: 'empty', arguments: alternate });
    const at = exchangeIndex(table, 'empty');
    const envelope = { key: 'z', headers: NO_FIELDS };
    const { visits, queues } = explainRoute(table, at, envelope);
    expect(queues).toEqual([]);
    expect(visits.map(({ exchange, arrival, deadEnd }) => ({ exchange, arrival, deadEnd }))).toEqual([
      { exchange: at, arrival: { by: 'publish' }, deadEnd: false },
      { exchange: 1, arrival: { by: 'alternate', of: at }, deadEnd: true },
    ]);
  });

  test('[RX1] the default exchange names its queue', () => {
    const table = exchangeWith('direct', [['k']]);
    const { visits, queues } = explainRoute(table, 0, { key: 'q0', headers: NO_FIELDS });
    expect(visits).toMatchObject([{ exchange: 0, verdicts: [], named: [0], deadEnd: false }]);
    expect(queues).toEqual([{ queue: 0, places: [], certain: true }]);
  });
});
