import { writeCount, writeShort } from '../../../ui/numbers.ts';

/** A count in a tight place: exact as long as it has at most four digits. */
export function shortCount(count: number): string {
  return count < 10_000 ? writeCount(count) : writeShort(count);
}
