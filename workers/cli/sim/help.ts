import { UNTIL_DEFAULT } from './arguments.ts';

export const HELP = `Runs a scenario without a page and prints the report.

  npm run --silent sim -- FILE.json [options]

FILE is a scenario document, "-" for the standard input, or a link made by the page (whole, in quotes, or only what
follows its "#"). What a person did during the run that was shared, the document's journal, is done again.

Options
  --until DURATION  simulated time to run, from 0: 500ms, 60s, 5m, 1h, up to 100d (default ${UNTIL_DEFAULT})
  --seed NUMBER     instead of the document's seed; a whole number from 0 to 4294967295
  --branch NAME     the branch of that name instead of the one that was shown when the document was saved
  --warm-up WHAT    leaves out the beginning: a duration, or auto for what MSER-5 finds (White 1997; each replication
                    is then run twice)
  --replications N  runs it N times with seeds made of the scenario's (the first one is the scenario's own), and tells
                    every mean with the half-width of its 95 % confidence interval
  --json            the report as JSON, described by public/report.schema.json; with one of the two options above
                    by public/experiment.schema.json
  -h, --help        this text

The same scenario, seed and duration give the same report, to the byte, here and in every browser; "digest" stands for
every event of the run.

Exit code
  0  all checks of the scenario hold (or it has none)
  1  a check fails, in any replication; checks are judged over the whole run, the warm-up included
  2  the document, the link or the arguments are wrong. Diagnostics (code, path, sentence, suggestion) are on the error
     stream; with --json they are on the output as well, as {"format": "sluice-diagnostics/1", "diagnostics": […]}.
     Warnings are told on the error stream and change nothing.
  3  the engine failed: a bug in Sluice, told with what is needed to report it

Examples
  npm run --silent sim -- orders.json
  npm run --silent sim -- orders.json --until 10m --seed 7 --json > report.json
  npm run --silent sim -- orders.json --until 5m --warm-up auto --replications 10
  npm run --silent sim -- "https://…/#s1.…" --until 2m
`;
