import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  branchesAreFull,
  branchRows,
  forkBranch,
  journalOfBranch,
  knownUntilMs,
  removalOf,
  removeBranch,
  renameBranch,
  restoreBranch,
  switchBranch,
  type BranchRow,
} from './branches.ts';
import type { JournalEntry, Scenario } from './document.ts';
import { decodeShare, encodeShare } from './share.ts';
import { validateScenario } from './validate.ts';

const crash = (atMs: number): JournalEntry => ({ atMs, fault: { do: 'crash', target: 'k' } });

function withoutName(branch: BranchRow): Omit<BranchRow, 'name'> {
  const { name: _, ...row } = branch;
  return row;
}

function scenarioWith(...journal: JournalEntry[]): Scenario {
  const { scenario } = validateScenario({
    format: 'sluice/1',
    nodes: [{ id: 'k', kind: 'consumer' }],
    edges: [],
    journal,
  });
  if (scenario === null) throw new Error('Expected a valid document');
  return scenario;
}

const names = (scenario: Scenario) =>
  branchRows(scenario).map(({ name, depth, shown }) => `${'>'.repeat(depth)}${name}${shown ? '*' : ''}`);
const instants = (scenario: Scenario, id: string) => journalOfBranch(scenario, id).map(({ atMs }) => atMs);

