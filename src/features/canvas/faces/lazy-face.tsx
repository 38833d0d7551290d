/** Faces that most scenarios do not have: fetched when the first of them is drawn. Until then the card is there without its body. */
import type { NodeProps } from '@xyflow/react';
import { lazy, Suspense, type ComponentType } from 'react';
import type { FlowNode } from '../flow/elements.ts';
import { NodeShell } from './NodeShell.tsx';

type Face = ComponentType<NodeProps<FlowNode>>;

export function lazyFace(load: () => Promise<Face>): Face {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function LazyFace(props) {
    return (
      <Suspense fallback={<NodeShell node={props.data.node}>{null}</NodeShell>}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
