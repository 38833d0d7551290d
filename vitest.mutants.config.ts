/**
 * The tests that judge mutants of one part of the engine (`SLUICE_MUTANTS`, see scripts/mutants.mjs): quick ones, which
 * name what is wrong. The long random runs would kill more, at minutes a mutant.
 */
import { defineConfig } from 'vitest/config';

const TESTS: Readonly<Record<string, readonly string[]>> = {
  core: ['workers/engine/core/{assert,columns,digest,event-queue,histogram,plain,time}*.test.ts'],
  draws: ['workers/engine/core/{distributions,exact-math,random,ziggurat,zipf}*.test.ts'],
  ledger: [
    'workers/engine/ledger/**/*.test.ts',
    'workers/engine/brokers/log/*.test.ts',
    'workers/engine/clients/*.test.ts',
    'workers/engine/handlers/*.test.ts',
    'workers/engine/trace.golden.test.ts',
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
