import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

export default defineConfig({
  // Relative addresses, so that the built page works from any folder of any host.
  base: './',
  plugins: [react()],
  define: { __SLUICE_VERSION__: JSON.stringify(version) },
  worker: { format: 'es' },
  // Lazy files follow the dynamic imports and nothing else. Gathering Recharts' packages in a group of their own broke
  // the page: Rolldown then runs some CommonJS modules before what they need.
  build: {
    target: 'es2023',
    manifest: true,
    sourcemap: false,
  },
});
