import type { Mail } from "@calends/local/mail";
import type { History } from "../history.ts";
import type { TappedEvent } from "../tap.ts";
import { tagOf, type World } from "../world.ts";
import type { Data } from "./data.ts";
import { mustBeNone, type Evidence, type Finding } from "./finding.ts";

/** Nothing of one organization is in what another was answered, in its events, or in the mails of its people. */
export function checkOrganizations(
  sides: readonly Evidence[],
  mails: readonly Mail[],
  events: readonly TappedEvent[],
): Finding[] {
  const owners = ownersOf(sides);
  return [
    mustBeNone(
      "answers that tell of another organization",
      sides.flatMap(({ world, history }) => [...foreignAnswers(world, history, owners), ...trespasses(history)]),
    ),
    mustBeNone(
      "rows that name another organization",
      sides.flatMap(({ world, data }) => foreignRows(world, data, owners)),
    ),
    mustBeNone(
      "events that tell of another organization",
      events.flatMap((event) => foreignEvent(event, owners)),
    ),
    mustBeNone("mails that tell of another organization", foreignMails(sides, mails)),
    count("requests for another organization's bookings", sides.flatMap(({ history }) => history.trespasses).length),
    count("events looked at", events.length),
  ];
}

/** The organization of every id of calendars, types and bookings. */
type Owners = ReadonlyMap<string, string>;

function ownersOf(sides: readonly Evidence[]): Owners {
  return new Map(
    sides.flatMap(({ world, history }) =>
      [
        ...world.calendarIds,
        ...world.types.map(({ id }) => id),
        ...history.entries.flatMap(({ told }) => told.map(({ id }) => id)),
      ].map((id): [string, string] => [id, world.organizationId]),
    ),
  );
}

function isForeign(id: string, organizationId: string, owners: Owners): boolean {
  return (owners.get(id) ?? organizationId) !== organizationId;
}

function foreignAnswers({ organizationId }: World, { entries }: History, owners: Owners): string[] {
  const told = entries.flatMap((entry) => entry.told.map((one) => ({ operation: entry.operation, one })));
  return told.flatMap(({ operation, one: { id, typeId, calendarIds } }) =>
    [id, typeId, ...calendarIds].some((named) => isForeign(named, organizationId, owners))
      ? [`${operation} of ${organizationId} was answered with ${id} of type ${typeId}`]
      : [],
  );
}

/** Who asks for what is another's is told that it is not there, and nothing by which to know that it is. */
function trespasses({ trespasses: all }: History): string[] {
  return all
    .filter(({ outcome }) => !outcome.startsWith("NotFound"))
    .map(({ operation, bookingId, outcome }) => `${operation} ${bookingId}: ${outcome}`);
}

function foreignRows({ organizationId }: World, data: Data, owners: Owners): string[] {
  return [
    ...data.bookings.map(({ id, type, calendars }) => [id, type, ...calendars]),
    ...data.allocations.map(({ owner, calendar }) => [owner, calendar]),
    ...data.busy.map(({ owner, calendar }) => [owner, calendar]),
    ...data.deliveries.map(({ booking }) => [booking]),
  ].flatMap((ids) =>
    ids.some((id) => isForeign(id, organizationId, owners))
      ? [`a row of ${organizationId} names ${ids.join(", ")}`]
      : [],
  );
}

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The last part of a subject is the organization that may read the event; ids are plain text in its payload. */
function foreignEvent({ subject, data }: TappedEvent, owners: Owners): string[] {
  const organizationId = subject.split(".").at(-1) ?? "";
  const ids = Buffer.from(data).toString("latin1").match(uuids) ?? [];
  const foreign = ids.filter((id) => isForeign(id, organizationId, owners));
  return foreign.length > 0 ? [`${subject} names ${[...new Set(foreign)].join(", ")}`] : [];
}

const named = /\bof (h[0-9a-f]{8})\b/g;

/** Every name of an organization has its word in it. */
function foreignMails(sides: readonly Evidence[], mails: readonly Mail[]): string[] {
  return sides.flatMap(({ world, history }) => {
    const guests = new Set(history.entries.map(({ guest }) => guest));
    const own = tagOf(world.organizationId);
    return mails
      .filter(({ envelope }) => envelope.to.some((to) => guests.has(to) || to.endsWith(`@${own}.example`)))
      .filter((mail) => wordsOf(mail).some((word) => word !== own))
      .map(({ subject, envelope }) => `to ${envelope.to.join()}: ${subject}`);
  });
}

function wordsOf({ subject, text, html, attachments }: Mail): string[] {
  // A line of a calendar goes on in the next one that begins with a space.
  const calendars = attachments.map(({ content }) => content.replaceAll(/\r?\n[ \t]/g, ""));
  return [subject, text, html, ...calendars].flatMap((part) => [...part.matchAll(named)].map(([, word = ""]) => word));
}

function count(name: string, n: number): Finding {
  return { name, count: n, most: null, examples: [] };
}
