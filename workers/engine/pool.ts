import { assert } from './core/assert.ts';
import type { Pool } from './state.ts';

export function createPool<Row>(): Pool<Row> {
  return { rows: [], free: [] };
}

/** Stores `row` and returns its number, reusing a freed one if there is any. */
export function allocate<Row>(pool: Pool<Row>, row: Row): number {
  const free = pool.free.pop();
  if (free === undefined) {
    pool.rows.push(row);
    return pool.rows.length - 1;
  }
  pool.rows[free] = row;
  return free;
}

/** The live row of that number. */
export function rowOf<Row>(pool: Pool<Row>, index: number): Row {
  const row = pool.rows[index];
  assert(row !== null && row !== undefined, 'a freed row was used');
  return row;
}

export function release<Row>(pool: Pool<Row>, index: number): void {
  assert(pool.rows[index] !== null, 'a row was freed twice');
  pool.rows[index] = null;
  pool.free.push(index);
}
