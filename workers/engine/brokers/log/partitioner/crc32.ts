/**
 * CRC-32 (IEEE 802.3, reflected): the key hash of librdkafka's default partitioner. [KP10]
 *
 * Worked example: the register starts with all bits set; for each byte its low eight bits, xored with the byte, choose a
 * row of the table, which is xored with the rest of the register shifted right by eight; at the end all bits are
 * inverted. `123456789` gives 0xcbf43926.
 */

/** The polynomial 0x04c11db7 with its bits in reverse. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let row = byte;
  for (let bit = 0; bit < 8; bit += 1) row = (row & 1) === 1 ? (row >>> 1) ^ POLYNOMIAL : row >>> 1;
  return row;
});

/** In `[0, 2^32)`. */
export function crc32(bytes: Uint8Array): number {
  let register = -1;
  for (const byte of bytes) register = (register >>> 8) ^ TABLE[(register ^ byte) & 0xff]!;
  return ~register >>> 0;
}
