/** From an event of SQS or SNS to the code it concerns. */
import { OP } from '../events.ts';
import type { Run } from '../state.ts';
import { callArrives } from './arrivals.ts';
import { handlesAgain, handlesArrive } from './handle-calls.ts';
import { queueDue } from './place.ts';
import { extend, receiveArrives, receiveLooked, receiveReturns, rested } from './receiver.ts';
import { callReturns, senderWakes } from './sender.ts';
import { snsArrives, snsTriesAgain } from './topic.ts';

/** False for an event of another family. */
export function dispatchSqs(run: Run, operation: number, target: number, a: number, b: number): boolean {
  switch (operation) {
    case OP.sqsCallArrives:
      callArrives(run, target, a);
      return true;
    case OP.sqsCallReturns:
      callReturns(run, target, a, b === 1);
      return true;
    case OP.sqsReceiveArrives:
      receiveArrives(run, target, a);
      return true;
    case OP.sqsReceiveReturns:
      receiveReturns(run, target, a, b === 1);
      return true;
    case OP.sqsHandlesArrive:
      handlesArrive(run, target);
      return true;
    default:
      return dispatchAlarm(run, operation, target, a);
  }
}

function dispatchAlarm(run: Run, operation: number, target: number, a: number): boolean {
  switch (operation) {
    case OP.sqsQueueDue:
      queueDue(run, target, a);
      return true;
    case OP.sqsSenderWakes:
      senderWakes(run, target, a);
      return true;
    case OP.sqsReceiveLooked:
      receiveLooked(run, target);
      return true;
    case OP.sqsRested:
      rested(run, target, a);
      return true;
    case OP.sqsExtends:
      extend(run, target, a);
      return true;
    case OP.sqsHandlesAgain:
      handlesAgain(run, target);
      return true;
    case OP.snsArrives:
      snsArrives(run, target, a);
      return true;
    case OP.snsTriesAgain:
      snsTriesAgain(run, target);
      return true;
    default:
      return false;
  }
}
