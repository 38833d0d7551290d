/** Events of tables and of their clients. */
import { fail } from '../core/assert.ts';
import { OP } from '../events.ts';
import type { Run } from '../state.ts';
import { insertArrives, statementArrives, tableJobDue } from './arrivals.ts';
import { inserterWakes, insertReturns } from './inserter.ts';
import { pollDue, statementReturns } from './poller.ts';
import { tableSessionCloses, tableSessionDue, tableTimerDue } from './sessions.ts';

export function dispatchTable(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.insertArrives:
      return insertArrives(run, target, a);
    case OP.insertReturns:
      return insertReturns(run, target, a);
    case OP.inserterWakes:
      return inserterWakes(run, target, a, b);
    case OP.pollDue:
      return pollDue(run, target, a, b);
    case OP.statementArrives:
      return statementArrives(run, target, a, b);
    case OP.statementReturns:
      return statementReturns(run, target, a, b);
    case OP.tableSessionDue:
      return tableSessionDue(run, target, a);
    case OP.tableTimerDue:
      return tableTimerDue(run, target, a);
    case OP.tableJobDue:
      return tableJobDue(run, target, a, b);
    case OP.tableSessionCloses:
      return tableSessionCloses(run, target, a, b);
    default:
      return fail(`An event of an unknown kind: ${operation}`);
  }
}