describe('branches', () => {
  test('a document that says nothing of branches has one', () => {
    const scenario = scenarioWith(crash(3));
    expect(branchRows(scenario)).toEqual([{ id: 'b1', name: 'Main', depth: 0, shown: true, changes: 1 }]);
    expect(switchBranch(scenario, 'b7', 9)).toBe(scenario);
    expect(knownUntilMs(scenario)).toBe(3);
  });

  test('a fork shares the past, keeps the old future, and says how far that was known', () => {
    const forked = forkBranch(scenarioWith(crash(3), crash(8)), crash(5), { untilMs: 20, name: 'Crash' });
    expect(forked.branch).toEqual({ id: 'b2', name: 'Crash', parent: 'b1', forkMs: 5 });
    expect(forked.branches).toEqual([{ id: 'b1', name: 'Main', untilMs: 20, journal: [crash(3), crash(8)] }]);
    expect(instants(forked, 'b2')).toEqual([3, 5]);
    expect(branchRows(forked).map(({ changes }) => changes)).toEqual([2, 1]);
    const back = switchBranch(forked, 'b1', 12);
    expect(back.journal).toEqual([crash(3), crash(8)]);
    expect(back.branches).toEqual([{ ...forked.branch, untilMs: 12, journal: [crash(5)] }]);
    expect(knownUntilMs(back)).toBe(20);
  });

  test('a change before the fork of a branch leaves the one that it came from', () => {
    const once = forkBranch(scenarioWith(), crash(10), { untilMs: 20, name: 'late' });
    const twice = forkBranch(once, crash(4), { untilMs: 15, name: 'early' });
    const within = forkBranch(once, crash(12), { untilMs: 15, name: 'inner' });
    expect(names(twice)).toEqual(['Main', '>early*', '>late']);
    expect(names(within)).toEqual(['Main', '>late', '>>inner*']);
    expect(instants(within, 'b3')).toEqual([10, 12]);
  });

  test('a branch that goes leaves its branches to the one it came from', () => {
    let scenario = forkBranch(scenarioWith(crash(1)), crash(5), { untilMs: 20, name: 'a' });
    scenario = forkBranch(scenario, crash(9), { untilMs: 20, name: 'b' });
    expect(names(removeBranch(scenario, 'b2'))).toEqual(['Main', '>b*']);
    expect(instants(removeBranch(scenario, 'b2'), 'b3')).toEqual([1, 5, 9]);
    const orphan = removeBranch(removeBranch(scenario, 'b1'), 'b2');
    expect(orphan).not.toHaveProperty('branches');
    expect(orphan.journal).toEqual([crash(1), crash(5), crash(9)]);
    expect(removeBranch(scenario, 'b3')).toBe(scenario);
    expect(names(renameBranch(scenario, 'b1', 'As it was'))[0]).toBe('As it was');
  });

  test('a branch that went is brought back with its journal, and its branches behind it', () => {
    let scenario = forkBranch(scenarioWith(crash(1)), crash(5), { untilMs: 20, name: 'a' });
    scenario = forkBranch(scenario, crash(9), { untilMs: 20, name: 'b' });
    scenario = forkBranch(scenario, crash(10), { untilMs: 20, name: 'c' });
    for (const id of ['b1', 'b2', 'b3']) {
      const removal = removalOf(scenario, id)!;
      const without = removeBranch(scenario, id);
      const { name } = branchRows(scenario).find((row) => row.id === id)!;
      const back = restoreBranch(without, removal, name);
      expect(branchRows(back)).toEqual(branchRows(scenario));
      for (const row of branchRows(scenario))
        expect(journalOfBranch(back, row.id)).toEqual(journalOfBranch(scenario, row.id));
      expect(validateScenario(back).diagnostics).toEqual([]);
    }
    expect(removalOf(scenario, 'b4')).toBeNull();
    expect(removalOf(scenario, 'b9')).toBeNull();
  });

  test('of two branches either comes back, as what it was', () => {
    const forked = forkBranch(scenarioWith(crash(1)), crash(5), { untilMs: 20, name: 'a' });
    for (const [shown, other] of [
      ['b2', 'b1'],
      ['b1', 'b2'],
    ] as const) {
      const scenario = switchBranch(forked, shown, 20);
      const back = restoreBranch(removeBranch(scenario, other), removalOf(scenario, other)!, 'x');
      expect(branchRows(back).map((row) => [withoutName(row), row.name === 'x' ? row.id : other])).toEqual(
        branchRows(scenario).map((row) => [withoutName(row), other]),
      );
    }
  });

  test('a branch does not come back where there is no room, or nothing that it left', () => {
    let scenario = forkBranch(scenarioWith(), crash(5), { untilMs: 20, name: 'a' });
    scenario = forkBranch(scenario, crash(9), { untilMs: 20, name: 'b' });
    scenario = switchBranch(scenario, 'b1', 20);
    const removal = removalOf(scenario, 'b3')!;
    const orphaned = removeBranch(removeBranch(scenario, 'b3'), 'b2');
    expect(restoreBranch(orphaned, removal, 'b')).toBe(orphaned);
    let full = removeBranch(scenario, 'b3');
    for (let i = 0; !branchesAreFull(full); i++) full = forkBranch(full, crash(1), { untilMs: 5, name: `${i}` });
    expect(restoreBranch(full, removal, 'b')).toBe(full);
  });

  test('there is a limit to them', () => {
    let scenario = scenarioWith();
    for (let i = 0; !branchesAreFull(scenario); i++)
      scenario = forkBranch(scenario, crash(1), { untilMs: 5, name: `${i}` });
    expect(branchRows(scenario)).toHaveLength(16);
    expect(validateScenario(scenario).diagnostics).toEqual([]);
  });

  test('law: whatever is done to one, every other one keeps its journal, and the document stays valid and travels', async () => {
    const move = fc.oneof(
      fc.record({ do: fc.constant('change' as const), atMs: fc.nat(30) }),
      fc.record({ do: fc.constant('switch' as const), to: fc.nat(20) }),
      fc.record({ do: fc.constant('remove' as const), which: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 14, size: 'max' }), async (moves) => {
        let scenario = scenarioWith();
        const expected = new Map<string, readonly JournalEntry[]>([['b1', []]]);
        for (const [i, step] of moves.entries()) {
          const shown = scenario.branch?.id ?? 'b1';
          const ids = [...expected.keys()];
          if (step.do === 'switch') scenario = switchBranch(scenario, ids[step.to % ids.length]!, 10);
          if (step.do === 'remove' && ids[step.which % ids.length] !== shown) {
            scenario = removeBranch(scenario, ids[step.which % ids.length]!);
            expected.delete(ids[step.which % ids.length]!);
            // Of a branch that is alone nothing is said: it is the first one again.
            const [alone, ...others] = expected.values();
            if (others.length === 0) expected.clear();
            if (others.length === 0 && alone !== undefined) expected.set('b1', alone);
          }
          if (step.do !== 'change') continue;
          const entry = crash(step.atMs);
          const past = scenario.journal.filter(({ atMs }) => atMs <= step.atMs);
          if (step.atMs < knownUntilMs(scenario)) scenario = forkBranch(scenario, entry, { untilMs: 0, name: `n${i}` });
          else scenario = { ...scenario, journal: [...scenario.journal, entry] };
          expected.set(scenario.branch?.id ?? shown, [...past, entry]);
          if (scenario.branch === undefined && expected.size === 1) continue;
        }
        const rows = branchRows(scenario);
        if (scenario.branch === undefined) return;
        expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(expected.keys()));
        for (const { id } of rows) expect(journalOfBranch(scenario, id)).toEqual(expected.get(id));
        expect(validateScenario(scenario)).toEqual({ scenario, diagnostics: [] });
        const shared = await decodeShare(await encodeShare(scenario));
        expect(shared.ok && shared.scenario).toEqual(scenario);
      }),
      { numRuns: 60 },
    );
  });
});
