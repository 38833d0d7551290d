/** What a person can make the members of a consumer do with their places in the log: one list for the menu and the palette. */
import type { Design, FaultAction } from '../../workers/scenario/document.ts';

export interface ReadingAction {
  readonly id: string;
  readonly label: string;
  readonly keywords: string;
  readonly icon: 'back' | 'forward' | 'pause' | 'resume';
  /** @param at the consumer, and one of its instances if only that one's partitions are meant */
  readonly action: (at: { readonly target: string; readonly instance?: number }) => FaultAction;
}

/** How far back the short replay goes, and how long a pause lasts that ends by itself. */
const BACK_MS = 10_000;
const PAUSE_MS = 5000;

export const readingActions: readonly ReadingAction[] = [
  {
    id: 'replay-all',
    label: 'Replay from the beginning',
    keywords: 'seek to beginning reset offsets earliest again',
    icon: 'back',
    action: (at) => ({ do: 'seek', ...at, to: { type: 'beginning' } }),
  },
  {
    id: 'replay-recent',
    label: 'Replay the last 10 s',
    keywords: 'seek reset offsets by duration timestamp again',
    icon: 'back',
    action: (at) => ({ do: 'seek', ...at, to: { type: 'duration', durationMs: BACK_MS } }),
  },
  {
    id: 'skip-to-end',
    label: 'Skip to the end of the log',
    keywords: 'seek to end reset offsets latest',
    icon: 'forward',
    action: (at) => ({ do: 'seek', ...at, to: { type: 'end' } }),
  },
  {
    id: 'pause-partitions',
    label: 'Pause partitions for 5 s',
    keywords: 'consumer.pause stop fetching',
    icon: 'pause',
    action: (at) => ({ do: 'pausePartitions', ...at, forMs: PAUSE_MS }),
  },
  {
    id: 'resume-partitions',
    label: 'Resume partitions',
    keywords: 'consumer.resume fetch again',
    icon: 'resume',
    action: (at) => ({ do: 'resumePartitions', ...at }),
  },
];

/** Whether a consumer reads a log: a queue has no places that one could go back to. */
export function readsLog({ edges }: Pick<Design, 'edges'>, consumer: string): boolean {
  return edges.some(({ kind, to }) => kind === 'subscribe' && to === consumer);
}
