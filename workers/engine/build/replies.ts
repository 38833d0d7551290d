/** Which of a handler's edges lead to where clients read their replies. [RR7] */
import type { Run } from '../state.ts';

/** Looks at every consumer anew: edges have come, gone or changed places. Null where nothing it publishes is read by a client. */
export function refreshReplies(run: Run): void {
  const clients = run.consumers.flatMap(({ id, gone, requester }, index) =>
    gone || requester === null ? [] : [[id, index] as const],
  );
  if (clients.length === 0 && run.consumers.every(({ replies }) => replies === null)) return;
  const indexOf = new Map(clients);
  const readBy = new Map<string, number[]>();
  for (const { from, to } of run.design.edges) {
    const client = indexOf.get(to);
    if (client !== undefined) readBy.set(from, [...(readBy.get(from) ?? []), client]);
  }
  for (const consumer of run.consumers) {
    const listeners = consumer.sources.map((source) => {
      const { gone, edge } = run.sources[source]!;
      return gone ? [] : (readBy.get(run.edges[edge]!.to) ?? []);
    });
    consumer.replies = listeners.some((each) => each.length > 0) ? listeners : null;
  }
}
