import { Position, type ConnectionLineComponentProps } from '@xyflow/react';
import { curveBetween } from '../edges/edge-curve.ts';
import type { FlowNode } from '../flow/elements.ts';
import classes from './curve.module.css';

/** The connection while it is drawn, with the shape that it will have. */
export function ConnectionCurve({
  fromX,
  fromY,
  toX,
  toY,
  fromPosition,
  connectionStatus,
}: ConnectionLineComponentProps<FlowNode>) {
  const from = { x: fromX, y: fromY };
  const to = { x: toX, y: toY };
  const { path } = fromPosition === Position.Right ? curveBetween(from, to) : curveBetween(to, from);
  return (
    <g className={classes.curve} data-status={connectionStatus}>
      <path d={path} />
      <circle cx={toX} cy={toY} r={4} />
    </g>
  );
}
