/** Random tests draw the same cases every time; another seed is another search: `SLUICE_SEED=7 npm run unit`. */
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env['SLUICE_SEED'] ?? 42) });
