import { durationFromMs, timestampFromMs, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { QuestionKind } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { Poll } from "@calends/contracts/calends/booking/v1/poll_pb";
import { RoutingOperator, type RoutingForm } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { readAll, type Clients } from "./clients.ts";
import { requestIdOf } from "./ids.ts";
import { members } from "./organization.ts";

/** What is needed to make the showcase. */
export interface ShowcaseOptions {
  readonly clients: Clients;
  readonly now: Date;
  /** Ids of appointment types by their links' slugs. */
  readonly typeIds: ReadonlyMap<string, string>;
  /** The bookings that an earlier seeding made. */
  readonly known: readonly Booking[];
}

const dayMs = 86_400_000;

const matter = {
  id: "matter",
  label: "What is it about?",
  kind: QuestionKind.CHOICE,
  required: true,
  choices: ["A design", "Anything else"],
};

/** People who book in the demo. Mail to them stays on this machine. */
const guests = ["Zoë Novák", "Tomás Ferreira", "Aiko Tanaka", "Noor Haddad"].map((name, index) => ({
  name,
  email: `guest-${index + 1}@booker.example`,
  timeZone: "Europe/Berlin",
}));

/**
 * Makes a full group session with a person on its waitlist, a weekly series, a poll, and a routing form. Running it again
 * changes nothing. Returns the URL paths of the poll and of the form.
 */
export async function seedShowcase(options: ShowcaseOptions): Promise<Record<string, string>> {
  await fillSession(options);
  await bookSeries(options);
  return { poll: await openPoll(options), form: await makeForm(options) };
}

const sessionPrefix = "demo/workshop/";

/** Books with one guest more than the session has seats, so that the last one waits. */
async function fillSession({ clients, now, typeIds, known }: ShowcaseOptions): Promise<void> {
  const appointmentTypeId = typeIds.get("workshop") ?? "";
  const isFilled = known.some(({ externalId }) => externalId.startsWith(sessionPrefix));
  const [startTime] = isFilled ? [] : await freeStarts(clients, appointmentTypeId, now, 4);
  if (startTime === undefined) {
    return;
  }
  for (const [index, booker] of guests.entries()) {
    const externalId = `${sessionPrefix}${index + 1}`;
    const details = { startTime, booker };
    const requestId = requestIdOf(`showcase/${externalId}`);
    await clients.bookings.createBooking({ requestId, appointmentTypeId, externalId, details });
  }
}

/** Books half an hour with Ada in each of eight weeks, always at the same local time. */
async function bookSeries({ clients, now, typeIds, known }: ShowcaseOptions): Promise<void> {
  const appointmentTypeId = typeIds.get("ada") ?? "";
  const hasSeries = known.some(({ seriesId }) => seriesId !== "");
  const [start] = hasSeries ? [] : await freeStarts(clients, appointmentTypeId, now, 8);
  const [booker] = guests;
  if (start === undefined || booker === undefined) {
    return;
  }
  const { timeZone } = members.ada;
  const localStart = localTimeOf(start, timeZone);
  const pattern = { localStart, timeZone, rruleString: "FREQ=WEEKLY;COUNT=8", duration: durationFromMs(30 * 60_000) };
  const terms = { appointmentTypeId, pattern };
  await clients.recurring.createRecurringBooking({ requestId: requestIdOf("showcase/series"), terms, booker });
}

async function openPoll({ clients, now, typeIds }: ShowcaseOptions): Promise<string> {
  const polls = await readAll<Poll>(async (pageToken) => {
    const { polls: items, nextPageToken } = await clients.polls.listPolls({ pageToken });
    return { items, nextPageToken };
  });
  const known = polls.find(({ fields }) => fields?.title === pollTitle);
  if (known !== undefined) {
    return known.votePath;
  }
  const appointmentTypeId = typeIds.get("panel") ?? "";
  const starts = await freeStarts(clients, appointmentTypeId, now, 5);
  const startTimes = [starts[0], starts[3], starts[6]].filter((start) => start !== undefined);
  const fields = { title: pollTitle, appointmentTypeId, startTimes };
  const { poll } = await clients.polls.createPoll({ requestId: requestIdOf("showcase/poll"), fields });
  return poll?.votePath ?? "";
}

const pollTitle = "When shall the panel look at your design?";
const formSlug = "help";

async function makeForm({ clients }: ShowcaseOptions): Promise<string> {
  const forms = await readAll<RoutingForm>(async (pageToken) => {
    const { routingForms: items, nextPageToken } = await clients.routing.listRoutingForms({ pageToken });
    return { items, nextPageToken };
  });
  if (!forms.some(({ fields }) => fields?.slug === formSlug)) {
    const { bookingLinks } = await clients.types.listBookingLinks({ pageSize: 100 });
    const linkTo = (slug: string) => ({
      bookingLinkId: bookingLinks.find(({ fields }) => fields?.slug === slug)?.id ?? "",
    });
    const design = { questionId: "matter", operator: RoutingOperator.IS, values: ["A design"] };
    await clients.routing.createRoutingForm({
      requestId: requestIdOf("showcase/form"),
      fields: {
        slug: formSlug,
        name: "How can we help?",
        active: true,
        questions: [matter],
        rules: [
          { conditions: [design], target: linkTo("ravi") },
          { conditions: [], target: linkTo("team") },
        ],
      },
    });
  }
  return `/route/${formSlug}`;
}

/** The start times that an appointment type offers in two weeks that begin a number of days from now. */
async function freeStarts(
  { bookings }: Clients,
  appointmentTypeId: string,
  now: Date,
  fromDay: number,
): Promise<Timestamp[]> {
  const startTime = timestampFromMs(now.getTime() + fromDay * dayMs);
  const endTime = timestampFromMs(now.getTime() + (fromDay + 14) * dayMs);
  const { slots } = await bookings.listSlots({ appointmentTypeId, range: { startTime, endTime } });
  return slots.flatMap((slot) => (slot.startTime === undefined ? [] : [slot.startTime]));
}

/** The local date and time of an instant in a time zone, as in "2026-12-01T10:00:00". */
function localTimeOf(time: Timestamp, timeZone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return format.format(new Date(timestampMs(time))).replace(" ", "T");
}
