/** What the context menu offers, by what it was opened on. Records: what is shown and what is done stand side by side. */
import {
  IconArrowBackUp,
  IconCopyPlus,
  IconCube,
  IconEraser,
  IconEdit,
  IconLayoutRows,
  IconLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerTrackPrev,
  IconPlugConnectedX,
  IconRefresh,
  IconScissors,
  IconSnail,
  IconTrash,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { CONDITION, INSTANCE, INSTANCE_STATE } from '../../../../workers/protocol/frame.ts';
import type { FaultAction } from '../../../../workers/scenario/document.ts';
import { nodeKinds, type NodeKind } from '../../../../workers/scenario/kinds/table.ts';
import { faultsOf, kindsThatMayFollow, kindsThatMayPrecede } from '../../../../workers/scenario/rules.ts';
import { duplicate, removeItems } from '../../../document/actions.ts';
import { readingActions, readsLog } from '../../../document/reading.ts';
import { documentStore } from '../../../document/store.ts';
import { frames } from '../../../simulation/frames.ts';
import { startRenaming, type MenuTarget } from '../canvas-store.ts';
import { portsOf } from '../connecting/ports.ts';
import { connectByKeyboard } from '../connecting/use-keyboard-connect.ts';
import { healthOf } from '../faces/gauges.ts';
import { nodeIcons } from '../../../icons/node-icons.ts';
import { addAt, addCentred, addPart, freshSize } from '../placing/place.ts';
import { focusNode } from '../placing/focus-node.ts';
import { removePart } from '../placing/pull-out.tsx';
import { onGrid } from '../placing/free-cell.ts';
import { brokerGroups } from './broker-items.ts';
import { cause, crashItems, pauseItems, SLOW_FACTOR } from './fault-items.ts';
import { blockOf } from '../faces/blocks.ts';

export interface MenuItem {
  readonly label: string;
  readonly icon: ComponentType<{ readonly size?: number; readonly stroke?: number }>;
  readonly shortcut?: string;
  readonly danger?: boolean;
  readonly perform: () => void;
}

export interface MenuGroup {
  readonly label?: string;
  readonly items: readonly MenuItem[];
}

const readIcons = {
  back: IconPlayerTrackPrev,
  forward: IconPlayerSkipForward,
  pause: IconPlayerPause,
  resume: IconPlayerPlay,
} as const;

/** Where the members of a consumer, or one of them, go on reading. */
function readItems(at: { readonly target: string; readonly instance?: number }): readonly MenuItem[] {
  return readingActions.map(({ label, icon, action }) => ({
    label,
    icon: readIcons[icon],
    perform: cause(action(at)),
  }));
}

/** Groups without items are left out. */
export function menuFor(target: MenuTarget): readonly MenuGroup[] {
  const groups = groupsFor(target);
  return groups.filter(({ items }) => items.length > 0);
}

function groupsFor(target: MenuTarget): readonly MenuGroup[] {
  switch (target.type) {
    case 'node':
      return nodeGroups(target.id);
    case 'edge':
      return edgeGroups(target.id);
    case 'instance':
      return instanceGroups(target.id, target.instance);
    case 'broker':
      return brokerGroups(target.id, target.broker);
    case 'pane':
      return [{ label: 'Add here', items: addItems(kindsToAdd, (kind) => addCentred(kind, target.at)) }];
    case 'connect':
      return connectGroups(target);
    default:
      return target satisfies never;
  }
}

const kindsToAdd = Object.keys(nodeKinds) as NodeKind[];

function addItems(kinds: readonly NodeKind[], add: (kind: NodeKind) => void): readonly MenuItem[] {
  return kinds.map((kind) => ({ label: nodeKinds[kind].label, icon: nodeIcons[kind], perform: () => add(kind) }));
}

function nodeGroups(id: string): readonly MenuGroup[] {
  const { design, selection } = documentStore.getState();
  const node = design.nodes.find((other) => other.id === id);
  if (node === undefined) return [];
  // Of several selected nodes, what concerns all of them concerns all of them.
  const all = selection.nodes.includes(id) ? selection.nodes : [id];
  const several = all.length > 1;
  return [
    {
      items: several
        ? []
        : [
            {
              label: node.kind === 'note' ? 'Edit text' : 'Rename',
              icon: IconEdit,
              shortcut: 'F2',
              perform: () => startRenaming(id),
            },
            ...(portsOf(node.kind).out
              ? [{ label: 'Connect to…', icon: IconLink, shortcut: 'C', perform: () => startFrom(id) }]
              : []),
            ...partItems(id, node.kind),
          ],
    },
    { label: 'Break', items: several ? [] : nodeFaults(id, node.kind) },
    { label: 'Read', items: several || !readsLog(design, id) ? [] : readItems({ target: id }) },
    {
      items: [
        { label: 'Duplicate', icon: IconCopyPlus, shortcut: 'Mod+D', perform: () => void duplicate(all) },
        {
          label: several ? `Delete ${all.length} nodes` : 'Delete',
          icon: IconTrash,
          shortcut: 'Delete',
          danger: true,
          perform: () => removeItems({ nodes: all, edges: several ? selection.edges : [] }),
        },
      ],
    },
  ];
}

function startFrom(id: string): void {
  focusNode(id);
  connectByKeyboard(id);
}

function partItems(id: string, kind: NodeKind): readonly MenuItem[] {
  if (kind === 'topic')
    return [{ label: 'Add a partition', icon: IconLayoutRows, perform: () => addPart('partition', id) }];
  if (kind !== 'consumer') return [];
  return [
    { label: 'Add an instance', icon: IconCube, perform: () => addPart('instance', id) },
    {
      label: 'Remove an instance',
      icon: IconCube,
      perform: () => removePart({ type: 'instance', node: id, index: 0 }),
    },
  ];
}

/** What can be done to a node, given what has been done to it already. */
function nodeFaults(id: string, kind: NodeKind): readonly MenuItem[] {
  const frame = frames.current();
  const health = frame === null ? 'up' : healthOf(frame.values, frame.layout, id);
  const possible = new Set(faultsOf(kind));
  const items: readonly (MenuItem & { readonly fault: FaultAction['do']; readonly when: boolean })[] = [
    ...crashItems({ target: id }).map((item) => ({ ...item, fault: 'crash' as const, when: health !== 'crashed' })),
    {
      fault: 'restart',
      when: health === 'crashed',
      label: 'Restart',
      icon: IconRefresh,
      perform: cause({ do: 'restart', target: id }),
    },
    ...pauseItems({ target: id }).map((item) => ({
      ...item,
      fault: 'pause' as const,
      when: health === 'up' || health === 'slow',
    })),
    {
      fault: 'resume',
      when: health === 'paused',
      label: 'Resume',
      icon: IconPlayerPlay,
      perform: cause({ do: 'resume', target: id }),
    },
    {
      fault: 'slow',
      when: health === 'up',
      label: `Slow down ${SLOW_FACTOR} ×`,
      icon: IconSnail,
      perform: cause({ do: 'slow', target: id, factor: SLOW_FACTOR }),
    },
    {
      fault: 'slow',
      when: health === 'slow',
      label: 'Back to full speed',
      icon: IconArrowBackUp,
      perform: cause({ do: 'slow', target: id, factor: 1 }),
    },
    {
      fault: 'redrive',
      when: true,
      label: 'Redrive dead letters',
      icon: IconArrowBackUp,
      perform: cause({ do: 'redrive', target: id }),
    },
    { fault: 'purge', when: true, label: 'Purge', icon: IconEraser, perform: cause({ do: 'purge', target: id }) },
  ];
  return items.filter(({ fault, when }) => when && possible.has(fault));
}

function edgeGroups(id: string): readonly MenuGroup[] {
  const frame = frames.current();
  const block = frame?.layout.edges[id];
  const condition = frame === null || block === undefined ? CONDITION.ok : frame.values[block.at]!;
  const possible = new Set(faultsOf('edge'));
  const items: readonly (MenuItem & { readonly fault: FaultAction['do']; readonly when: boolean })[] = [
    {
      fault: 'heal',
      when: condition !== CONDITION.ok,
      label: 'Heal',
      icon: IconLink,
      perform: cause({ do: 'heal', target: id }),
    },
    {
      fault: 'cut',
      when: condition !== CONDITION.cut,
      label: 'Cut',
      icon: IconScissors,
      perform: cause({ do: 'cut', target: id }),
    },
    {
      fault: 'dropAcks',
      when: condition !== CONDITION.dropAcks,
      label: 'Drop acknowledgements',
      icon: IconPlugConnectedX,
      perform: cause({ do: 'dropAcks', target: id }),
    },
    {
      fault: 'slow',
      when: condition === CONDITION.ok,
      label: `Slow down ${SLOW_FACTOR} ×`,
      icon: IconSnail,
      perform: cause({ do: 'slow', target: id, factor: SLOW_FACTOR }),
    },
  ];
  return [
    { label: 'Break', items: items.filter(({ fault, when }) => when && possible.has(fault)) },
    {
      items: [
        {
          label: 'Delete',
          icon: IconTrash,
          shortcut: 'Delete',
          danger: true,
          perform: () => removeItems({ nodes: [], edges: [id] }),
        },
      ],
    },
  ];
}

function instanceGroups(id: string, instance: number): readonly MenuGroup[] {
  const frame = frames.current();
  const block = frame === null ? null : blockOf(frame.layout, id, 'consumer');
  const state =
    frame === null || block === null || instance >= block.instances
      ? INSTANCE_STATE.stable
      : frame.values[block.instancesAt + instance * INSTANCE.size + INSTANCE.state]!;
  const down = state === INSTANCE_STATE.down || state === INSTANCE_STATE.failed;
  const frozen = state === INSTANCE_STATE.frozen;
  return [
    {
      label: `Instance ${instance}`,
      items: [
        ...(down
          ? [{ label: 'Restart', icon: IconRefresh, perform: cause({ do: 'restart', target: id, instance }) }]
          : crashItems({ target: id, instance })),
        ...(frozen
          ? [{ label: 'Resume', icon: IconPlayerPlay, perform: cause({ do: 'resume', target: id, instance }) }]
          : []),
        ...(down || frozen ? [] : pauseItems({ target: id, instance })),
      ],
    },
    {
      label: 'Read',
      items: down || !readsLog(documentStore.getState().design, id) ? [] : readItems({ target: id, instance }),
    },
    {
      items: [
        {
          label: 'Remove an instance',
          icon: IconTrash,
          danger: true,
          perform: () => removePart({ type: 'instance', node: id, index: instance }),
        },
      ],
    },
  ];
}

function connectGroups({ nodeId, leaves, at }: Extract<MenuTarget, { type: 'connect' }>): readonly MenuGroup[] {
  const node = documentStore.getState().design.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) return [];
  const kinds = leaves ? kindsThatMayFollow(node.kind) : kindsThatMayPrecede(node.kind);
  const add = (kind: NodeKind) => {
    const { width, height } = freshSize(kind);
    // The new node's port comes to where the connection was dropped.
    const corner = onGrid({ x: leaves ? at.x : at.x - width, y: at.y - height / 2 });
    addAt({ kind, at: corner, ...(leaves ? { connectFrom: nodeId } : { connectTo: nodeId }) });
  };
  return [{ label: leaves ? 'Connect to a new' : 'Connect from a new', items: addItems(kinds, add) }];
}
