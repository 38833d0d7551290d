import { createContext, runInContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { applyChange, createRun, digestOf, fromMs, report, runUntil } from './engine.ts';
import type { Scenario } from '../scenario/document.ts';
import { everythingAtOnce } from './testing/scenarios.ts';

/** The engine as one classic script that leaves `engine` behind. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('engine.ts', import.meta.url)), formats: ['iife'], name: 'engine' },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const chunk = outputs.flatMap((each) => ('output' in each ? each.output : [])).find((each) => each.type === 'chunk');
  if (chunk === undefined) throw new Error('The build has no chunk.');
  return chunk.code;
}

/**
 * A realm of its own that has the bare language only, without its clock, its luck, its last bits and its locale: what
 * differs between machines and browsers throws.
 */
function bareRealm(): object {
  const realm = createContext(Object.create(null) as object);
  runInContext(
    `{
      const forbid = (of, name) => Object.defineProperty(of, name, { get() { throw new Error('The engine used ' + name); } });
      const exact = ['abs', 'ceil', 'clz32', 'floor', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc', 'fround'];
      for (const name of Object.getOwnPropertyNames(Math)) {
        if (typeof Math[name] === 'function' && !exact.includes(name)) forbid(Math, name);
      }
      for (const type of [String, Number, Array, Date, BigInt, Object])
        for (const name of Object.getOwnPropertyNames(type.prototype))
          if (name.startsWith('toLocale') || name === 'localeCompare') forbid(type.prototype, name);
      // A value may be compared with its type, as validation does; nobody may ask it for the time.
      const used = () => { throw new Error('The engine used Date'); };
      const get = (date, name) => (name === 'prototype' || name === Symbol.hasInstance ? date[name] : used());
      globalThis.Date = new Proxy(Date, { apply: used, construct: used, get });
      for (const name of ['Intl', 'console', 'WeakRef', 'FinalizationRegistry']) forbid(globalThis, name);
    }`,
    realm,
  );
  return realm;
}

/** The run of a scenario with its journal: the digest, and the report as text. */
function outcome(scenario: Scenario): [string, string] {
  const run = createRun(scenario);
  for (const entry of scenario.journal) {
    runUntil(run, fromMs(entry.atMs));
    applyChange(run, entry);
  }
  runUntil(run, fromMs(10_000));
  return [digestOf(run), JSON.stringify(report(run))];
}

test('[DT4] a realm without clock, luck, transcendental functions and locale gives the same run to the byte', async () => {
  const scenario = everythingAtOnce(7);
  const realm = bareRealm();
  runInContext(await bundle(), realm);
  const bare = runInContext(
    `{
      const { createRun, runUntil, applyChange, fromMs, digestOf, report } = engine;
      const scenario = JSON.parse(${JSON.stringify(JSON.stringify(scenario))});
      const run = createRun(scenario);
      for (const entry of scenario.journal) {
        runUntil(run, fromMs(entry.atMs));
        applyChange(run, entry);
      }
      runUntil(run, fromMs(10000));
      JSON.stringify([digestOf(run), JSON.stringify(report(run))]);
    }`,
    realm,
  ) as string;
  expect(JSON.parse(bare)).toEqual(outcome(scenario));
});

test('[DT4] the realm does throw where it should', () => {
  for (const code of [
    'Math.random()',
    'Math.log(2)',
    'Math.pow(2, 3)',
    'Date.now()',
    'new Date()',
    '"a".localeCompare("b")',
  ])
    expect(() => runInContext(code, bareRealm())).toThrow('The engine used');
  expect(runInContext('Math.sqrt(9)', bareRealm())).toBe(3);
});
