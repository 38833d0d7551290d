import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../../scenario/utf8.ts';
import { murmur2, partitionForKey, toPositive } from './murmur2.ts';

interface Hashed {
  readonly keyHex?: string;
  readonly hex?: string;
  readonly keyUtf8?: string;
  readonly key?: string;
  readonly murmur2: number;
  readonly positive?: number;
  readonly partitions?: Readonly<Record<string, number>>;
  readonly partition?: Readonly<Record<string, number>>;
}

function fixture(name: string): readonly Hashed[] {
  const url = new URL(`../../../../fixtures/kafka/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: Hashed[] }).cases;
}

function bytesOf(hashed: Hashed): Uint8Array {
  return Uint8Array.from(Buffer.from(hashed.keyHex ?? hashed.hex ?? '', 'hex'));
}

describe.each(['kafka_murmur2.json', 'golden-partitioner.json'])('%s', (name) => {
  const cases = fixture(name);

  test('has cases', () => {
    expect(cases.length).toBeGreaterThan(80);
  });

  test('[KP1] murmur2 gives the hash that Kafka gives', () => {
    for (const hashed of cases) {
      expect(murmur2(bytesOf(hashed)), hashed.keyHex ?? hashed.hex).toBe(hashed.murmur2);
    }
  });

  test('[KP2] a hash becomes positive by clearing its sign bit', () => {
    for (const hashed of cases) {
      if (hashed.positive !== undefined) expect(toPositive(hashed.murmur2)).toBe(hashed.positive);
    }
  });

  test('[KP3] [KP4] a key goes to the partition that Kafka chooses', () => {
    let asked = 0;
    for (const hashed of cases) {
      const key = hashed.keyUtf8 ?? hashed.key;
      if (key === undefined) continue;
      expect(utf8(key), key).toEqual(bytesOf(hashed));
      for (const [partitions, partition] of Object.entries(hashed.partitions ?? hashed.partition ?? {})) {
        expect(partitionForKey(key, Number(partitions)), `${key} of ${partitions}`).toBe(partition);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(500);
  });
});

test('[KP2] the most negative hash becomes 0, where an absolute value would stay negative', () => {
  expect(toPositive(-2147483648)).toBe(0);
});

test('[KP3] a topic without partitions takes no key', () => {
  expect(() => partitionForKey('a', 0)).toThrow('at least one partition');
});

test('[KP4] text becomes the bytes that the platform encoder gives, for every length of code point', () => {
  for (const text of ['', 'a', '\u007f\u0080', '\u07ff\u0800', '\uffff', '\u{10000}', '\u{10ffff}', 'é😀x😀']) {
    expect(utf8(text)).toEqual(Uint8Array.from(Buffer.from(text, 'utf8')));
  }
});

test('[KP4] half of a surrogate pair becomes a question mark', () => {
  expect([...utf8('a\ud83d')]).toEqual([0x61, 0x3f]);
  expect([...utf8('\ude00b')]).toEqual([0x3f, 0x62]);
});
