/** Replication: a follower's fetch tells the leader how far it is; the answer brings what it lacks. */
import { deferred, OP } from '../../../events.ts';
import type { Run } from '../../../state.ts';
import type { FetcherState } from './cluster-state.ts';
import { answer, ANSWER_SIZE, isLinked, kick } from './fetchers.ts';
import { noteFollower } from './isr.ts';

/** [KC4] A follower's fetch is at the leader: it tells how far the follower is, and is answered or waits. */
export function replicaFetch(run: Run, index: number, ticket: number): void {
  const fetcher = run.fetchers[index]!;
  if (fetcher.ticket !== ticket) return;
  if (!isLinked(run, fetcher)) {
    fetcher.phase = 'idle';
    return;
  }
  if (deferred(run.brokers[fetcher.leader]!.process, OP.replicaFetch, index, ticket, 0)) return;
  const { partitions } = fetcher;
  for (let i = 0; i < partitions.length; i += 2) noteFollower(run, partitions[i]!, partitions[i + 1]!, fetcher);
  if (!answer(run, index)) fetcher.phase = 'parked';
}

/** The follower has written what the answer carried, as far as the leader is still the same, and asks for more. */
export function replicaFetched(run: Run, index: number, ticket: number): void {
  const fetcher = run.fetchers[index]!;
  if (fetcher.ticket !== ticket) return;
  const follower = run.brokers[fetcher.follower]!;
  // What a dead leader had sent arrives; over a cut network nothing does.
  if (!follower.isolated && !run.brokers[fetcher.leader]!.isolated) {
    if (deferred(follower.process, OP.replicaFetched, index, ticket, 0)) return;
    write(run, fetcher);
  }
  fetcher.phase = 'idle';
  kick(run, index);
}

function write(run: Run, { follower, answer: told }: FetcherState): void {
  for (let i = 0; i < told.length; i += ANSWER_SIZE) {
    const log = run.topics[told[i]!]!.partitions[told[i + 1]!]!;
    if (log.leaderEpoch !== told[i + 2] || log.replication === null) continue;
    const { ends, marks } = log.replication;
    const place = log.replicas.indexOf(follower);
    ends[place] = Math.max(ends[place]!, told[i + 3]!);
    marks[place] = Math.max(marks[place]!, Math.min(told[i + 4]!, ends[place]));
  }
}
