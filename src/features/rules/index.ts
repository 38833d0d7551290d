import { lazy } from 'react';

/** Loaded when it is first opened: the specification is a long text. */
export const RulesDialog = lazy(async () => ({ default: (await import('./RulesDialog.tsx')).RulesDialog }));
