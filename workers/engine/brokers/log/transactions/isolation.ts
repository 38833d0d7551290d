/** Which readers see only what is committed. */
import type { LinkState } from '../../../handlers/handler-state.ts';

export function readsCommitted({ settings }: LinkState): boolean {
  return settings.isolationLevel === 'read_committed';
}
