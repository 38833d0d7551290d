import { useEffect, useState } from 'react';
import { simulation } from '../../simulation/client.ts';
import type { MessageStory, Report } from '../../simulation/polling.ts';
import { anomalousMessages } from './anomalous.ts';

export type Story =
  | { readonly state: 'loading' }
  | { readonly state: 'unknown' }
  | { readonly state: 'known'; readonly story: ShownStory };

/** A story, or the part of it that the report keeps as evidence once the ledger has forgotten the rest. */
export type ShownStory = Pick<MessageStory, 'message' | 'key' | 'because' | 'history' | 'truncated'> &
  Partial<Pick<MessageStory, 'source' | 'parent' | 'root' | 'status'>>;

interface Answer {
  readonly id: number;
  readonly story: MessageStory | null;
  /** The report of about the same instant: what it keeps as evidence is as old as the answer. */
  readonly report: Report | null;
}

/** The life of a message as of the newest report, which also paces the asking. */
export function useStory(id: number | null, report: Report | null): Story {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    if (id === null) return undefined;
    let wanted = true;
    const ask = async (): Promise<void> => {
      try {
        const story = await simulation.message(id);
        if (wanted) setAnswer({ id, story, report });
      } catch {
        // The worker is being replaced: the next report asks again.
      }
    };
    void ask();
    return () => {
      wanted = false;
    };
  }, [id, report]);
  if (id === null) return { state: 'unknown' };
  if (answer === null || answer.id !== id) return { state: 'loading' };
  if (answer.story !== null) return { state: 'known', story: answer.story };
  const kept = anomalousMessages(answer.report).find(({ message }) => message === id);
  return kept === undefined ? { state: 'unknown' } : { state: 'known', story: kept.evidence };
}
