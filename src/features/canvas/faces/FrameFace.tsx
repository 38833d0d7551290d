import { NodeResizer, type NodeProps, type ResizeParams } from '@xyflow/react';
import { memo } from 'react';
import type { NodeOf } from '../../../../workers/scenario/resolve.ts';
import { rename, resizeFrame } from '../../../document/actions.ts';
import { startRenaming, stopRenaming, useCanvas } from '../canvas-store.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import { nodeTitle } from '../flow/describe.ts';
import type { FlowNode } from '../flow/elements.ts';
import { RenameField } from './RenameField.tsx';
import classes from './annotation.module.css';

/** A labelled area behind other nodes. Grasped by its label and its border; its inside belongs to the canvas. */
export const FrameFace = memo(function FrameFace({ id, data, selected }: NodeProps<FlowNode>) {
  const node = data.node as NodeOf<'frame'>;
  const renaming = useCanvas((state) => state.renaming === id);
  const { editable } = useCanvasCallbacks();
  return (
    <div className={classes.frame} data-color={node.color ?? 'gray'}>
      {editable && (
        <NodeResizer
          isVisible={selected}
          minWidth={80}
          minHeight={60}
          onResizeEnd={(_event, { x, y, width, height }: ResizeParams) => resizeFrame(id, { width, height }, { x, y })}
        />
      )}
      {(['top', 'right', 'bottom', 'left'] as const).map((side) => (
        <span key={side} className={`${classes.frameEdge} frame-grip`} data-side={side} aria-hidden />
      ))}
      <div
        className={`${classes.frameLabel} frame-grip`}
        onDoubleClick={editable ? () => startRenaming(id) : undefined}
      >
        {renaming ? (
          <RenameField
            name={node.name}
            label="Name of the frame"
            onRename={(name) => rename(id, name)}
            onDone={stopRenaming}
          />
        ) : (
          nodeTitle(node)
        )}
      </div>
    </div>
  );
});
