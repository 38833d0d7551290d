import { assert } from './core/assert.ts';
import type { Pool } from './state.ts';

export function createPool<Row>(): Pool<Row> {
  return { rows: [], spare: [], free: [] };
}

/** Takes a row into use and returns its number: a freed one, whose fields are still those of before, else a new one. */
export function allocate<Row>(pool: Pool<Row>, create: () => Row): number {
  const free = pool.free.pop();
  if (free !== undefined) {
    pool.rows[free] = pool.spare[free]!;
    pool.spare[free] = null;
    return free;
  }
  pool.rows.push(create());
  pool.spare.push(null);
  return pool.rows.length - 1;
}

/** The row of that number, which is in use. */
export function rowOf<Row>(pool: Pool<Row>, index: number): Row {
  const row = pool.rows[index]!;
  assert(row !== null, 'a freed row was used');
  return row;
}

export function release<Row>(pool: Pool<Row>, index: number): void {
  const row = pool.rows[index]!;
  assert(row !== null, 'a row was freed twice');
  pool.spare[index] = row;
  pool.rows[index] = null;
  pool.free.push(index);
}

/** Rows in use. */
export function liveCount<Row>(pool: Pool<Row>): number {
  return pool.rows.length - pool.free.length;
}
