/** Live copies of messages in tables, and on their way from them. */
import { ROW } from '../brokers/table/rows.ts';
import type { Run } from '../state.ts';

/** See `eachCopy`. */
export function eachTableCopy(run: Run, tell: (row: number, slot: number) => void): void {
  for (const { db } of run.stores) {
    const { rows } = db;
    for (let slot = 0; slot < rows.used; slot += 1)
      if (rows.state[slot] === ROW.ready || rows.state[slot] === ROW.claimed) tell(rows.message[slot]!, 0);
  }
  for (const { inbound, rows } of run.pollers) if (inbound) for (const row of rows) tell(row, 0);
}
