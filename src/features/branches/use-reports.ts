import { useCallback, useEffect, useRef, useState } from 'react';
import { journalOfBranch } from '../../../workers/scenario/branches.ts';
import { documentStore } from '../../document/store.ts';
import type { Report } from '../../simulation/polling.ts';
import { reportsAside } from '../../simulation/reports-aside.ts';

export type Compared =
  | { readonly kind: 'running'; readonly share: number }
  | { readonly kind: 'done'; readonly left: Report; readonly right: Report }
  | { readonly kind: 'stopped'; readonly why: string };

/** What is compared: two branches by their ids, at an instant. */
export interface Comparison {
  readonly left: string;
  readonly right: string;
  readonly atMs: number;
}

const BEGUN: Compared = { kind: 'running', share: 0 };

/** The reports of two branches. Another comparison, stopping it and leaving end the run under way. */
export function useReports({ left, right, atMs }: Comparison): readonly [Compared, () => void] {
  const [compared, setCompared] = useState<{ readonly of: string; readonly state: Compared } | null>(null);
  const underWay = useRef<AbortController | null>(null);
  const asked = `${left} ${right} ${atMs}`;
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const { scenario } = documentStore.getState();
    let over = false;
    const tell = (state: Compared) => {
      if (!over) setCompared({ of: asked, state });
    };
    underWay.current = controller;
    const scenarios = [left, right].map((id) => ({ ...scenario, journal: journalOfBranch(scenario, id) }));
    reportsAside(scenarios, atMs, { signal, onProgress: (share) => tell({ kind: 'running', share }) }).then(
      ([a, b]) => a !== undefined && b !== undefined && tell({ kind: 'done', left: a, right: b }),
      (error: unknown) => tell({ kind: 'stopped', why: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      over = true;
      controller.abort();
    };
  }, [asked, left, right, atMs]);
  const stop = useCallback(() => underWay.current?.abort(), []);
  return [compared?.of === asked ? compared.state : BEGUN, stop];
}
