import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';
import { utf8 } from '../../../../scenario/utf8.ts';

test('[KP10] known values', () => {
  expect(crc32(utf8('123456789'))).toBe(0xcbf43926);
  // librdkafka tests/0048-partitioner.c
  expect(crc32(utf8('hejsan'))).toBe(0xd077037e);
  expect(crc32(new Uint8Array())).toBe(0);
});
