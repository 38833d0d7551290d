export { Palette, type PaletteStage } from './Palette.tsx';
