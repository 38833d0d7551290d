/** `node scripts/cli.mjs scenario-schema > public/scenario.schema.json` writes the schema of the document anew. */
import { scenarioSchemaText } from './scenario-schema/json-schema.ts';

export function main(): void {
  process.stdout.write(scenarioSchemaText());
}
