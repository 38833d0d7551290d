/**
 * The UTF-8 bytes of a text, as Java's `String.getBytes(UTF_8)` gives them: half of a surrogate pair becomes `?`, one
 * byte, where the web's encoders would write U+FFFD. [KP4]
 */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) ?? 0;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), continuation(point));
    else if (point >= 0xd800 && point <= 0xdfff) bytes.push(0x3f);
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), continuation(point >> 6), continuation(point));
    else {
      bytes.push(0xf0 | (point >> 18), continuation(point >> 12), continuation(point >> 6), continuation(point));
      at += 1; // The second half of the pair belongs to this code point.
    }
  }
  return Uint8Array.from(bytes);
}

function continuation(point: number): number {
  return 0x80 | (point & 0x3f);
}
