export { Palette } from './Palette.tsx';
export { findItems } from './items.ts';
