import { MiniMap, Panel, useStore } from '@xyflow/react';
import { IconFocusCentered, IconMap, IconMinus, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { NodeKind } from '../../../workers/scenario/kinds/table.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import type { FlowNode } from './flow/elements.ts';
import { canvasStage } from './stage.ts';
import classes from './canvas.module.css';

/** Narrower canvases begin with the overview folded. */
const MAP_FROM_WIDTH = 1000;
const MAP_FROM_HEIGHT = 600;

const mapColors = {
  producer: 'var(--text-3)',
  client: 'var(--text-3)',
  topic: 'color-mix(in srgb, var(--accent) 60%, var(--surface-1))',
  cluster: 'color-mix(in srgb, var(--accent) 30%, var(--surface-1))',
  exchange: 'var(--text-3)',
  queue: 'color-mix(in srgb, var(--accent) 60%, var(--surface-1))',
  rabbitmq: 'color-mix(in srgb, var(--accent) 30%, var(--surface-1))',
  sqs: 'color-mix(in srgb, var(--accent) 60%, var(--surface-1))',
  sns: 'var(--text-3)',
  store: 'color-mix(in srgb, var(--accent) 60%, var(--surface-1))',
  consumer: 'var(--text-3)',
  note: 'var(--line)',
  frame: 'color-mix(in srgb, var(--line) 60%, transparent)',
} as const satisfies Record<NodeKind, string>;

function mapColor(node: FlowNode): string {
  return node.type === undefined ? 'var(--text-3)' : mapColors[node.type];
}

/** Zoom, fit, and the overview. */
export function CanvasControls() {
  const roomy = useStore(({ width, height }) => width >= MAP_FROM_WIDTH && height >= MAP_FROM_HEIGHT);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const zoom = useStore(({ transform }) => Math.round(transform[2] * 100));
  const shown = wanted ?? roomy;
  return (
    <>
      <Panel position="bottom-left" className={classes.controls ?? ''}>
        <IconButton label="Zoom out" onClick={() => canvasStage.zoomOut()}>
          <IconMinus size={16} />
        </IconButton>
        <span className={classes.zoom} aria-hidden>
          {zoom}%
        </span>
        <IconButton label="Zoom in" onClick={() => canvasStage.zoomIn()}>
          <IconPlus size={16} />
        </IconButton>
        <IconButton label="Fit everything into view" onClick={() => canvasStage.fitView()}>
          <IconFocusCentered size={16} />
        </IconButton>
        <IconButton label="Overview" pressed={shown} onClick={() => setWanted(!shown)}>
          <IconMap size={16} />
        </IconButton>
      </Panel>
      {shown && (
        <MiniMap<FlowNode>
          className={classes.map ?? ''}
          position="bottom-right"
          pannable
          zoomable
          nodeColor={mapColor}
          nodeStrokeWidth={0}
          nodeBorderRadius={12}
          maskColor="color-mix(in srgb, var(--surface-0) 72%, transparent)"
          bgColor="var(--surface-1)"
        />
      )}
    </>
  );
}
