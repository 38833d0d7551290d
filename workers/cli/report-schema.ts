/** `node scripts/cli.mjs report-schema > public/report.schema.json` writes the schema of the report anew. */
import { reportSchemaText } from './sim/report-schema.ts';

export function main(): void {
  process.stdout.write(reportSchemaText());
}
