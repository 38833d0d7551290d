import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packPlain, releasePacked, unpackPlain } from './packed.ts';
import { copyPlain, equalPlain, sharedPath } from './plain.ts';

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
    fc.oneof(fc.float64Array(), fc.int32Array(), fc.uint8Array(), fc.uint32Array()),
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 5 }),
  ),
}));

/** Overwrites every number of a state in place. */
function scribble(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    (value as Uint8Array).fill(77);
    return;
  }
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    if (typeof record[key] === 'number') record[key] = 77;
    else scribble(record[key]);
  }
}

it('a copy equals its original, and what happens to one does not happen to the other', () => {
  fc.assert(
    fc.property(tree, (state) => {
      const copy = copyPlain(state);
      const second = copyPlain(state);
      expect(equalPlain(state, copy)).toBeNull();
      expect(sharedPath([state, copy])).toBeNull();
      scribble(state);
      expect(equalPlain(copy, second)).toBeNull();
    }),
  );
});

it('packed states come back as they were, whatever they share and whatever is released', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 5 }), fc.nat(4), (states, dropped) => {
      const packed = states.map(() => packPlain(null, null));
      for (const [i, state] of states.entries()) packed[i] = packPlain(state, packed[i - 1] ?? null);
      const copies = states.map((state) => copyPlain(state));
      for (const state of states) scribble(state);
      const kept = packed.filter((_, i) => i !== dropped);
      if (packed[dropped] !== undefined) releasePacked(packed[dropped]);
      let spent: unknown = copies[0] === undefined ? null : copyPlain(copies[0]);
      const expected = copies.filter((_, i) => i !== dropped);
      for (const [i, one] of kept.entries()) {
        spent = unpackPlain(one, spent);
        expect(equalPlain(spent, expected[i])).toBeNull();
      }
    }),
  );
});
