import { lazy } from 'react';

export { Arrivals } from './Arrivals.tsx';
export { followAddress, fullAddress, isEmbedded, keepAddress, openFromAddress } from './address.ts';
export { listenToDrops, pasteText } from './arrivals.ts';
export { copyLink } from './link.ts';
export { downloadScenario } from './file.ts';

/** Loaded when first opened. */
export const ShareDialog = lazy(async () => ({ default: (await import('./ShareDialog.tsx')).ShareDialog }));
export const ImportDialog = lazy(async () => ({ default: (await import('./ImportDialog.tsx')).ImportDialog }));
