import { DomainError, notFound } from "@calends/kit/domain-error";
import { refuseEmpty } from "./read-pattern.ts";
import { changed, hasOccurrence, plannedEnd, type Held, type TimeException } from "./time-record.ts";

/** What becomes of one date; what is absent stays as it is. */
export interface DateEdit {
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly reason?: string | undefined;
}

/** Most exceptions of a master: so many are read and compared at each change. */
export const maxExceptions = 2_000;

/** Cancels one date: it is back at its original time, and does not take place. `id` is that of a new exception. */
export function cancelDate(held: Held, recurrenceMs: number, id: string, now: Date): Held {
  const planned = plannedException(held, recurrenceMs, id, now);
  return withException(held, { ...planned, cancelled: true }, now);
}

/** Moves one date or gives it a reason of its own; a cancelled one takes place again. `path` is the fields' place. */
export function changeDate(held: Held, recurrenceMs: number, edit: DateEdit, id: string, now: Date, path = ""): Held {
  const planned = plannedException(held, recurrenceMs, id, now);
  const known = exceptionAt(held, recurrenceMs);
  const before = known === undefined || known.cancelled ? planned : known;
  const startMs = edit.startMs ?? before.startMs;
  const keptEnd = edit.startMs === undefined ? before.endMs : startMs + before.endMs - before.startMs;
  const endMs = edit.endMs ?? keptEnd;
  refuseEmpty(startMs, endMs, `${path}start_time`, `${path}end_time`);
  return withException(held, { ...planned, startMs, endMs, reason: edit.reason ?? before.reason }, now);
}

/** Makes one date again what the pattern says; the same record where it is that already. */
export function restoreDate(held: Held, recurrenceMs: number, now: Date): Held {
  refuseUnknown(held, recurrenceMs);
  return exceptionAt(held, recurrenceMs) === undefined ? held : withException(held, recurrenceMs, now);
}

/** The exception of a date. */
export function exceptionAt({ exceptions }: Held, recurrenceMs: number): TimeException | undefined {
  return exceptions.find((exception) => exception.recurrenceMs === recurrenceMs);
}

/** Throws "not found" unless a record has a date at an instant. */
export function refuseUnknown({ time }: Held, recurrenceMs: number): void {
  if (!hasOccurrence(time, recurrenceMs)) {
    throw notFound("Occurrence");
  }
}

function plannedException(held: Held, recurrenceMs: number, id: string, now: Date): TimeException {
  refuseUnknown(held, recurrenceMs);
  const { time } = held;
  const known = exceptionAt(held, recurrenceMs);
  return {
    id: known?.id ?? id,
    recurrenceMs,
    startMs: recurrenceMs,
    endMs: plannedEnd(time, recurrenceMs),
    cancelled: false,
    reason: time.reason,
    version: (known?.version ?? 0n) + 1n,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  };
}

function withException(held: Held, exception: TimeException | number, now: Date): Held {
  const recurrenceMs = typeof exception === "number" ? exception : exception.recurrenceMs;
  const others = held.exceptions.filter((other) => other.recurrenceMs !== recurrenceMs);
  const exceptions = typeof exception === "number" ? others : [...others, exception];
  if (exceptions.length > maxExceptions) {
    const rule = `a recurring time has at most ${maxExceptions} cancelled and changed dates`;
    throw new DomainError("exhausted", "INVALID_FIELD", rule);
  }
  return changed({ ...held, exceptions }, {}, now);
}
