/**
 * The tests that judge mutants of one part of the engine (`SLUICE_MUTANTS`, see scripts/mutants.mjs): quick ones, which
 * name what is wrong. The long random runs would kill more, at minutes a mutant.
 */
import { defineConfig } from 'vitest/config';

const TESTS: Readonly<Record<string, readonly string[]>> = {
  core: ['workers/engine/core/{assert,columns,digest,event-queue,histogram,plain,time}*.test.ts'],
  draws: ['workers/engine/core/{distributions,exact-math,random,ziggurat,zipf}*.test.ts'],
  // Those of the ledger itself, and of what loses, doubles, keeps and expires messages; all of them take seconds.
  ledger: [
    'workers/engine/ledger/**/*.test.ts',
    'workers/engine/brokers/log/{cleaner,positions,replication,retention,seek}.test.ts',
    'workers/engine/brokers/log/share/share-group.test.ts',
    'workers/engine/clients/{batching,buffer,retries}.test.ts',
    'workers/engine/handlers/{handler,manual-commit}.test.ts',
    'workers/engine/build/edit.test.ts',
    'workers/engine/brokers/log/transactions/*.test.ts',
  ],
};

export default defineConfig({
  test: {
    include: [...(TESTS[process.env['SLUICE_MUTANTS'] ?? ''] ?? [])],
    environment: 'node',
    setupFiles: ['./vitest.setup.ts'],
    testTimeout: 60_000,
    // A mutant is switched on inside a module, so modules need not be loaded anew for each.
    isolate: false,
    bail: 1,
  },
});
