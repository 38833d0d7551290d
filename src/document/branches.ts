/** What a person can do with the branches of the run. They are made by `edit.ts`, by changing the past. */
import { branchRows, removeBranch, renameBranch as renamed, switchBranch } from '../../workers/scenario/branches.ts';
import { showJournal } from './edit.ts';
import { uniqueName } from './naming.ts';
import { runtime } from './runtime.ts';
import { documentStore } from './store.ts';

/** Longest name, UTF-16 units. */
export const BRANCH_NAME_MAX = 80;

/** Shows another branch, at the instant shown. What can be undone is then what was done in that one. */
export function showBranch(id: string): void {
  const { scenario } = documentStore.getState();
  const switched = switchBranch(scenario, id, runtime().reached());
  if (switched !== scenario) showJournal(switched, scenario.branch?.id ?? '', id);
}

/** A name that others have gets a number; an empty one changes nothing. Not undone: rename it again instead. */
export function renameBranch(id: string, name: string): void {
  const { scenario } = documentStore.getState();
  const wanted = name.trim().slice(0, BRANCH_NAME_MAX - 4);
  const others = branchRows(scenario).filter((row) => row.id !== id);
  if (wanted === '') return;
  documentStore.setState({
    scenario: renamed(
      scenario,
      id,
      uniqueName(
        wanted,
        others.map((row) => row.name),
      ),
    ),
  });
}

/** Deletes a branch that is not shown. Not undone. */
export function deleteBranch(id: string): void {
  documentStore.setState(({ scenario }) => ({ scenario: removeBranch(scenario, id), forked: null }));
}
