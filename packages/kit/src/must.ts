/** Returns a value that cannot be absent here, or throws saying which one it was: a bug, never a user's fault. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) {
    throw new Error(`${what} is missing`);
  }
  return value;
}
