/** Which consumers save their positions in the transactions in which they publish. */
import { readsCommitted } from '../brokers/log/transactions/isolation.ts';
import { isTransactional } from '../clients/transactions/membership.ts';
import { abandonConsumed } from '../handlers/consumed.ts';
import type { ConsumerState } from '../handlers/handler-state.ts';
import { poll } from '../handlers/poll.ts';
import type { Run } from '../state.ts';
import { logSubscriptions } from '../brokers/log/subscription.ts';
import { publishesToLog } from '../clients/log-source.ts';

/** Looks at every consumer anew: edges have come, gone or changed. */
export function refreshTransactional(run: Run): void {
  refreshIsolation(run);
  for (const consumer of run.consumers) {
    const transactional = savesInTransaction(run, consumer);
    if (transactional === consumer.transactional) continue;
    consumer.transactional = transactional;
    for (const instance of consumer.instances) {
      if (run.instances[instance]!.process.crashed) continue;
      abandonConsumed(run, instance);
      poll(run, instance);
    }
  }
}

/** [KT9] A subscription whose readers all see only what is committed is behind by that. */
function refreshIsolation(run: Run): void {
  for (const subscription of logSubscriptions(run)) {
    const { index } = subscription;
    const links = run.links.filter((link) => !link.gone && link.subscription === index);
    subscription.committedOnly = links.length > 0 && links.every(({ settings }) => readsCommitted(settings));
  }
}

/**
 * [KT7] Without a producer that is transactional positions are saved after the work. A share group has none, and what a client
 * asks is no outcome of what it reads: it would wait for ever for the reply that ends the transaction of its request.
 */
function savesInTransaction(run: Run, { links, sources, requester }: ConsumerState): boolean {
  const [first] = links;
  if (first === undefined || requester !== null) return false;
  const { commit, groupProtocol } = run.links[first]!.settings;
  if (commit !== 'transaction' || groupProtocol === 'share') return false;
  return sources.some((index) => {
    const source = run.sources[index]!;
    return !source.gone && publishesToLog(source) && isTransactional(source);
  });
}
