/**
 * Which internal partition keeps a group's offsets or a transaction's state; its leader is their coordinator. [KP8]
 *
 * Worked example, `coordinatorPartition('orders')`:
 *   javaHashCode('orders') = -1008770331, its absolute value 1008770331, mod 50 = 31
 * Here it is the absolute value, where a record's key has its sign bit cleared.
 *
 * Source: apache/kafka group-coordinator `GroupCoordinatorService.partitionFor`, core
 * `TransactionStateManager.partitionFor`, clients `Utils.abs`.
 */

/** Default of `offsets.topic.num.partitions` and `transaction.state.log.num.partitions`. */
const INTERNAL_PARTITIONS = 50;

/** Java's `String.hashCode`: over UTF-16 code units, 31 × hash + unit, as a signed 32-bit integer. */
export function javaHashCode(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/**
 * @param id a group id or a transactional id
 * @returns 0 up to `partitions`, excluded; 0 for the hash -2147483648, which has no absolute value in 32 bits
 */
export function coordinatorPartition(id: string, partitions: number = INTERNAL_PARTITIONS): number {
  const hash = javaHashCode(id);
  return hash === -2147483648 ? 0 : Math.abs(hash) % partitions;
}
