import { lazy } from 'react';

export { BranchSwitcher } from './BranchSwitcher.tsx';
export { sayOrphans } from './words.ts';

/** Loaded when first opened. */
export const CompareDialog = lazy(async () => ({ default: (await import('./CompareDialog.tsx')).CompareDialog }));
