/** What an instance of a consumer does when it looks at its queues, see `handlers/feeds.ts`. */
import { endInstance } from '../scaling/cost.ts';
import type { Run } from '../state.ts';
import { leaveAmqp } from './sessions.ts';

export function pollAmqpFeeds(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (!instance.leaving) return;
  leaveAmqp(run, index);
  if (instance.unfinished > 0) return;
  endInstance(run, instance);
  instance.leaving = false;
  instance.phase = 'down';
}
