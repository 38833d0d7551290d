/** The open document. Read it with `useDocument`; change it with the functions of `actions.ts` alone. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { RemovedBranch } from '../../workers/scenario/branches.ts';
import { FORMAT, type Design, type Scenario } from '../../workers/scenario/document.ts';

export interface Selection {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

/** Where the open document came from. Only what has been changed, or is the person's own, is saved. */
export type DocumentSource = 'own' | 'new' | 'gallery' | 'link' | 'file';

export interface DocumentState {
  /** What is saved and shared: the design the run starts from, the journal of the run, the view. */
  readonly scenario: Scenario;
  /** The design as of the instant shown: what the canvas and the inspector draw. */
  readonly design: Design;
  readonly selection: Selection;
  /** Of the person's own copy in this browser. `unsaved`: nothing has been changed yet, so nothing was stored. */
  readonly saved: 'unsaved' | 'saving' | 'saved' | 'failed';
  readonly scenarioId: string;
  readonly source: DocumentSource;
  /** What undo and redo would take back or do again, in words; null when there is nothing. */
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
  /** The last thing that could not be done, to tell the person; `count` tells two equal ones apart. */
  readonly refusal: { readonly text: string; readonly count: number } | null;
  /** The last change in the run's past: it began a branch at that instant, and left another one. */
  readonly forked: Forked | null;
  /** The last branch of this run that was deleted, while it can be brought back. */
  readonly removed: Removed | null;
}

export interface Forked {
  readonly atMs: number;
  readonly from: { readonly id: string; readonly name: string };
}

export interface Removed {
  readonly removal: RemovedBranch;
  readonly name: string;
  /** Names of the branches that had left it, and of the one that they stand behind now; null for none. */
  readonly children: readonly string[];
  readonly parent: string | null;
}

export const NO_SELECTION: Selection = { nodes: [], edges: [] };

export function emptyScenario(): Scenario {
  return {
    format: FORMAT,
    title: 'Untitled',
    notes: '',
    seed: 1,
    nodes: [],
    edges: [],
    faults: [],
    checks: [],
    journal: [],
    view: {},
  };
}

/** The part of a scenario that undo covers and a run starts from. */
export function designOf({ nodes, edges, faults, checks }: Design): Design {
  return { nodes, edges, faults, checks };
}

/** An id for a stored scenario: 12 random letters and digits. */
export function newScenarioId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}

function initialState(): DocumentState {
  const scenario = emptyScenario();
  return {
    scenario,
    design: designOf(scenario),
    selection: NO_SELECTION,
    saved: 'unsaved',
    scenarioId: newScenarioId(),
    source: 'new',
    undoLabel: null,
    redoLabel: null,
    refusal: null,
    forked: null,
    removed: null,
  };
}

export const documentStore = createStore<DocumentState>()(initialState);

export function useDocument<Value>(selector: (state: DocumentState) => Value): Value {
  return useStore(documentStore, selector);
}

/** Tells the person why something was not done. */
export function refuse(text: string): void {
  documentStore.setState(({ refusal }) => ({ refusal: { text, count: (refusal?.count ?? 0) + 1 } }));
}
