import type { NodeProps } from '@xyflow/react';
import { memo, useEffect, useRef } from 'react';
import type { NodeOf } from '../../../../workers/scenario/resolve.ts';
import { endStep, setParameter } from '../../../document/actions.ts';
import { startRenaming, stopRenaming, useCanvas } from '../canvas-store.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import type { FlowNode } from '../flow/elements.ts';
import classes from './annotation.module.css';

/** A text beside the diagram, edited in its place. Plain text: line breaks are kept, nothing else is read into it. */
export const NoteFace = memo(function NoteFace({ id, data }: NodeProps<FlowNode>) {
  const node = data.node as NodeOf<'note'>;
  const editing = useCanvas((state) => state.renaming === id);
  const { editable } = useCanvasCallbacks();
  return (
    <div
      className={classes.note}
      data-color={node.color ?? 'yellow'}
      onDoubleClick={editable ? () => startRenaming(id) : undefined}
    >
      {editing ? (
        <NoteField id={id} text={node.text ?? ''} />
      ) : (
        <p className={classes.noteText} data-empty={(node.text ?? '') === ''}>
          {(node.text ?? '') === '' ? 'Double-click to write' : node.text}
        </p>
      )}
    </div>
  );
});

function endEditing(): void {
  endStep();
  stopRenaming();
}

function NoteField({ id, text }: { readonly id: string; readonly text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = field.current;
    area?.focus({ preventScroll: true });
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);
  return (
    <textarea
      ref={field}
      className={`${classes.noteField} nodrag nopan nowheel nokey`}
      aria-label="Text of the note"
      defaultValue={text}
      maxLength={5000}
      onChange={(event) => setParameter('nodes', id, ['text'], event.target.value)}
      onBlur={endEditing}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        const note = event.currentTarget.closest<HTMLElement>('.react-flow__node');
        endEditing();
        note?.focus({ preventScroll: true });
      }}
    />
  );
}
