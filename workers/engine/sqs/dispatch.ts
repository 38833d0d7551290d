/** From an event of SQS or SNS to the code it concerns. */
import { fail } from '../core/assert.ts';
import { OP } from '../events.ts';
import type { Run } from '../state.ts';
import { callArrives } from './arrivals.ts';
import { handlesAgain, handlesArrive } from './handle-calls.ts';
import { queueDue } from './place.ts';
import { extend, receiveArrives, receiveLooked, receiveReturns, rested } from './receiver.ts';
import { callReturns, senderWakes } from './sender.ts';
import { snsArrives, snsTriesAgain } from './topic.ts';

export function dispatchSqs(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.sqsCallArrives:
      return callArrives(run, target, a);
    case OP.sqsCallReturns:
      return callReturns(run, target, a, b === 1);
    case OP.sqsReceiveArrives:
      return receiveArrives(run, target, a);
    case OP.sqsReceiveReturns:
      return receiveReturns(run, target, a, b === 1);
    case OP.sqsHandlesArrive:
      return handlesArrive(run, target);
    case OP.sqsQueueDue:
      return queueDue(run, target, a);
    case OP.sqsSenderWakes:
      return senderWakes(run, target, a);
    case OP.sqsReceiveLooked:
      return receiveLooked(run, target);
    case OP.sqsRested:
      return rested(run, target, a);
    case OP.sqsExtends:
      return extend(run, target, a);
    case OP.sqsHandlesAgain:
      return handlesAgain(run, target);
    case OP.snsArrives:
      return snsArrives(run, target, a);
    case OP.snsTriesAgain:
      return snsTriesAgain(run, target);
    default:
      return fail(`An event of an unknown kind: ${operation}`);
  }
}
