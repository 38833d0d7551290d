export { jumpToMark } from './jumps.ts';
export { nextSpeed } from './speeds.ts';
export { Transport, type TransportShortcuts } from './Transport.tsx';
