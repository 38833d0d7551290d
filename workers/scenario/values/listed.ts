/** The entries of a text that lists them, separated by commas; empty ones are left out. */
export function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
