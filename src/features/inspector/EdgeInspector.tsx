import { UnstyledButton } from '@mantine/core';
import { IconArrowRight, IconTrash } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Design, ScenarioEdge } from '../../../workers/scenario/document.ts';
import { protocols } from '../../../workers/scenario/edges/table.ts';
import { protocolOf } from '../../../workers/scenario/rules.ts';
import { removeItems, select } from '../../document/actions.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { edgeFaults } from './faults.ts';
import { Faults } from './Faults.tsx';
import { Header } from './Header.tsx';
import { edgeIcons } from './edge-icons.ts';
import { edgeFigures } from './edge-figures.ts';
import { LiveFigures } from './LiveFigures.tsx';
import { useTrouble } from './NodeInspector.tsx';
import { ParameterList, type ParameterListProps } from './ParameterList.tsx';
import { ItemReview } from './Review.tsx';
import { Testers } from './routing/Testers.tsx';
import classes from './inspector.module.css';

interface EdgeInspectorProps {
  readonly design: Design;
  readonly edge: ScenarioEdge;
}

/** Everything about one connection. */
export function EdgeInspector({ design, edge }: EdgeInspectorProps) {
  const protocol = protocolOf(design, edge);
  const definition = protocol === undefined ? undefined : protocols[protocol];
  const Icon = edgeIcons[edge.kind];
  const state = useTrouble(edge.id);
  return (
    <>
      <Header
        icon={<Icon size={16} stroke={1.75} />}
        kind={definition?.label ?? edge.kind}
        summary={definition?.summary ?? 'This connection has no protocol.'}
        trouble={state}
        actions={
          <IconButton label="Delete" size={24} onClick={() => removeItems({ nodes: [], edges: [edge.id] })}>
            <IconTrash size={15} />
          </IconButton>
        }
      >
        <p className={classes.ends}>
          <End design={design} id={edge.from} />
          <IconArrowRight size={14} aria-label="to" className={classes.direction} />
          <End design={design} id={edge.to} />
        </p>
      </Header>
      <LiveFigures of={edge} read={edgeFigures} />
      <ItemReview design={design} id={edge.id} />
      {edge.kind !== 'bind' && <Testers design={design} at={testedAt(edge)} />}
      {definition !== undefined && (
        <ParameterList
          where="edges"
          item={edge}
          entries={definition.parameters}
          idle={idleSettings(design, edge)}
          {...editors[edge.kind]}
        />
      )}
      {edge.kind === 'bind' && <Testers design={design} at={edge.from} />}
      <Faults
        target={edge.id}
        kinds={edgeFaults[edge.kind]}
        trouble={state}
        instances={0}
        scripted={design.faults.filter((fault) => fault.target === edge.id)}
      />
    </>
  );
}

const editors: Partial<Record<ScenarioEdge['kind'], Pick<ParameterListProps, 'editors'>>> = {
  snsSubscribe: {
    editors: { filterPolicy: lazy(async () => ({ default: (await import('./routing/PolicyField.tsx')).PolicyField })) },
  },
  bind: {
    editors: { headers: lazy(async () => ({ default: (await import('./routing/HeadersField.tsx')).HeadersField })) },
  },
};

/** Who looks at what passes this edge, or has it as a subscription. */
function testedAt({ kind, from, to }: ScenarioEdge): string | undefined {
  if (kind === 'snsSubscribe') return from;
  return kind === 'amqpPublish' || kind === 'deadLetter' || kind === 'snsPublish' ? to : undefined;
}

/** Settings that only readers of a stream have, and those that they do not. */
const OF_STREAMS = ['streamOffset', 'offsetTracking', 'storeEvery', 'storeMs'] as const;
const NOT_OF_STREAMS = ['prefetchShared', 'onFailure', 'priority', 'exclusive'] as const;

/** What means nothing where the edge is: the exchange at which a binding is does not look at it, the queue is of another type. */
function idleSettings(design: Design, edge: ScenarioEdge): readonly string[] {
  if (edge.kind === 'amqpConsume') {
    const queue = design.nodes.find(({ id }) => id === edge.from);
    return queue?.kind === 'queue' && queue.type === 'stream' ? NOT_OF_STREAMS : OF_STREAMS;
  }
  if (edge.kind !== 'bind') return [];
  const [from, to] = [edge.from, edge.to].map((end) => design.nodes.find(({ id }) => id === end));
  const type = from?.kind === 'exchange' ? (from.type ?? 'direct') : 'direct';
  const keys = type === 'headers' || type === 'fanout' ? ['bindingKeys'] : [];
  const headers = type === 'headers' ? [] : ['xMatch', 'headers'];
  return [...keys, ...headers, ...(to?.kind === 'exchange' ? [] : ['alternate'])];
}

function End({ design, id }: { readonly design: Design; readonly id: string }) {
  return (
    <UnstyledButton className={classes.end} onClick={() => select({ nodes: [id] })}>
      {design.nodes.find((node) => node.id === id)?.name ?? id}
    </UnstyledButton>
  );
}
