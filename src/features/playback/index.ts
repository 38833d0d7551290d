export { jumpToMark } from './jumps.ts';
export { nextSpeed, saySpeed, writeSpeed } from './speeds.ts';
export { Transport, type TransportShortcuts } from './Transport.tsx';
