/**
 * The buffers behind every typed array in a plain value, each once: what `transfer` needs so that a copy made for another
 * thread moves there instead of being copied again.
 */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer);
      return;
    }
    for (const inner of Array.isArray(part) ? part : Object.values(part)) visit(inner);
  };
  visit(value);
  return [...found];
}
