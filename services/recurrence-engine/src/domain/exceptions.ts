import { DomainError } from "@calends/kit/domain-error";
import { noOccurrence } from "./errors.ts";
import { hasDate } from "@calends/recurrence/pattern";
import { compilePattern, refuseFraction } from "./pattern.ts";
import { changed, refuseUnless } from "./series.ts";
import { lineEnds } from "./texts.ts";
import type { Changed, Exception, Held } from "./series-types.ts";

/** What becomes of an occurrence; what is absent stays as it is. */
export interface OccurrenceEdit {
  readonly startMs?: number;
  readonly durationMs?: number;
  /** Empty is the name of the series. */
  readonly title?: string;
  readonly reason?: string;
}

/** Why an occurrence is cancelled when nobody says. */
export const skippedReason = "Manually skipped";

/** Most exceptions of a series: each of its events carries them all. */
export const maxExceptions = 2_000;

/** Cancels one date: it is back at its original time, and does not take place. */
export function cancelOccurrence(held: Held, recurrenceId: number, reason: string, now: Date): Changed {
  refuseUnknown(held, recurrenceId);
  const exception: Exception = {
    recurrenceId,
    kind: "cancelled",
    startMs: recurrenceId,
    durationMs: null,
    title: "",
    reason: reason === "" ? skippedReason : lineEnds(reason),
  };
  return withException(held, exception, "occurrence_cancelled", now);
}

/** Moves one date, or changes its length or name; a cancelled one takes place again. */
export function changeOccurrence(held: Held, recurrenceId: number, edit: OccurrenceEdit, now: Date): Changed {
  refuseUnknown(held, recurrenceId);
  refuseFraction("start_time", edit.startMs ?? 0);
  refuseFraction("duration", edit.durationMs ?? 0);
  const before = held.exceptions.find((other) => other.recurrenceId === recurrenceId && other.kind === "changed");
  const exception: Exception = {
    recurrenceId,
    kind: "changed",
    startMs: edit.startMs ?? before?.startMs ?? recurrenceId,
    durationMs: edit.durationMs ?? before?.durationMs ?? null,
    title: lineEnds(edit.title ?? before?.title ?? ""),
    reason: lineEnds(edit.reason ?? before?.reason ?? ""),
  };
  return withException(held, exception, "occurrence_changed", now);
}

/** Makes one date again what the pattern says: also one that is that already, for what was booked of it may be cancelled. */
export function restoreOccurrence(held: Held, recurrenceId: number, now: Date): Changed {
  refuseUnknown(held, recurrenceId);
  const exceptions = without(held.exceptions, recurrenceId);
  return changed({ ...held, exceptions }, "occurrence_restored", {}, now, recurrenceId);
}

function withException(held: Held, exception: Exception, change: Changed["change"], now: Date): Changed {
  const exceptions = [...without(held.exceptions, exception.recurrenceId), exception];
  refuseTooMany(exceptions);
  return changed({ ...held, exceptions }, change, {}, now, exception.recurrenceId);
}

/** Throws where a series would have more exceptions than an event can carry. */
export function refuseTooMany(exceptions: readonly Exception[]): void {
  if (exceptions.length > maxExceptions) {
    const rule = `a series has at most ${maxExceptions} cancelled and changed occurrences`;
    throw new DomainError("exhausted", "INVALID_FIELD", rule);
  }
}

function without(exceptions: readonly Exception[], recurrenceId: number): Exception[] {
  return exceptions.filter((exception) => exception.recurrenceId !== recurrenceId);
}

function refuseUnknown({ series }: Held, recurrenceId: number): void {
  if (!hasDate(compilePattern(series.pattern), recurrenceId)) {
    throw noOccurrence();
  }
  refuseUnless(series, ["active", "paused"], "only occurrences of an active or paused series can be changed");
}
