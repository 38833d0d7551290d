/** Something that must hold did not: a bug in the engine, never bad input. The host turns it into the failure card. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/**
 * Assertions stay on in production. One condition each; give the message as a function where building it costs
 * something. On the hottest paths write `if (!condition) fail(() => …)` instead: there even making that function would
 * cost, every time.
 *
 * @throws AssertionFailure when `condition` is false
 */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) fail(message);
}

/** The end of an exhaustive switch: compiles only while every case is handled. */
export function unreachable(x: never): never {
  return fail(() => `A case was not handled: ${JSON.stringify(x)}`);
}

/** Apart from `assert`, so that `assert` stays small enough for engines to inline. */
export function fail(message: string | (() => string)): never {
  throw new AssertionFailure(typeof message === 'string' ? message : message());
}
