// Whether a recorded case still holds.
import { difference } from './judge.mjs';
import { play } from './play.mjs';

/**
 * @param {import('./broker.mjs').Broker} broker
 * @param {import('./play.mjs').Case} recorded
 * @param {number} tries how often it may differ before it has changed
 * @returns {Promise<{ verdict: 'held' | 'changed' | 'could not run', why: string }>}
 */
export async function replay(broker, recorded, tries) {
  let why = '';
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    try {
      const differs = difference(recorded, await play(broker, recorded));
      if (differs === null)
        return { verdict: 'held', why: attempt === 1 ? '' : `at the ${attempt}. try; before: ${why}` };
      why = differs;
    } catch (error) {
      return { verdict: 'could not run', why: error instanceof Error ? error.message : String(error) };
    }
  }
  return { verdict: 'changed', why };
}
