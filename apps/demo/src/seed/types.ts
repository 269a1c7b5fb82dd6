import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { BookingLink } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { readAll, type Clients } from "./clients.ts";
import { requestIdOf } from "./ids.ts";
import type { Offer } from "./offers.ts";

/** Makes the offers that have no link yet; returns the id of every offer's appointment type by slug. */
export async function seedTypes(
  { types }: Clients,
  offers: readonly Offer[],
  calendarIds: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const links = await readAll<BookingLink>(async (pageToken) => {
    const { bookingLinks: items, nextPageToken } = await types.listBookingLinks({ pageToken });
    return { items, nextPageToken };
  });
  const ids = new Map(links.map(({ fields }) => [fields?.slug ?? "", fields?.appointmentTypeId ?? ""]));
  for (const offer of offers) {
    if (!ids.has(offer.slug)) {
      ids.set(offer.slug, await createOffer(types, offer, calendarIds));
    }
  }
  return ids;
}

async function createOffer(
  types: Clients["types"],
  offer: Offer,
  calendarIds: ReadonlyMap<string, string>,
): Promise<string> {
  const { slug, questions, confirmationMessage } = offer;
  const hosts = offer.hosts.map(({ key, name, email, timeZone }) => {
    return { calendarId: calendarIds.get(key) ?? "", name, email, timeZone };
  });
  const { appointmentType } = await types.createAppointmentType({
    requestId: requestIdOf(`type/${slug}`),
    fields: {
      ...offer.fields,
      durations: offer.minutes.map((minutes) => durationFromMs(minutes * 60_000)),
      hosts,
    },
  });
  const appointmentTypeId = appointmentType?.id ?? "";
  await types.createBookingLink({
    requestId: requestIdOf(`link/${slug}`),
    fields: { slug, appointmentTypeId, active: true, questions: [...questions], confirmationMessage },
  });
  return appointmentTypeId;
}
