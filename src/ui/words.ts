/** "queue depth" → "Queue depth". */
export function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A code name as a person reads it: `consistentHash` → "Consistent hash"; `at-least-once` → "At least once". */
export function humanize(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[-_]/g, ' ');
  return capitalised(words.toLowerCase());
}
