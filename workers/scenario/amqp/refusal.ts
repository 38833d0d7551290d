/** How an AMQP broker says no: it closes the channel, or the connection, and gives a code. */

export interface Refusal {
  readonly code: 403 | 404 | 405 | 406 | 503 | 530 | 540 | 541;
  readonly name:
    | 'ACCESS_REFUSED'
    | 'NOT_FOUND'
    | 'RESOURCE_LOCKED'
    | 'PRECONDITION_FAILED'
    | 'COMMAND_INVALID'
    | 'NOT_ALLOWED'
    | 'NOT_IMPLEMENTED'
    | 'INTERNAL_ERROR';
  readonly closes: 'channel' | 'connection';
  /** A sentence. */
  readonly why: string;
}

export function accessRefused(why: string): Refusal {
  return { code: 403, name: 'ACCESS_REFUSED', closes: 'channel', why };
}

export function notFound(why: string): Refusal {
  return { code: 404, name: 'NOT_FOUND', closes: 'channel', why };
}

export function resourceLocked(why: string): Refusal {
  return { code: 405, name: 'RESOURCE_LOCKED', closes: 'channel', why };
}

export function preconditionFailed(why: string): Refusal {
  return { code: 406, name: 'PRECONDITION_FAILED', closes: 'channel', why };
}

export function commandInvalid(why: string): Refusal {
  return { code: 503, name: 'COMMAND_INVALID', closes: 'connection', why };
}

export function notAllowed(why: string): Refusal {
  return { code: 530, name: 'NOT_ALLOWED', closes: 'connection', why };
}

export function notImplemented(why: string): Refusal {
  return { code: 540, name: 'NOT_IMPLEMENTED', closes: 'connection', why };
}

/** Where the broker itself fails on what it was given. */
export function internalError(why: string): Refusal {
  return { code: 541, name: 'INTERNAL_ERROR', closes: 'connection', why };
}
