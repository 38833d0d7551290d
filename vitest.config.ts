import { defineConfig, mergeConfig } from 'vitest/config';
import viteConfig from './vite.config.ts';

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      // Laws (`x.properties.ts`) are functions; the files that apply them to a broker are `x.properties.test.ts`.
      include: [
        'workers/**/*.test.ts',
        'src/**/*.test.ts',
        'src/**/*.test.tsx',
        'scripts/**/*.test.mjs',
        'bench/*.test.ts',
      ],
      environment: 'node',
      setupFiles: ['./vitest.setup.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      pool: 'threads',
      maxWorkers: 2,
      coverage: { provider: 'v8', include: ['workers/**/*.ts', 'src/**/*.{ts,tsx}'], reportsDirectory: 'coverage' },
    },
  }),
);
