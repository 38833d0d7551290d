import { KEY_COLORS, keyColor, onColorsChange } from '../../../ui/colors.ts';

let colors: readonly string[] | null = null;

/** The same as `keyColor`, from an array: it is asked for every cell and every message of every frame. */
export function quickKeyColor(index: number): string {
  colors ??= readColors();
  return colors[index < 0 ? KEY_COLORS : index % KEY_COLORS]!;
}

/** Keys in order, and at the end what has none. */
function readColors(): readonly string[] {
  return [...Array.from({ length: KEY_COLORS }, (_, index) => keyColor(index)), keyColor(-1)];
}

onColorsChange(() => {
  colors = null;
});
