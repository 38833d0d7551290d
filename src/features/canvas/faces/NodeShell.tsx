import { Handle, Position } from '@xyflow/react';
import { IconPlayerPauseFilled, IconSnail, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ScenarioNode } from '../../../../workers/scenario/document.ts';
import { rename } from '../../../document/actions.ts';
import { useTracedRoute } from '../../../document/traced-route.ts';
import { startRenaming, stopRenaming, useCanvas } from '../canvas-store.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import { portsOf } from '../connecting/ports.ts';
import { describeNode, nodeTitle } from '../flow/describe.ts';
import { useLive } from '../live/hooks.tsx';
import { healthOf, type Health } from './gauges.ts';
import { nodeIcons } from '../../../icons/node-icons.ts';
import { RenameField } from './RenameField.tsx';
import classes from './face.module.css';

interface NodeShellProps {
  readonly node: ScenarioNode;
  /** Stands in the header at the right, e.g. what the group is doing. */
  readonly badge?: ReactNode;
  /** The group that the node belongs to is being rearranged. */
  readonly rebalancing?: boolean;
  readonly children: ReactNode;
}

/** The card around every face: its name, its ports, its health, and how it takes part in connecting and dropping. */
export function NodeShell({ node, badge, rebalancing = false, children }: NodeShellProps) {
  const ports = portsOf(node.kind);
  const health = useLive((values, layout) => healthOf(values, layout, node.id), 'up');
  const { editable } = useCanvasCallbacks();
  const Icon = nodeIcons[node.kind];
  return (
    <div
      className={classes.card}
      data-kind={node.kind}
      data-health={health}
      data-rebalancing={rebalancing}
      data-connect={useConnectState(node.id)}
      data-drop={useDropState(node.id)}
      data-traced={useTracedRoute(({ nodes }) => nodes.has(node.id))}
    >
      {ports.in && <Handle className={classes.port} type="target" position={Position.Left} isConnectable={editable} />}
      <header className={classes.header}>
        <span className={classes.icon} aria-hidden>
          <Icon size={17} stroke={1.6} />
        </span>
        <NodeName node={node} />
        {badge}
        {health !== 'up' && <HealthBadge health={health} />}
      </header>
      {children}
      {ports.out && (
        <Handle className={classes.port} type="source" position={Position.Right} isConnectable={editable} />
      )}
    </div>
  );
}

function NodeName({ node }: { readonly node: ScenarioNode }) {
  const renaming = useCanvas((state) => state.renaming === node.id);
  const { editable } = useCanvasCallbacks();
  if (renaming) {
    return <RenameField name={node.name} onRename={(name) => rename(node.id, name)} onDone={stopRenaming} />;
  }
  return (
    <span className={classes.names} onDoubleClick={editable ? () => startRenaming(node.id) : undefined}>
      <span className={classes.name}>{nodeTitle(node)}</span>
      <span className={classes.essentials}>{describeNode(node).join(' · ')}</span>
    </span>
  );
}

const healthBadges = {
  crashed: { text: 'Crashed', Icon: IconX },
  paused: { text: 'Paused', Icon: IconPlayerPauseFilled },
  slow: { text: 'Slowed', Icon: IconSnail },
} as const satisfies Record<Exclude<Health, 'up'>, unknown>;

function HealthBadge({ health }: { readonly health: Exclude<Health, 'up'> }) {
  const { text, Icon } = healthBadges[health];
  return (
    <span className={classes.badge} data-tone={health === 'crashed' ? 'danger' : 'warn'}>
      <Icon size={11} stroke={2.2} aria-hidden />
      {text}
    </span>
  );
}

/** How the node takes part in the connection being drawn: its start, a possible end, or none. */
function useConnectState(nodeId: string): 'from' | 'possible' | 'impossible' | undefined {
  return useCanvas(({ connecting }) => {
    if (connecting === null) return undefined;
    if (connecting.nodeId === nodeId) return 'from';
    return connecting.targets.get(nodeId)?.ok === true ? 'possible' : 'impossible';
  });
}

/** Whether the node takes what is being dragged over the canvas. */
function useDropState(nodeId: string): 'possible' | 'over' | 'impossible' | undefined {
  return useCanvas(({ drop }) => {
    if (drop === null) return undefined;
    if (!drop.accepting.has(nodeId)) return 'impossible';
    return drop.over === nodeId ? 'over' : 'possible';
  });
}
