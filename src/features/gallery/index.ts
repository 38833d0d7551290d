import { lazy } from 'react';
import type { Scenario } from '../../../workers/scenario/document.ts';
import { running } from './running.ts';

/** Loaded when first opened. */
export const Gallery = lazy(async () => ({ default: (await import('./Gallery.tsx')).Gallery }));

/** What somebody sees who has nothing of their own yet: it runs, so that within seconds something moves. */
export async function firstExample(): Promise<Scenario> {
  const { examples } = await import('../../../workers/scenario/examples/index.ts');
  const [first] = examples;
  if (first === undefined) throw new Error('The gallery is empty.');
  return running(first.scenario);
}
