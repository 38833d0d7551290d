import { Menu, Button, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus } from '@tabler/icons-react';
import { protocols } from '../../../workers/scenario/edges/table.ts';
import type { Design, ScenarioEdge, ScenarioNode } from '../../../workers/scenario/document.ts';
import { connectionBetween, protocolOf } from '../../../workers/scenario/rules.ts';
import { changeDesign, connect, select } from '../../document/actions.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import classes from './inspector.module.css';

interface ConnectionsProps {
  readonly design: Design;
  readonly node: ScenarioNode;
}

/** What a node is connected to; the order of its outgoing edges is the order of a handler's steps. */
export function Connections({ design, node }: ConnectionsProps) {
  const incoming = design.edges.filter((edge) => edge.to === node.id);
  const outgoing = design.edges.filter((edge) => edge.from === node.id);
  const ordered = node.kind === 'consumer' && outgoing.length > 1;
  return (
    <section className={classes.section} aria-labelledby={`${node.id}-connections`}>
      <div className={classes.sectionHead}>
        <h3 id={`${node.id}-connections`} className={classes.sectionTitle}>
          Connections
        </h3>
        <ConnectMenu design={design} node={node} />
      </div>
      {incoming.length + outgoing.length === 0 && <p className={classes.dim}>Not connected to anything.</p>}
      <ul className={classes.list}>
        {incoming.map((edge) => (
          <ConnectionRow key={edge.id} design={design} edge={edge} other={edge.from} direction="in" />
        ))}
        {outgoing.map((edge, index) => (
          <ConnectionRow key={edge.id} design={design} edge={edge} other={edge.to} direction="out">
            {ordered && (
              <>
                <IconButton
                  label="Earlier step"
                  size={22}
                  disabled={index === 0}
                  onClick={() => swap(edge.id, outgoing[index - 1]?.id)}
                >
                  <IconArrowUp size={14} />
                </IconButton>
                <IconButton
                  label="Later step"
                  size={22}
                  disabled={index === outgoing.length - 1}
                  onClick={() => swap(edge.id, outgoing[index + 1]?.id)}
                >
                  <IconArrowDown size={14} />
                </IconButton>
              </>
            )}
          </ConnectionRow>
        ))}
      </ul>
      {ordered && <p className={classes.dim}>A handler publishes in this order, and may crash in between.</p>}
    </section>
  );
}

/** Exchanges the places of two edges in the document. */
function swap(id: string, otherId: string | undefined): void {
  if (otherId === undefined) return;
  changeDesign('Change the order of steps', (design) => {
    const one = design.edges.findIndex((edge) => edge.id === id);
    const other = design.edges.findIndex((edge) => edge.id === otherId);
    const [first, second] = [design.edges[one], design.edges[other]];
    if (first === undefined || second === undefined) return design;
    return { ...design, edges: design.edges.with(one, second).with(other, first) };
  });
}

interface ConnectionRowProps {
  readonly design: Design;
  readonly edge: ScenarioEdge;
  readonly other: string;
  readonly direction: 'in' | 'out';
  readonly children?: React.ReactNode;
}

function ConnectionRow({ design, edge, other, direction, children }: ConnectionRowProps) {
  const protocol = protocolOf(design, edge);
  const label = protocol === undefined ? edge.kind : protocols[protocol].label;
  const name = design.nodes.find(({ id }) => id === other)?.name ?? other;
  return (
    <li className={classes.item}>
      <UnstyledButton className={classes.itemButton} onClick={() => select({ edges: [edge.id] })}>
        <span className={classes.direction}>{direction === 'in' ? 'from' : 'to'}</span>
        <span className={classes.itemName}>{name}</span>
        <span className={classes.dim}>{label}</span>
      </UnstyledButton>
      {children}
    </li>
  );
}

/** Names only the nodes that a connection may really lead to. */
function ConnectMenu({ design, node }: ConnectionsProps) {
  const targets = design.nodes.filter((other) => connectionBetween(design, node.id, other.id).ok);
  const sources = design.nodes.filter((other) => connectionBetween(design, other.id, node.id).ok);
  if (targets.length + sources.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={14} />}>
          Connect
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {targets.length > 0 && <Menu.Label>Connect to…</Menu.Label>}
        {targets.map((target) => (
          <Menu.Item key={target.id} onClick={() => connect(node.id, target.id)}>
            {target.name}
          </Menu.Item>
        ))}
        {sources.length > 0 && <Menu.Label>Connect from…</Menu.Label>}
        {sources.map((source) => (
          <Menu.Item key={source.id} onClick={() => connect(source.id, node.id)}>
            {source.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
