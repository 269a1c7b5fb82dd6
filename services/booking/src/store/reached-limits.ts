import type { Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import type { AppointmentType } from "../domain/appointment-type.ts";
import { limitsOf, reachedFigure, spanOf, spansBetween, type LimitSpan, type TypeLimit } from "../domain/limits.ts";

/** What is booked, or about to be, on a local day. */
export interface BookedDay {
  readonly day: string;
  readonly bookings: number;
  readonly minutes: number;
}

/** What limits are looked at beside: dates that are about to be booked, and a booking that does not count; null for none. */
export interface Beside {
  readonly planned: readonly BookedDay[];
  readonly except: string | null;
}

/** A span in which a limit leaves no room, with the figure of the limit that is reached. */
export interface ReachedSpan {
  readonly limit: TypeLimit;
  readonly span: LimitSpan;
  readonly most: number;
}

/**
 * The spans between two local dates in which a limit of a type leaves no room for one more booking of a length: all of them
 * where the length is more than the limit alone.
 */
export async function reachedSpans(
  db: Sql,
  organizationId: string,
  { id: appointmentTypeId, fields }: Pick<AppointmentType, "id" | "fields">,
  dates: { readonly from: string; readonly to: string },
  minutes: number,
  { planned, except }: Beside,
): Promise<ReachedSpan[]> {
  const limits = limitsOf(fields);
  const from = limits.map(({ kind }) => spanOf(kind, dates.from).from).toSorted()[0];
  const to = limits
    .map(({ kind }) => spanOf(kind, dates.to).to)
    .toSorted()
    .at(-1);
  if (from === undefined || to === undefined) {
    return [];
  }
  const booked = await bookedDays(db, { organizationId, appointmentTypeId }, { from, to }, except);
  const days = [...booked, ...planned.filter(({ day }) => day >= from && day < to)];
  return limits.flatMap((limit) => {
    const taken = Map.groupBy(days, ({ day }) => spanOf(limit.kind, day).from);
    return spansBetween(limit.kind, dates.from, dates.to).flatMap((span) => {
      const ofSpan = taken.get(span.from) ?? [];
      const most = reachedFigure(
        limit,
        { bookings: sum(ofSpan, "bookings"), minutes: sum(ofSpan, "minutes") },
        minutes,
      );
      return most === null ? [] : [{ limit, span, most }];
    });
  });
}

/** What is booked of a type on the local days from one on and before another. */
async function bookedDays(
  db: Sql,
  { organizationId, appointmentTypeId }: { readonly organizationId: string; readonly appointmentTypeId: string },
  { from, to }: Pick<LimitSpan, "from" | "to">,
  except: string | null,
): Promise<BookedDay[]> {
  return db
    .$queryRawUnsafe<BookedDay[]>(
      `SELECT limit_day AS day, count(*)::int AS bookings,
         sum(extract(epoch FROM ends_at - starts_at) / 60)::int AS minutes
       FROM bookings
       WHERE organization_id = $1::uuid AND appointment_type_id = $2::uuid
         AND limit_day >= $3 AND limit_day < $4 AND status NOT IN ('cancelled', 'waitlisted')
         AND ($5::uuid IS NULL OR id <> $5::uuid)
       GROUP BY limit_day`,
      organizationId,
      appointmentTypeId,
      from,
      to,
      except,
    )
    .catch(throwKind);
}

function sum<K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K): number {
  return rows.reduce((total, row) => total + row[key], 0);
}
