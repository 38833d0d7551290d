/** `node scripts/cli.mjs experiment-schema > public/experiment.schema.json` writes the schema of experiments anew. */
import { experimentSchemaText } from './sim/experiment-schema.ts';

export function main(): void {
  process.stdout.write(experimentSchemaText());
}
