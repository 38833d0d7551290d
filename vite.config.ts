import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

/**
 * What Recharts brings along. It is all reached through a dynamic import; the group only gathers it in one file with a
 * name, so that the size budget can find it. React and what Mantine shares with Recharts stay out of the list: a group
 * that held them would make the first page wait for the charts.
 */
const CHART_PACKAGES =
  /[\\/]node_modules[\\/](recharts|victory-vendor|d3-(array|ease|format|interpolate|path|scale|shape|time|time-format)|internmap|@reduxjs[\\/]toolkit|react-redux|redux|redux-thunk|reselect|immer|es-toolkit|decimal\.js-light|eventemitter3)[\\/]/;

export default defineConfig({
  // Relative addresses, so that the built page works from any folder of any host.
  base: './',
  plugins: [react()],
  define: { __SLUICE_VERSION__: JSON.stringify(version) },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    manifest: true,
    sourcemap: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: 'charts', test: CHART_PACKAGES }],
        },
      },
    },
  },
});
