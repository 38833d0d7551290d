/** Findings about handlers that fail, and about share groups, which have an answer to that. */
import type { EdgeOf, NodeOf } from '../resolve.ts';
import { fixOf, type Finding } from './finding.ts';
import { meanMs, type Subscription } from './flows.ts';

/** What becomes of a message that a handler cannot handle, and of one whose lock is too short for the work. */
export function failures({ consumers, edges }: Subscription): readonly Finding[] {
  return consumers.flatMap((consumer, place): readonly Finding[] => {
    const edge = edges[place];
    if (edge === undefined) return [];
    if (edge.groupProtocol === 'share') return [...acceptsFailures(consumer, edge), ...shortLock(consumer, edge)];
    return lossByFailure(consumer);
  });
}

function mayFail({ failureRate, poisonRate }: NodeOf<'consumer'>): boolean {
  return failureRate > 0 || poisonRate > 0;
}

function lossByFailure(consumer: NodeOf<'consumer'>): readonly Finding[] {
  if (!mayFail(consumer)) return [];
  const sentence = `${consumer.name} goes on with the next message when one fails: what it could not handle is lost.`;
  return [{ code: 'lossByFailure', in: 'nodes', id: consumer.id, sentence }];
}

function acceptsFailures(consumer: NodeOf<'consumer'>, edge: EdgeOf<'subscribe'>): readonly Finding[] {
  const inWork = consumer.concurrency > 1;
  if (edge.share.acknowledgementMode === 'explicit' || (!mayFail(consumer) && !inWork)) return [];
  const where = { in: 'edges', id: edge.id } as const;
  const what = inWork ? 'also what is still in work' : 'also what failed';
  const sentence = `The next poll of ${consumer.name} accepts everything that the last one gave, ${what}: that is lost.`;
  const fix = fixOf('Acknowledge explicitly', where, { share: { ...edge.share, acknowledgementMode: 'explicit' } });
  return [{ code: 'acceptsFailures', ...where, sentence, fix }];
}

/** The last record of a poll is acknowledged with all the others, after the work of all. */
function shortLock(consumer: NodeOf<'consumer'>, edge: EdgeOf<'subscribe'>): readonly Finding[] {
  const needsMs = (edge.maxPollRecords * meanMs(consumer.workMs)) / consumer.concurrency;
  const { lockDurationMs, renew, acknowledgementMode } = edge.share;
  if (needsMs <= lockDurationMs || (renew && acknowledgementMode === 'explicit')) return [];
  const where = { in: 'edges', id: edge.id } as const;
  const sentence = `A poll of ${edge.maxPollRecords} keeps ${consumer.name} busy for longer than its locks last: records are delivered again while they are in work.`;
  const finding: Finding = { code: 'shortLock', ...where, sentence };
  // Half of the lock's time, so that work may take longer than it does on average.
  const fits = Math.floor((lockDurationMs * consumer.concurrency) / meanMs(consumer.workMs) / 2);
  return [fits < 1 ? finding : { ...finding, fix: fixOf(`Poll ${fits} at a time`, where, { maxPollRecords: fits }) }];
}
