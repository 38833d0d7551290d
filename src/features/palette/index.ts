export { Palette, type PaletteStage } from './Palette.tsx';
export { findItems, type PaletteItem } from './items.ts';
