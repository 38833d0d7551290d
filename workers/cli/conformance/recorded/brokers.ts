/** The brokers of a recorded run, and what happens to them. */
import { addNode, edit, fault, NotPlayable, placed, type Stage } from './stage.ts';
import type { Observed, Play } from './play.ts';

/** The id of their node. */
export const CLUSTER = 'cluster';

/**
 * Brokers as they were set up: they notice a follower that is behind within one and a half seconds, and a dead broker
 * within three and a half.
 */
export function addCluster(stage: Stage, brokers: number): void {
  const timing = { replicaLagTimeMaxMs: 1000, brokerSessionTimeoutMs: 3000, brokerHeartbeatIntervalMs: 500 };
  edit(stage, [addNode({ ...placed(CLUSTER), kind: 'cluster', brokers, autoLeaderRebalanceEnable: false, ...timing })]);
}

export function disturbBroker(
  { stage, brokers }: Play,
  what: 'crash' | 'restart' | 'pause' | 'resume',
  broker: number,
): Observed {
  if (broker >= brokers) throw new NotPlayable(`There is no broker ${broker}.`);
  fault(stage, { do: what, target: CLUSTER, instance: broker });
  return null;
}

/** All topics of a run agree on it: in the engine it is a setting of the cluster. */
export function allowUnclean(stage: Stage, allowed: boolean): void {
  const [cluster] = stage.run.clusters.filter(({ id }) => id === CLUSTER);
  const agreed = cluster!.settings!.uncleanLeaderElectionEnable;
  const first = stage.run.topics.length === 0;
  if (!first && agreed !== allowed) throw new NotPlayable('Topics differ in whether elections may be unclean.');
  const set = { uncleanLeaderElectionEnable: allowed };
  if (agreed !== allowed) edit(stage, [{ op: 'change', in: 'nodes', id: CLUSTER, set }]);
}
