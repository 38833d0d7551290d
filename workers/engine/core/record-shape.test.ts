/** What V8 makes of a run's records. Its own word on that is asked for: no result depends on it, the speed does. */
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { applyChange, createRun, fromMs, runUntil, snapshot, stateOf, type Run } from '../engine.ts';
import { scenario } from '../testing/scenario-builder.ts';
import { everythingAtOnce } from '../testing/scenarios.ts';

setFlagsFromString('--allow-natives-syntax');
const isFast = runInThisContext('(record) => %HasFastProperties(record)') as (record: object) => boolean;
const areAlike = runInThisContext('(one, other) => %HaveSameMap(one, other)') as (
  one: object,
  other: object,
) => boolean;

/** Paths of the records that are hash tables. */
function tables(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => tables(item, `${path}.${key}`));
  return Array.isArray(value) || isFast(value) ? inner : [path, ...inner];
}

/** The state without the document that it came from, which is read only when something is built. */
function builtState(run: Run): Omit<Run, 'design' | 'places'> {
  const { design: _design, places: _places, ...state } = stateOf(run);
  return state;
}

test('no record of a run is a hash table, settings included, before and after edits and in a copy', () => {
  const document = everythingAtOnce(1);
  const run = createRun(document);
  for (const entry of document.journal) {
    runUntil(run, fromMs(entry.atMs));
    applyChange(run, entry);
  }
  runUntil(run, fromMs(10_000));
  expect(tables(builtState(run), 'run')).toEqual([]);
  expect(tables(builtState(snapshot(run)), 'copy')).toEqual([]);
});

test('clients and subscriptions of many nodes are of one kind each', () => {
  let drawn = scenario();
  for (let lane = 0; lane < 60; lane += 1)
    drawn = drawn
      .producer(`p${lane}`)
      .topic(`t${lane}`)
      .consumer(`c${lane}`)
      .publish(`p${lane}`, `t${lane}`)
      .subscribe(`t${lane}`, `c${lane}`);
  const run = createRun(drawn.build());
  runUntil(run, fromMs(500));
  const kinds = (records: readonly object[]): number => {
    const seen: object[] = [];
    for (const record of records) if (!seen.some((other) => areAlike(other, record))) seen.push(record);
    return seen.length;
  };
  expect([kinds(run.clients), kinds(run.subscriptions)]).toEqual([1, 1]);
});
