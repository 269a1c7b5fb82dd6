import type { Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import type { DomainError } from "@calends/kit/domain-error";
import { limitDayOf, type AppointmentType } from "../domain/appointment-type.ts";
import { countsTowardsLimits } from "../domain/allocations.ts";
import type { Booking } from "../domain/booking.ts";
import { limitReached, typeChanged } from "../domain/errors.ts";
import { limitsOf, spanOf, wordsOf, type LimitSpan, type TypeLimit } from "../domain/limits.ts";
import { readType } from "./appointment-types.ts";
import type { Tx } from "./index.ts";
import { reachedSpans } from "./reached-limits.ts";

/** Whose counters. */
interface Counted {
  readonly organizationId: string;
  readonly appointmentTypeId: string;
}

/**
 * Takes a booking's room in each limit of its type, or throws DAILY_LIMIT, WEEKLY_LIMIT or MONTHLY_LIMIT. Called before the
 * booking is written. The type's row is locked against changes of its limits, and a type that has been changed since it
 * was read is refused as "conflict": the caller reads it again.
 */
export async function takeLimits(
  tx: Sql,
  organizationId: string,
  type: AppointmentType,
  booking: Booking,
): Promise<void> {
  const limits = limitsOf(type.fields);
  if (limits.length === 0 || !countsTowardsLimits(booking)) {
    return;
  }
  if ((await keepType(tx, organizationId, type.id)) !== String(type.version)) {
    throw typeChanged();
  }
  // Days before weeks before months: bookings that race lock their counters in one order.
  for (const limit of limits) {
    const whose = { organizationId, appointmentTypeId: type.id };
    const span = spanOf(limit.kind, booking.limitDay);
    if (!(await take(tx, whose, limit, span, booking))) {
      throw await reached(tx, organizationId, type, limit, booking);
    }
  }
}

/** Keeps a type, and so its limits, from being changed until the transaction ends. Returns its version. */
async function keepType(tx: Sql, organizationId: string, id: string): Promise<string | undefined> {
  const kept = await tx
    .$queryRawUnsafe<{ version: string }[]>(
      `SELECT version::text FROM appointment_types WHERE organization_id = $1::uuid AND id = $2::uuid FOR SHARE`,
      organizationId,
      id,
    )
    .catch(throwKind);
  return kept[0]?.version;
}

/** Gives a moved booking's room back and takes new room. All counters are locked in one order first. */
export async function moveLimits(
  tx: Tx,
  organizationId: string,
  type: AppointmentType,
  before: Booking,
  after: Booking,
): Promise<void> {
  if (before.limitDay === after.limitDay && minutesOf(before) === minutesOf(after)) {
    return;
  }
  await lockLimits(tx, organizationId, type.id, [before, after]);
  await releaseLimits(tx, organizationId, before);
  await takeLimits(tx, organizationId, type, after);
}

/**
 * Locks the counters of some bookings of a type, days before weeks before months and each kind in the order of time, as
 * whoever takes room does. Those that are not there are made, for the same order: from what is booked, which no other
 * transaction can change unseen from then on. The type is locked against changes of its limits first.
 */
async function lockLimits(
  tx: Tx,
  organizationId: string,
  appointmentTypeId: string,
  bookings: readonly Pick<Booking, "limitDay">[],
): Promise<void> {
  await keepType(tx, organizationId, appointmentTypeId);
  const { fields } = await readType(tx, organizationId, appointmentTypeId);
  const spans = limitsOf(fields).flatMap(({ kind }) => {
    const ofKind = new Map(bookings.map(({ limitDay }) => spanOf(kind, limitDay)).map((span) => [span.from, span]));
    return [...ofKind.values()].toSorted((a, b) => (a.from < b.from ? -1 : 1));
  });
  for (const span of spans) {
    await lockCounter(tx, { organizationId, appointmentTypeId }, span);
  }
}

async function lockCounter(tx: Tx, { organizationId, appointmentTypeId }: Counted, span: LimitSpan): Promise<void> {
  const key = keyOf(span);
  await tx.$executeRaw`
    INSERT INTO limit_counts (organization_id, appointment_type_id, span, bookings, minutes)
    SELECT ${organizationId}::uuid, ${appointmentTypeId}::uuid, ${key}, count(*)::int,
      coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60), 0)::int
    FROM bookings
    WHERE organization_id = ${organizationId}::uuid AND appointment_type_id = ${appointmentTypeId}::uuid
      AND limit_day >= ${span.from} AND limit_day < ${span.to} AND status NOT IN ('cancelled', 'waitlisted')
    HAVING NOT EXISTS (SELECT FROM limit_counts WHERE organization_id = ${organizationId}::uuid
      AND appointment_type_id = ${appointmentTypeId}::uuid AND span = ${key})
    ON CONFLICT DO NOTHING`.catch(throwKind);
  await tx.$queryRaw`
    SELECT 1 AS locked FROM limit_counts WHERE organization_id = ${organizationId}::uuid
      AND appointment_type_id = ${appointmentTypeId}::uuid AND span = ${key} FOR UPDATE`.catch(throwKind);
}

/** Gives a booking's room in every limit back. Called before the booking is written as one that has none. */
export function releaseLimits(tx: Tx, organizationId: string, booking: Booking): Promise<void> {
  return shiftLimits(tx, organizationId, booking, -1);
}

/**
 * Counts a booking towards every limit, reached or not: of who gets the seat that somebody else has left. Called before the
 * booking is written as one that counts.
 */
export function countAnyway(tx: Tx, organizationId: string, booking: Booking): Promise<void> {
  return shiftLimits(tx, organizationId, booking, 1);
}

async function shiftLimits(tx: Tx, organizationId: string, booking: Booking, by: 1 | -1): Promise<void> {
  const spans = (["day", "week", "month"] as const).map((kind) => keyOf(spanOf(kind, booking.limitDay)));
  const minutes = by * minutesOf(booking);
  await lockLimits(tx, organizationId, booking.appointmentTypeId, [booking]);
  await tx.$executeRaw`
    UPDATE limit_counts SET bookings = greatest(bookings + ${by}, 0), minutes = greatest(minutes + ${minutes}, 0)
    WHERE organization_id = ${organizationId}::uuid AND appointment_type_id = ${booking.appointmentTypeId}::uuid
      AND span = ANY (${spans})`.catch(throwKind);
}

/**
 * Takes a booking's room in one limit, and says whether there was any. The counter is made on first use from the bookings
 * that are there; its row makes racing transactions queue, so that the limit holds under any race.
 */
async function take(
  tx: Sql,
  { organizationId, appointmentTypeId }: Counted,
  limit: TypeLimit,
  span: LimitSpan,
  booking: Booking,
): Promise<boolean> {
  const taken = await tx
    .$queryRawUnsafe<unknown[]>(
      `INSERT INTO limit_counts (organization_id, appointment_type_id, span, bookings, minutes)
       SELECT $1::uuid, $2::uuid, $3, count(*)::int + 1,
         coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60), 0)::int + $4::int
       FROM bookings
       WHERE organization_id = $1::uuid AND appointment_type_id = $2::uuid
         AND limit_day >= $5 AND limit_day < $6 AND status NOT IN ('cancelled', 'waitlisted') AND id <> $7::uuid
       HAVING count(*) < $8::int AND coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60), 0)::int + $4::int <= $9::int
       ON CONFLICT (organization_id, appointment_type_id, span) DO UPDATE
         SET bookings = limit_counts.bookings + 1, minutes = limit_counts.minutes + $4::int
         WHERE limit_counts.bookings < $8::int AND limit_counts.minutes + $4::int <= $9::int
       RETURNING 1 AS taken`,
      organizationId,
      appointmentTypeId,
      keyOf(span),
      minutesOf(booking),
      span.from,
      span.to,
      booking.id,
      limit.maxBookings > 0 ? limit.maxBookings : maxInteger,
      limit.maxMinutes > 0 ? limit.maxMinutes : maxInteger,
    )
    .catch(throwKind);
  return taken.length > 0;
}

/** The refusal of a booking by a limit, with the figures that availability tells of it. */
async function reached(
  tx: Sql,
  organizationId: string,
  type: AppointmentType,
  limit: TypeLimit,
  booking: Booking,
): Promise<DomainError> {
  const dates = { from: booking.limitDay, to: booking.limitDay };
  const beside = { planned: [], except: booking.id };
  const spans = await reachedSpans(tx, organizationId, type, dates, minutesOf(booking), beside);
  // Somebody may have given room back in between; then any of its figures is as true as the others.
  const most = spans.find((one) => one.limit.kind === limit.kind)?.most ?? (limit.maxBookings || limit.maxMinutes);
  const figures = { zone: type.fields.timeZone, span: spanOf(limit.kind, booking.limitDay).from, most };
  return limitReached(limit.reason, wordsOf(limit), figures);
}

const maxInteger = 2_147_483_647;

/** Forgets a type's counters, so that they are made anew under its new limits or zone. */
export async function resetLimits(tx: Tx, organizationId: string, appointmentTypeId: string): Promise<void> {
  await tx.limitCount.deleteMany({ where: { organizationId, appointmentTypeId } }).catch(throwKind);
}

/**
 * Puts the bookings of a type on the local days of its new zone: those that a limit may still look at, which are the last
 * month's and all that are to come.
 */
export async function recountDays(tx: Tx, organizationId: string, type: AppointmentType, now: Date): Promise<void> {
  const startsAt = { gt: new Date(now.getTime() - 32 * 86_400_000) };
  const where = { organizationId, appointmentTypeId: type.id, startsAt };
  const rows = await tx.booking.findMany({ where, select: { id: true, startsAt: true } }).catch(throwKind);
  const days = rows.map((row) => limitDayOf(type.fields, row.startsAt.getTime()));
  await tx.$executeRaw`
    UPDATE bookings SET limit_day = moved.day
    FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${days}::text[]) AS moved (id, day)
    WHERE organization_id = ${organizationId}::uuid AND bookings.id = moved.id`.catch(throwKind);
}

function minutesOf({ startsAt, endsAt }: Booking): number {
  return Math.round((endsAt.getTime() - startsAt.getTime()) / 60_000);
}

function keyOf({ kind, from }: LimitSpan): string {
  return `${kind}:${from}`;
}
