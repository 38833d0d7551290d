import { assert } from './core/assert.ts';
import type { Pool } from './state.ts';

export function createPool<Row>(): Pool<Row> {
  return { rows: [], live: [], free: [] };
}

/** Takes a row into use and returns its number: a freed one, whose fields are still those of before, else a new one. */
export function allocate<Row>(pool: Pool<Row>, create: () => Row): number {
  const free = pool.free.pop();
  if (free !== undefined) {
    pool.live[free] = true;
    return free;
  }
  pool.rows.push(create());
  pool.live.push(true);
  return pool.rows.length - 1;
}

/** The row of that number, which is in use. */
export function rowOf<Row>(pool: Pool<Row>, index: number): Row {
  assert(pool.live[index] === true, 'a freed row was used');
  return pool.rows[index]!;
}

export function release<Row>(pool: Pool<Row>, index: number): void {
  assert(pool.live[index] === true, 'a row was freed twice');
  pool.live[index] = false;
  pool.free.push(index);
}

/** Rows in use. */
export function liveCount<Row>(pool: Pool<Row>): number {
  return pool.rows.length - pool.free.length;
}
