/** Request ids that make a retry safe: the same request has the same id, a different one a new id. */

/** Attempt is a request that was sent under an id. */
export interface Attempt {
  readonly requestId: string;
  /** The request without its id, as text. */
  readonly content: string;
}

/**
 * Returns the attempt for a request. When its content is that of the last attempt, whose answer was perhaps lost, the id
 * is the same, and the server answers with the booking it made instead of making another.
 */
export function attemptFor(content: string, last: Attempt | undefined, newId: () => string): Attempt {
  return last?.content === content ? last : { requestId: newId(), content };
}
