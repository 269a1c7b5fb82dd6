import { Client, type QueryResultRow } from "pg";

/** A booking as its row has it. */
export interface BookingRow {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly calendars: readonly string[];
  readonly hostEmails: readonly string[];
  readonly guest: string;
  readonly session: string | null;
  readonly position: number;
  readonly series: string | null;
  readonly recurrence: number | null;
  readonly version: number;
}

/** One change of a booking. */
export interface ChangeRow {
  readonly booking: string;
  readonly version: number;
  readonly change: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly at: number;
}

/** A span on a calendar, and whose it is. */
export interface SpanRow {
  readonly calendar: string;
  readonly owner: string;
  readonly start: number;
  readonly end: number;
}

/** A meeting of a group. */
export interface SessionRow extends SpanRow {
  readonly type: string;
  readonly capacity: number;
  readonly taken: number;
  readonly open: boolean;
}

/** Who was chosen for a booking, in the order of choices. */
export interface ChoiceRow {
  readonly booking: string;
  readonly version: number;
  readonly type: string;
  readonly round: number;
  readonly chosen: string;
  readonly free: readonly string[];
  readonly returned: boolean;
}

/** A mail that notification meant to send. */
export interface DeliveryRow {
  readonly id: string;
  readonly booking: string;
  readonly version: number;
  readonly recipient: string;
  readonly status: string;
}

/** A date of a series as booking has it. */
export interface DateRow {
  readonly series: string;
  readonly recurrence: number;
  readonly outcome: string;
}

/** A date of a series as the engine has planned it, and what it has heard of it; null for nothing. */
export interface PlanRow {
  readonly series: string;
  readonly recurrence: number;
  readonly settled: string | null;
}

/** What the databases hold when everything has come to rest. */
export interface Data {
  readonly bookings: readonly BookingRow[];
  readonly changes: readonly ChangeRow[];
  readonly allocations: readonly SpanRow[];
  readonly sessions: readonly SessionRow[];
  readonly choices: readonly ChoiceRow[];
  readonly busy: readonly SpanRow[];
  readonly deliveries: readonly DeliveryRow[];
  readonly dates: readonly DateRow[];
  readonly plans: readonly PlanRow[];
}

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
const span = `${ms("starts_at")} AS start, ${ms("ends_at")} AS end`;

/** Reads what the databases hold of an organization, each in one snapshot: a row and its newest change belong together. */
export async function readData(
  urls: Readonly<Record<"booking" | "availability" | "notification" | "recurrence", string>>,
  organizationId: string,
): Promise<Data> {
  const rows = <R extends object>(client: Client, sql: string) =>
    client.query<R & QueryResultRow>(sql, [organizationId]).then((result): R[] => result.rows);
  const booking = await open(urls.booking);
  const availability = await open(urls.availability);
  const notification = await open(urls.notification);
  const recurrence = await open(urls.recurrence);
  try {
    return {
      bookings: await rows<BookingRow>(
        booking,
        `SELECT id::text, appointment_type_id::text AS type, status, ${span}, booker->>'email' AS guest,
           ARRAY(SELECT h->>'calendarId' FROM jsonb_array_elements(hosts) h) AS calendars,
           ARRAY(SELECT h->>'email' FROM jsonb_array_elements(hosts) h) AS "hostEmails",
           session_id::text AS session, waitlist_position::float8 AS position, series_id::text AS series,
           ${ms("recurrence_id")} AS recurrence, version::float8 AS version FROM bookings WHERE organization_id = $1`,
      ),
      changes: await rows<ChangeRow>(
        booking,
        `SELECT booking_id::text AS booking, version::float8 AS version, change, status, ${span}, ${ms("at")} AS at
         FROM booking_history WHERE organization_id = $1 ORDER BY 1, 2`,
      ),
      allocations: await rows<SpanRow>(
        booking,
        `SELECT calendar_id::text AS calendar, booking_id::text AS owner, ${span} FROM allocations
         WHERE organization_id = $1 AND active`,
      ),
      sessions: await rows<SessionRow>(
        booking,
        `SELECT id::text AS owner, calendar_id::text AS calendar, appointment_type_id::text AS type, ${span}, capacity,
           taken, status = 'open' AS open FROM group_sessions WHERE organization_id = $1`,
      ),
      choices: await rows<ChoiceRow>(
        booking,
        `SELECT booking_id::text AS booking, version::float8 AS version, appointment_type_id::text AS type, round::float8 AS round, chosen::text, returned,
           ARRAY(SELECT c->>'calendarId' FROM jsonb_array_elements(candidates) c WHERE (c->>'free')::boolean) AS free
         FROM assignments WHERE organization_id = $1 ORDER BY round`,
      ),
      busy: await rows<SpanRow>(
        availability,
        `SELECT calendar_id::text AS calendar, source_id::text AS owner, ${span} FROM busy_times
         WHERE organization_id = $1 AND source = 'booking'`,
      ),
      deliveries: await rows<DeliveryRow>(
        notification,
        `SELECT id::text, booking_id::text AS booking, booking_version::float8 AS version, recipient, status
         FROM deliveries WHERE organization_id = $1`,
      ),
      dates: await rows<DateRow>(
        booking,
        `SELECT series_id::text AS series, ${ms("recurrence_id")} AS recurrence, outcome FROM series_occurrences
         WHERE organization_id = $1`,
      ),
      plans: await rows<PlanRow>(
        recurrence,
        `SELECT series_id::text AS series, ${ms("recurrence_id")} AS recurrence, settled FROM planned_occurrences
         WHERE organization_id = $1 AND plan = 'planned'`,
      ),
    };
  } finally {
    await Promise.all([booking, availability, notification, recurrence].map((client) => client.end()));
  }
}

async function open(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, application_name: "calends-chaos" });
  await client.connect();
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return client;
}
