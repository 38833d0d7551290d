import { lazy } from 'react';

export { BranchSwitcher } from './BranchSwitcher.tsx';

/** Loaded when first opened. */
export const CompareDialog = lazy(async () => ({ default: (await import('./CompareDialog.tsx')).CompareDialog }));
