import { lazy, Suspense } from 'react';
import type { Design } from '../../../../workers/scenario/document.ts';

interface TestersProps {
  readonly design: Design;
  /** Id of a node; undefined for none. */
  readonly at: string | undefined;
}

const RouteTester = lazy(async () => ({ default: (await import('./RouteTester.tsx')).RouteTester }));
const PolicyTester = lazy(async () => ({ default: (await import('./PolicyTester.tsx')).PolicyTester }));

/** Where something decides who gets a message: a message to try it with. */
export function Testers({ design, at }: TestersProps) {
  const kind = design.nodes.find(({ id }) => id === at)?.kind;
  if (at === undefined || (kind !== 'exchange' && kind !== 'sns')) return null;
  return (
    <Suspense fallback={null}>
      {kind === 'exchange' ? (
        <RouteTester design={design} exchange={at} />
      ) : (
        <PolicyTester design={design} topic={at} />
      )}
    </Suspense>
  );
}
