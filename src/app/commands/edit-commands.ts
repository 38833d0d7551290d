import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBoxAlignBottom,
  IconBoxAlignLeft,
  IconBoxAlignRight,
  IconBoxAlignTop,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconCut,
  IconLayoutAlignCenter,
  IconLayoutAlignMiddle,
  IconLayoutDistributeHorizontal,
  IconLayoutDistributeVertical,
  IconSelectAll,
  IconSitemap,
  IconTrash,
} from '@tabler/icons-react';
import {
  align,
  autoLayout,
  copy,
  duplicate,
  paste,
  redo,
  removeItems,
  selectAll,
  undo,
} from '../../document/actions.ts';
import type { Alignment } from '../../document/arrange.ts';
import { documentStore } from '../../document/store.ts';
import { pasteText } from '../../features/sharing/index.ts';
import { notify } from '../../ui/notices.ts';
import { lazyStage } from '../lazy-canvas.ts';
import type { Command, Situation } from './command.ts';

const selected = ({ document: { selection } }: Situation) => selection.nodes.length + selection.edges.length > 0;
const severalNodes = ({ document: { selection } }: Situation) => selection.nodes.length > 1;

async function copyToClipboard(): Promise<boolean> {
  const text = copy();
  if (text === null) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    notify('warning', 'The browser does not let the clipboard be written from here. Use the keys instead.');
    return false;
  }
}

/** A part of a scenario joins the open one; a whole one, or a link, is opened instead. */
export async function pasteAnything(text: string): Promise<void> {
  if ((await paste(text)) === null) await pasteText(text);
}

async function pasteFromClipboard(): Promise<void> {
  try {
    await pasteAnything(await navigator.clipboard.readText());
  } catch {
    notify('warning', 'The browser does not let the clipboard be read from here. Use the keys instead.');
  }
}

export function removeSelected(): void {
  removeItems(documentStore.getState().selection);
}

function alignment(how: Alignment, label: string, icon: Command['icon']): Command {
  return {
    id: `arrange.${how.replaceAll(' ', '-')}`,
    group: 'Arrange',
    label,
    icon,
    when: severalNodes,
    perform: () => align(how, documentStore.getState().selection.nodes),
  };
}

export const editCommands = {
  undo: {
    id: 'edit.undo',
    group: 'Edit',
    label: ({ document: { undoLabel } }) => (undoLabel === null ? 'Undo' : `Undo: ${undoLabel}`),
    icon: IconArrowBackUp,
    shortcuts: ['Mod+Z'],
    repeats: true,
    when: ({ document: { undoLabel } }) => undoLabel !== null,
    perform: undo,
  },
  redo: {
    id: 'edit.redo',
    group: 'Edit',
    label: ({ document: { redoLabel } }) => (redoLabel === null ? 'Redo' : `Redo: ${redoLabel}`),
    icon: IconArrowForwardUp,
    shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
    repeats: true,
    when: ({ document: { redoLabel } }) => redoLabel !== null,
    perform: redo,
  },
  cut: {
    id: 'edit.cut',
    group: 'Edit',
    label: 'Cut',
    icon: IconCut,
    shortcuts: ['Mod+X'],
    nativeKeys: true,
    when: ({ document: { selection } }) => selection.nodes.length > 0,
    perform: () => void copyToClipboard().then((copied) => copied && removeSelected()),
  },
  copy: {
    id: 'edit.copy',
    group: 'Edit',
    label: 'Copy',
    icon: IconCopy,
    shortcuts: ['Mod+C'],
    nativeKeys: true,
    when: ({ document: { selection } }) => selection.nodes.length > 0,
    perform: () => void copyToClipboard(),
  },
  paste: {
    id: 'edit.paste',
    group: 'Edit',
    label: 'Paste',
    icon: IconClipboard,
    shortcuts: ['Mod+V'],
    nativeKeys: true,
    perform: () => void pasteFromClipboard(),
  },
  duplicate: {
    id: 'edit.duplicate',
    group: 'Edit',
    label: 'Duplicate',
    icon: IconCopyPlus,
    shortcuts: ['Mod+D'],
    when: ({ document: { selection } }) => selection.nodes.length > 0,
    perform: () => void duplicate(documentStore.getState().selection.nodes),
  },
  remove: {
    id: 'edit.delete',
    group: 'Edit',
    label: 'Delete',
    icon: IconTrash,
    shortcuts: ['Delete', 'Backspace'],
    keywords: 'remove',
    when: selected,
    perform: removeSelected,
  },
  selectAll: {
    id: 'edit.selectAll',
    group: 'Edit',
    label: 'Select all',
    icon: IconSelectAll,
    shortcuts: ['Mod+A'],
    when: ({ document: { design } }) => design.nodes.length > 0,
    perform: selectAll,
  },
  layOut: {
    id: 'arrange.layout',
    group: 'Arrange',
    label: 'Lay out automatically',
    icon: IconSitemap,
    shortcuts: ['Shift+L'],
    keywords: 'arrange tidy dagre',
    when: ({ document: { design } }) => design.nodes.length > 1,
    perform: () => void autoLayout().then(() => lazyStage.fitView()),
  },
  alignLeft: alignment('left', 'Align left', IconBoxAlignLeft),
  alignCenter: alignment('center', 'Align centres', IconLayoutAlignCenter),
  alignRight: alignment('right', 'Align right', IconBoxAlignRight),
  alignTop: alignment('top', 'Align top', IconBoxAlignTop),
  alignMiddle: alignment('middle', 'Align middles', IconLayoutAlignMiddle),
  alignBottom: alignment('bottom', 'Align bottom', IconBoxAlignBottom),
  spreadAcross: alignment('spread across', 'Space evenly across', IconLayoutDistributeHorizontal),
  spreadDown: alignment('spread down', 'Space evenly down', IconLayoutDistributeVertical),
} as const satisfies Readonly<Record<string, Command>>;
