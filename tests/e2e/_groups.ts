import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Category, type AppointmentTypeFieldsSchema } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingStatusSchema, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import type { Client } from "@connectrpc/connect";
import { bookingRequest, createBookable, type Bookable } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";
import { query } from "./_util.ts";

/** A type of group meetings, and what its registrations and sessions look like. */
export interface Group extends Bookable {
  readonly bookings: Client<typeof BookingService>;
  /** Registers somebody and returns the booking. */
  register(startMs: number, guest?: string): Promise<Booking>;
  cancel(booking: Booking): Promise<Booking>;
  read(booking: Booking): Promise<Booking>;
  /** Seats that are taken of each open session, by start. */
  taken(): Promise<number[]>;
  /** Allocations of the host that are active. */
  busy(): Promise<number>;
}

/** Makes a type of group meetings of so many seats. */
export async function createGroup(
  sky: TestConstellation,
  capacity: number,
  fields: MessageInitShape<typeof AppointmentTypeFieldsSchema> = {},
): Promise<Group> {
  const bookable = await createBookable(sky, { type: { category: Category.GROUP, capacity, ...fields } });
  const bookings = sky.client(BookingService, bookable.organizationId);
  const url = sky.databaseUrl("booking");
  return {
    ...bookable,
    bookings,
    async register(startMs, guest = "guest") {
      return must((await bookings.createBooking(bookingRequest(bookable, startMs, guest))).booking, "booking");
    },
    async cancel({ id }) {
      const { booking } = await bookings.cancelBooking({ requestId: randomUUID(), bookingId: id });
      return must(booking, "booking");
    },
    async read({ id }) {
      return must((await bookings.getBooking({ bookingId: id })).booking, "booking");
    },
    async taken() {
      const rows = await query<{ taken: number }>(
        url,
        `SELECT taken FROM group_sessions WHERE appointment_type_id = '${bookable.typeId}' AND status = 'open'
         ORDER BY starts_at`,
      );
      return rows.map(({ taken }) => taken);
    },
    async busy() {
      const where = `calendar_id = '${bookable.calendarId}' AND active`;
      const [row] = await query<{ n: string }>(url, `SELECT count(*) AS n FROM allocations WHERE ${where}`);
      return Number(row?.n);
    },
  };
}

/** The statuses of bookings by name. */
export function statusesOf(bookings: readonly Booking[]): string[] {
  return bookings.map(({ status }) => BookingStatusSchema.value[status]?.localName ?? "");
}
