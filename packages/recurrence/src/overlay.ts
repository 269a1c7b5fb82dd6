/** What became of one occurrence: it was cancelled, or moved to another start. */
export type OccurrenceException =
  | { readonly recurrenceId: number; readonly kind: "cancelled" }
  | { readonly recurrenceId: number; readonly kind: "moved"; readonly startMs: number };

/** An occurrence after its exceptions: named by its original start, taking place at `startMs`. */
export interface Occurrence {
  readonly recurrenceId: number;
  readonly startMs: number;
}

/** Applies exceptions to the starts of a set; an exception of a date that the set does not have changes nothing. */
export function overlay(starts: ArrayLike<number>, exceptions: readonly OccurrenceException[]): Occurrence[] {
  const byId = new Map(exceptions.map((exception) => [exception.recurrenceId, exception]));
  const occurrences: Occurrence[] = [];
  for (const recurrenceId of Array.from(starts)) {
    const exception = byId.get(recurrenceId);
    if (exception?.kind !== "cancelled") {
      occurrences.push({ recurrenceId, startMs: exception?.startMs ?? recurrenceId });
    }
  }
  return occurrences.sort((a, b) => a.startMs - b.startMs || a.recurrenceId - b.recurrenceId);
}
