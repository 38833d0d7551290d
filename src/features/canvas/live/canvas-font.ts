import { tokenColor } from '../../../ui/colors.ts';

/** Sets the page's own typeface for canvas drawing. `size` in the context's units. */
export function setFont(context: OffscreenCanvasRenderingContext2D, weight: number, size: number): void {
  context.font = `${weight} ${size}px ${tokenColor('--font-text')}`;
}
