/**
 * Deflate by the streams that browsers, workers and Node all have. This room sees no DOM, so the few members used are
 * declared here, and nothing else of the host is visible.
 */

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
  readonly closed: Promise<unknown>;
}
interface Writer {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
  readonly closed: Promise<unknown>;
}
interface ByteStream {
  readonly readable: { getReader(): Reader };
  readonly writable: { getWriter(): Writer };
}
type ByteStreamConstructor = new (format: 'deflate-raw') => ByteStream;

declare const CompressionStream: ByteStreamConstructor | undefined;
declare const DecompressionStream: ByteStreamConstructor | undefined;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

/** Fed in pieces, so that a bomb is noticed after the first few and not when all of it has gone off. */
const PIECE = 4096;

export type Inflated =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: 'unsupported' | 'damaged' | 'tooLarge' };

/** @throws Error where the host has no compression streams (browsers before 2023) */
export async function deflate(text: string): Promise<Uint8Array> {
  if (typeof CompressionStream === 'undefined') throw new Error('This browser has no CompressionStream.');
  const bytes = await pass(new CompressionStream('deflate-raw'), new TextEncoder().encode(text), Infinity);
  if (bytes === 'tooLarge') throw new Error('Unreachable: no limit was given.');
  return bytes;
}

/** @param limit most bytes to inflate to, included; inflating stops as soon as there are more */
export async function inflate(bytes: Uint8Array, limit: number): Promise<Inflated> {
  if (typeof DecompressionStream === 'undefined') return { ok: false, why: 'unsupported' };
  try {
    const inflated = await pass(new DecompressionStream('deflate-raw'), bytes, limit);
    if (inflated === 'tooLarge') return { ok: false, why: 'tooLarge' };
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(inflated) };
  } catch {
    return { ok: false, why: 'damaged' };
  }
}

/** For failures that are said elsewhere too. */
const ignore = () => undefined;

/** All that comes out of a stream when the bytes go in. @throws when the stream does, because the bytes are damaged */
async function pass(stream: ByteStream, bytes: Uint8Array, limit: number): Promise<Uint8Array | 'tooLarge'> {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // A stream that fails says so at the reader; the same failure at these ends is expected and looked at by nobody.
  writer.closed.catch(ignore);
  reader.closed.catch(ignore);
  const feeding = feed(writer, bytes).catch(ignore);

  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    length += value.length;
    if (length > limit) {
      reader.cancel().catch(ignore);
      writer.abort().catch(ignore);
      return 'tooLarge';
    }
    pieces.push(value);
  }
  await feeding;
  return joined(pieces, length);
}

async function feed(writer: Writer, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += PIECE) await writer.write(bytes.subarray(start, start + PIECE));
  await writer.close();
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
