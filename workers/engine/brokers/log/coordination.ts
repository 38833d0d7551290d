/** How an instance talks to its group's coordinator. */
import type { InstanceState, LinkState } from '../../handlers/handler-state.ts';
import type { EdgeState, Run } from '../../state.ts';

/** The settings of the group's protocol: those of the consumer's first `subscribe` edge. */
export function groupSettings(run: Run, instance: InstanceState): LinkState['settings'] | null {
  const link = run.consumers[instance.consumer]!.links[0];
  return link === undefined ? null : run.links[link]!.settings;
}

/** The edge that an instance's conversation with the coordinator takes: that of its first subscription. */
export function coordinatorEdge(run: Run, instance: InstanceState): EdgeState | null {
  const link = run.consumers[instance.consumer]!.links[0];
  return link === undefined ? null : run.edges[run.links[link]!.edge]!;
}
