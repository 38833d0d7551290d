/** A reason given by the engine as a short code or a phrase, as a person reads it: `bufferFull` → "Buffer full". */
export function humanReason(reason: string): string {
  const words = reason.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
