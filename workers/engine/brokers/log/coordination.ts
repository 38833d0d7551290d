/** How an instance talks to its group's coordinator. */
import type { InstanceState, LinkState } from '../../handlers/handler-state.ts';
import type { EdgeState, Run } from '../../state.ts';

/** The settings of the group's protocol: those of the consumer's first `subscribe` edge. */
export function groupSettings(run: Run, instance: InstanceState): LinkState['settings'] | null {
  const link = run.consumers[instance.consumer]!.links[0];
  return link === undefined ? null : run.links[link]!.settings;
}

/** Time between heartbeats. A share group has an interval of its own. */
export function heartbeatMs({ groupProtocol, heartbeatIntervalMs, share }: LinkState['settings']): number {
  return groupProtocol === 'share' ? share.heartbeatIntervalMs : heartbeatIntervalMs;
}

/** Time without heartbeats after which a member is removed. */
export function sessionMs({ groupProtocol, sessionTimeoutMs, share }: LinkState['settings']): number {
  return groupProtocol === 'share' ? share.sessionTimeoutMs : sessionTimeoutMs;
}

/** The edge that an instance's conversation with the coordinator takes: that of its first subscription. */
export function coordinatorEdge(run: Run, instance: InstanceState): EdgeState | null {
  const link = run.consumers[instance.consumer]!.links[0];
  return link === undefined ? null : run.edges[run.links[link]!.edge]!;
}
