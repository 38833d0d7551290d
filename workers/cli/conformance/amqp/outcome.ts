/** The ledger of a recorded AMQP run: what was received, refused, lost, and what is left when all clients are gone. */
import { queueNamed } from '../../../engine/brokers/amqp/queues.ts';
import { readOut, pump, type Play } from './play.ts';
import { isRefusal, leave, NotPlayable, pass } from './stage.ts';

interface Outcome {
  readonly published: number;
  readonly receivedInOrder: Readonly<Record<string, readonly string[]>>;
  readonly redelivered: readonly string[];
  readonly refused: readonly string[];
  readonly returned: readonly string[];
  readonly neverReceived: readonly string[];
  readonly left: Readonly<Record<string, readonly string[] | 'gone'>>;
}

/** Ends the play. */
export function outcomeOf(play: Play, waitMs: number): Outcome {
  const { stage, received, told } = play;
  const receivedInOrder = Object.fromEntries([...received].map(([who, list]) => [who, list.map(({ body }) => body)]));
  const again = [...received.values()].flat().filter(({ redelivered }) => redelivered);
  for (const client of stage.clients.keys()) leave(stage, client);
  pump(play);
  pass(stage, waitMs, () => pump(play));
  const left = Object.fromEntries(
    [...play.declared].filter(([, type]) => type !== 'stream').map(([queue]) => [queue, leftIn(play, queue)]),
  );
  const seen = new Set([...Object.values(receivedInOrder), ...Object.values(left)].flat());
  return {
    published: new Set(stage.bodies).size,
    receivedInOrder: Object.fromEntries(Object.entries(receivedInOrder).filter(([, list]) => list.length > 0)),
    redelivered: [...new Set(again.map(({ body }) => body))].sort(),
    refused: [...told.refused].sort(),
    returned: [...told.returned].sort(),
    neverReceived: [...new Set(stage.bodies)].filter((body) => !seen.has(body)).sort(),
    left,
  };
}

function leftIn(play: Play, queue: string): readonly string[] | 'gone' {
  if (queueNamed(play.stage.broker, queue) < 0) return 'gone';
  const messages = readOut(play, 'drainer', queue, Infinity);
  if (isRefusal(messages)) throw new NotPlayable(messages.why);
  return messages.map(({ body }) => body);
}
