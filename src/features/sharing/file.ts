/** Scenario files. */
import { currentScenario } from '../../document/actions.ts';

/** A title as a file name: "Keys and order" becomes "keys-and-order". */
export function fileName(title: string): string {
  const slug = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${slug || 'scenario'}.sluice.json`;
}

/** Hands the open scenario to the browser as a file to keep. */
export function downloadScenario(): void {
  const scenario = currentScenario();
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(scenario, null, 2)}\n`], { type: 'application/json' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = fileName(scenario.title);
  anchor.click();
  // The browser has taken what it needs by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
