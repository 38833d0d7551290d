import { Button, UnstyledButton } from '@mantine/core';
import {
  IconBolt,
  IconCopy,
  IconLayoutAlignLeft,
  IconLayoutAlignTop,
  IconLayoutDistributeHorizontal,
  IconLayoutDistributeVertical,
  IconSelectAll,
  IconTrash,
} from '@tabler/icons-react';
import type { Design } from '../../../workers/scenario/document.ts';
import { align, causeFault, duplicate, nameOf, removeItems, select } from '../../document/actions.ts';
import type { Selection } from '../../document/store.ts';
import {
  edgeFaults,
  faultAction,
  faultLabels,
  MOMENTARY,
  nodeFaults,
  type FaultKind,
  type FaultSettings,
} from './faults.ts';
import { Header } from './Header.tsx';
import classes from './inspector.module.css';

interface SelectionInspectorProps {
  readonly design: Design;
  readonly selection: Selection;
}

const FOR_A_WHILE: FaultSettings = { forMs: 5000, factor: 5, position: { type: 'beginning' }, instance: null };

/** What can be done with several things at once. */
export function SelectionInspector({ design, selection }: SelectionInspectorProps) {
  const { nodes, edges } = selection;
  const count = nodes.length + edges.length;
  const failing = commonFaults(design, selection);
  return (
    <>
      <Header
        icon={<IconSelectAll size={16} stroke={1.75} />}
        kind={`${count} selected`}
        summary="Select one of them to see its settings."
      >
        <ul className={classes.list} aria-label="Selected">
          {[...nodes, ...edges].map((id) => (
            <li key={id} className={classes.item}>
              <UnstyledButton
                className={classes.itemButton}
                onClick={() => select(nodes.includes(id) ? { nodes: [id] } : { edges: [id] })}
              >
                <span className={classes.itemName}>{nameOf(design, id)}</span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      </Header>
      <section className={classes.section} aria-label="Actions">
        <div className={classes.buttons}>
          {nodes.length > 0 && (
            <Button variant="default" leftSection={<IconCopy size={14} />} onClick={() => duplicate(nodes)}>
              Duplicate
            </Button>
          )}
          <Button variant="default" leftSection={<IconTrash size={14} />} onClick={() => removeItems(selection)}>
            Delete
          </Button>
          {nodes.length > 1 &&
            ALIGNMENTS.map(({ label, how, Icon }) => (
              <Button key={how} variant="default" leftSection={<Icon size={14} />} onClick={() => align(how, nodes)}>
                {label}
              </Button>
            ))}
        </div>
      </section>
      {failing.length > 0 && (
        <section className={classes.section} aria-label="Faults">
          <h3 className={classes.sectionTitle}>Make all of them fail for 5 s</h3>
          <div className={classes.buttons}>
            {failing.map((kind) => (
              <Button
                key={kind}
                variant="default"
                leftSection={<IconBolt size={14} />}
                onClick={() => {
                  for (const id of [...nodes, ...edges]) void causeFault(faultAction(kind, id, FOR_A_WHILE));
                }}
              >
                {faultLabels[kind]}
              </Button>
            ))}
          </div>
        </section>
      )}
    </>
  );
}

/** Faults that everything selected can have. */
function commonFaults(design: Design, { nodes, edges }: Selection): readonly FaultKind[] {
  const possible = [
    ...design.nodes.filter(({ id }) => nodes.includes(id)).map(({ kind }) => nodeFaults[kind]),
    ...design.edges.filter(({ id }) => edges.includes(id)).map(({ kind }) => edgeFaults[kind]),
  ];
  // Of several at once only what lasts.
  return (possible[0] ?? []).filter((kind) => !MOMENTARY.has(kind) && possible.every((kinds) => kinds.includes(kind)));
}

const ALIGNMENTS = [
  { label: 'Align left', how: 'left', Icon: IconLayoutAlignLeft },
  { label: 'Align top', how: 'top', Icon: IconLayoutAlignTop },
  { label: 'Spread across', how: 'spread across', Icon: IconLayoutDistributeHorizontal },
  { label: 'Spread down', how: 'spread down', Icon: IconLayoutDistributeVertical },
] as const;
