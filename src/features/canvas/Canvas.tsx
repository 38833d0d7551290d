import {
  Background,
  BackgroundVariant,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  type EdgeTypes,
  type NodeTypes,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { setNodeSizes } from '../../document/arrange.ts';
import { documentStore } from '../../document/store.ts';
import { CanvasContext, type CanvasCallbacks } from './canvas-context.ts';
import { CanvasControls } from './CanvasControls.tsx';
import { canvasStore, useCanvas } from './canvas-store.ts';
import { ConnectionHint } from './connecting/ConnectionHint.tsx';
import { useKeyboardConnect } from './connecting/use-keyboard-connect.ts';
import { usePointerConnect } from './connecting/use-pointer-connect.ts';
import { ConnectionCurve } from './connecting/ConnectionCurve.tsx';
import { ChannelEdge } from './edges/ChannelEdge.tsx';
import { EmptyCanvas } from './EmptyCanvas.tsx';
import { faces } from './faces/faces.ts';
import { nodeSize } from './faces/node-size.ts';
import { FlightOverlay } from './flights/FlightOverlay.tsx';
import type { FlowEdge, FlowNode } from './flow/elements.ts';
import { guideHandlers } from './flow/guide-handlers.ts';
import { useFlowElements } from './flow/use-flow-changes.ts';
import { useViewport } from './flow/use-viewport.ts';
import { useCanvasMenus } from './menus/use-canvas-menus.ts';
import { Bin } from './placing/Bin.tsx';
import { StatusLine } from './StatusLine.tsx';
import { joinStage } from './stage.ts';
import './groups.css';
import './canvas.css';
import classes from './canvas.module.css';

interface CanvasProps extends Partial<CanvasCallbacks> {
  /** Opens the gallery, from the hint on an empty canvas. */
  readonly onOpenGallery?: () => void;
}

/** From this zoom down, faces show only what can be read. */
const FAR_BELOW_ZOOM = 0.54;
/**
 * Up to so many nodes, those outside the view are rendered, too: then Tab reaches them. Beyond, it is the outline that
 * reaches everything.
 */
const ALL_RENDERED_UP_TO = 60;
const SNAP: [number, number] = [10, 10];
const nodeTypes: NodeTypes = faces;
const edgeTypes: EdgeTypes = { channel: ChannelEdge };
const NODE_HELP =
  'Enter selects, arrow keys move a selected node, C starts a connection, F2 renames, Delete removes, the context menu key opens more.';
/** React Flow 12.12 shows the text of `keyboardDisabled` while the keyboard is enabled: both say the same. */
const ARIA_LABELS = {
  'node.a11yDescription.default': NODE_HELP,
  'node.a11yDescription.keyboardDisabled': NODE_HELP,
  'edge.a11yDescription.default': 'Enter selects, Delete removes, the context menu key opens more.',
  'node.a11yDescription.ariaLiveMessage': ({ direction }: { direction: string }) => `Moved ${direction}.`,
  'minimap.ariaLabel': 'Overview of the canvas',
};

/** The canvas: the design drawn, the run seen, and everything that is done to both by hand. */
export function Canvas({ onInspect = ignore, editable = true, onOpenGallery }: CanvasProps) {
  const callbacks = useMemo(() => ({ onInspect, editable }), [onInspect, editable]);
  return (
    <CanvasContext.Provider value={callbacks}>
      <ReactFlowProvider>
        <FlowCanvas editable={editable} />
        {onOpenGallery !== undefined && <EmptyCanvas onOpenGallery={onOpenGallery} />}
        <ConnectionHint />
        <WantedMenu />
      </ReactFlowProvider>
    </CanvasContext.Provider>
  );
}

/** Everything that a menu may do is fetched when the first one is opened. */
const ContextMenu = lazy(async () => ({ default: (await import('./menus/ContextMenu.tsx')).ContextMenu }));

function WantedMenu() {
  const wanted = useCanvas(({ menu }) => menu !== null);
  return (
    wanted && (
      <Suspense fallback={null}>
        <ContextMenu />
      </Suspense>
    )
  );
}

function ignore(): void {}

function FlowCanvas({ editable }: { readonly editable: boolean }) {
  const { nodes, edges, onNodesChange, onEdgesChange } = useFlowElements();
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const far = useStore(({ transform }) => transform[2] < FAR_BELOW_ZOOM);
  const connecting = useCanvas((state) => state.connecting?.by === 'keyboard');
  const connect = usePointerConnect();
  const keyboard = useKeyboardConnect();
  const menus = useCanvasMenus();
  const { onMoveEnd } = useViewport();
  useEffect(() => joinStage(flow), [flow]);
  useEffect(() => {
    setNodeSizes((id) => {
      const node = documentStore.getState().design.nodes.find((other) => other.id === id);
      return node === undefined ? null : nodeSize(node);
    });
    return () => setNodeSizes(null);
  }, []);
  return (
    <ReactFlow
      className={classes.flow}
      data-far={far}
      aria-label="Canvas"
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      {...connect}
      {...keyboard}
      {...menus}
      {...guideHandlers}
      onEdgeMouseEnter={showEdge}
      onEdgeMouseLeave={hideEdge}
      onMoveEnd={onMoveEnd}
      connectionLineComponent={ConnectionCurve}
      connectionRadius={30}
      nodesDraggable={editable}
      nodesConnectable={editable}
      nodesFocusable
      edgesFocusable
      onlyRenderVisibleElements={nodes.length > ALL_RENDERED_UP_TO && !connecting}
      elevateNodesOnSelect={false}
      selectionMode={SelectionMode.Partial}
      // The page's own commands remove what is selected, and Space plays.
      deleteKeyCode={null}
      panActivationKeyCode={null}
      snapToGrid
      snapGrid={SNAP}
      zoomOnDoubleClick={false}
      minZoom={0.1}
      maxZoom={3}
      ariaLabelConfig={ARIA_LABELS}
      attributionPosition="top-right"
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--grid-dot)" />
      <FlightOverlay />
      <CanvasControls />
      <Bin />
      <StatusLine />
    </ReactFlow>
  );
}

function showEdge(_event: React.MouseEvent, edge: FlowEdge): void {
  canvasStore.setState({ hoveredEdge: edge.id });
}

function hideEdge(): void {
  canvasStore.setState({ hoveredEdge: null });
}
