// `npm run check`: everything that needs no test to run (types, lint, import table, arithmetic, lengths, format).
import './node-version.mjs';
import { requireInstalled } from './install.mjs';
import { STATIC_STEPS, printReport, runStep } from './steps.mjs';

requireInstalled();
process.exitCode = printReport(Object.values(STATIC_STEPS).map(runStep)) ? 0 : 1;
