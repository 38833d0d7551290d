import { partsOf } from './spec.ts';

/** A sentence of the specification, with code and emphasis shown as such. */
export function Sentence({ text }: { readonly text: string }) {
  return partsOf(text).map((part, index) =>
    // The parts of a sentence never change their order.
    part.style === 'code' ? (
      <code key={index}>{part.text}</code>
    ) : part.style === 'emphasis' ? (
      <em key={index}>{part.text}</em>
    ) : (
      part.text
    ),
  );
}
