import { IconCopy, IconTrash } from '@tabler/icons-react';
import { useCallback } from 'react';
import type { Design, ScenarioNode } from '../../../workers/scenario/document.ts';
import { nodeKinds } from '../../../workers/scenario/kinds/table.ts';
import { resolveNode } from '../../../workers/scenario/resolve.ts';
import { duplicate, removeItems } from '../../document/actions.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Connections } from './Connections.tsx';
import { nodeFaults } from './faults.ts';
import { Faults } from './Faults.tsx';
import { Header, NameBox } from './Header.tsx';
import { nodeIcons } from '../../icons/node-icons.ts';
import { nodeFigures, trouble } from './live-figures.ts';
import { LiveFigures } from './LiveFigures.tsx';
import { ParameterList } from './ParameterList.tsx';
import { ItemReview } from './Review.tsx';
import { Testers } from './routing/Testers.tsx';
import { useReadings } from './use-readings.ts';

interface NodeInspectorProps {
  readonly design: Design;
  readonly node: ScenarioNode;
}

/** Everything about one node. */
export function NodeInspector({ design, node }: NodeInspectorProps) {
  const definition = nodeKinds[node.kind];
  const Icon = nodeIcons[node.kind];
  const state = useTrouble(node.id);
  const explains = node.kind === 'note' || node.kind === 'frame';
  return (
    <>
      <Header
        icon={<Icon size={16} stroke={1.75} />}
        kind={definition.label}
        summary={definition.summary}
        trouble={state}
        actions={
          <>
            <IconButton label="Duplicate" size={24} onClick={() => duplicate([node.id])}>
              <IconCopy size={15} />
            </IconButton>
            <IconButton label="Delete" size={24} onClick={() => removeItems({ nodes: [node.id], edges: [] })}>
              <IconTrash size={15} />
            </IconButton>
          </>
        }
      >
        <NameBox id={node.id} name={node.name} />
      </Header>
      {!explains && <LiveFigures of={node.id} read={nodeFigures} />}
      <ItemReview design={design} id={node.id} />
      <Testers design={design} at={node.id} />
      <ParameterList where="nodes" item={node} entries={definition.parameters} />
      {!explains && <Connections design={design} node={node} />}
      <Faults
        target={node.id}
        kinds={nodeFaults[node.kind]}
        trouble={state}
        instances={instancesOf(node)}
        scripted={design.faults.filter((fault) => fault.target === node.id)}
      />
    </>
  );
}

function instancesOf(node: ScenarioNode): number {
  const resolved = resolveNode(node);
  if (resolved.kind === 'cluster') return resolved.brokers;
  return resolved.kind === 'consumer' ? resolved.instances : 0;
}

/** What is wrong with a node or an edge now, in a word; empty when nothing is. */
export function useTrouble(id: string): string {
  const read = useCallback<Parameters<typeof useReadings>[0]>((values, layout) => [trouble(id, values, layout)], [id]);
  return useReadings(read)[0] ?? '';
}
