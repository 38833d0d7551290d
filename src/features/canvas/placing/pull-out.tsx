import { IconCube, IconLayoutRows } from '@tabler/icons-react';
import { createPortal } from 'react-dom';
import { addInstance, removePartition } from '../../../document/actions.ts';
import { usePointerDrag, type PointerPlace } from '../../../ui/pointer-drag.ts';
import { announce, canvasStore } from '../canvas-store.ts';
import classes from './placing.module.css';

/** A part of a node that can be taken out of it. */
export type Part =
  | { readonly type: 'partition'; readonly node: string; readonly index: number }
  | { readonly type: 'instance'; readonly node: string; readonly index: number };

/** Marks the element that takes what is thrown away. */
const BIN_SELECTOR = '[data-canvas-bin]';

/**
 * Takes one partition of a topic, or one instance of a consumer, away and says so. Both go from the end. A refusal is
 * told by the document.
 */
export function removePart(part: Part): void {
  const result = part.type === 'instance' ? addInstance(part.node, -1) : removePartition(part.node);
  if (result.ok) announce(`Removed one ${part.type}.`);
}

function isOverBin({ x, y }: PointerPlace): boolean {
  return (document.elementFromPoint(x, y)?.closest(BIN_SELECTOR) ?? null) !== null;
}

/** Dragging a part out of its node and into the bin, which appears meanwhile. */
export function usePullOut() {
  const { bind, drag } = usePointerDrag<Part>({
    onMove: (_part, at) => {
      const over = at !== null && isOverBin(at);
      const before = canvasStore.getState().bin;
      if (at === null) canvasStore.setState({ bin: null });
      else if (before?.over !== over) canvasStore.setState({ bin: { over } });
    },
    onDrop: (part, at) => {
      if (isOverBin(at)) removePart(part);
    },
  });
  const ghost =
    drag === null
      ? null
      : createPortal(
          <div className={classes.ghost} style={{ left: drag.at.x, top: drag.at.y }}>
            {drag.item.type === 'partition' ? <IconLayoutRows size={14} /> : <IconCube size={14} />}
            {drag.item.type === 'partition' ? `Partition ${drag.item.index}` : `Instance ${drag.item.index}`}
          </div>,
          document.body,
        );
  return { bind, ghost };
}
