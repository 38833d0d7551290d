export { BackpressurePanel } from './BackpressurePanel.tsx';
export { FlowPanel } from './FlowPanel.tsx';
export { LagPanel } from './LagPanel.tsx';
export { LatencyPanel } from './LatencyPanel.tsx';
export { OrderingPanel } from './OrderingPanel.tsx';
