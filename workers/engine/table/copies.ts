/** Live copies of messages in tables, on their way from them, and in the hands of those who poll them. */
import { ROW } from '../brokers/table/rows.ts';
import { heldRecords } from '../handlers/record-ring.ts';
import type { Run } from '../state.ts';

/** See `eachCopy`. */
export function eachTableCopy(run: Run, tell: (row: number, slot: number) => void): void {
  for (const { db } of run.stores) {
    const { rows } = db;
    for (let slot = 0; slot < rows.used; slot += 1)
      if (rows.state[slot] === ROW.ready || rows.state[slot] === ROW.claimed) tell(rows.message[slot]!, 0);
  }
  for (const { inbound, rows } of run.pollers) if (inbound) for (const row of rows) tell(row, 0);
  for (const instance of run.instances) {
    if (run.consumers[instance.consumer]!.family !== 'table') continue;
    for (const record of heldRecords(instance.records)) if (record.cursor < 0) tell(record.row, 0);
    for (const worker of instance.workers) if (worker.busy && worker.cursor < 0) tell(worker.row, worker.slot);
  }
}
