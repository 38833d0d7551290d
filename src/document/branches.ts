/** What a person can do with the branches of the run. They are made by `edit.ts`, by changing the past. */
import {
  branchRows,
  removalOf,
  removeBranch,
  renameBranch as renamed,
  restoreBranch,
  switchBranch,
} from '../../workers/scenario/branches.ts';
import { showJournal } from './edit.ts';
import { uniqueName } from './naming.ts';
import { runtime } from './runtime.ts';
import { documentStore, refuse } from './store.ts';

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

/** Deletes a branch that is not shown; those that left it then stand behind the one it came from. */
export function deleteBranch(id: string): void {
  const { scenario } = documentStore.getState();
  const removal = removalOf(scenario, id);
  if (removal === null) return;
  const nameOf = (branch: string | undefined) => branchRows(scenario).find((row) => row.id === branch)?.name ?? null;
  const removed = {
    removal,
    name: removal.branch.name,
    children: removal.children.map(({ name }) => name),
    parent: nameOf(removal.branch.parent),
  };
  documentStore.setState({ scenario: removeBranch(scenario, id), forked: null, removed });
}

/** Brings back the branch deleted last, where the run is still the same. */
export function bringBackBranch(): void {
  const { scenario, removed } = documentStore.getState();
  if (removed === null) return;
  const names = branchRows(scenario).map((row) => row.name);
  const shown = scenario.branch === undefined ? [removed.removal.shown.name] : names;
  const restored = restoreBranch(scenario, removed.removal, uniqueName(removed.name, shown));
  if (restored === scenario) refuse(`There is no room for “${removed.name}”, or nothing left that it came from.`);
  else documentStore.setState({ scenario: restored, removed: null });
}
