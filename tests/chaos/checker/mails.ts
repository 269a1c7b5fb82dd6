import type { Mail } from "@calends/local/mail";
import type { History } from "../history.ts";
import { hostDomain, type World } from "../world.ts";
import type { ChangeRow, ChoiceRow, Data } from "./data.ts";
import { mustBeNone, type Evidence, type Finding } from "./finding.ts";

/**
 * Everybody has one mail for each version of a booking that has something to say, the newest at least: what was not yet sent
 * when a newer version came is not sent any more. Who was told as a host, and is none by the newest, has a later mail. A mail that comes again under its own Message-ID is the same mail for its
 * reader: it was interrupted between the server's answer and the mark, and is counted apart.
 */
export function checkMails({ data, world, history }: Evidence, all: readonly Mail[], seenMs: number): Finding[] {
  const mails = mailsOf(world, history, all);
  const deliveries = new Map(data.deliveries.map((row) => [row.id, row]));
  const messages = Map.groupBy(mails, ({ messageId }) => messageId);
  const superseded = new Set(
    data.deliveries.flatMap((row) =>
      row.status === "superseded" ? [keyOf(row.booking, row.version, row.recipient)] : [],
    ),
  );
  const expected = expectedMails(data);
  const received = new Map<string, number>();
  const unexpected: string[] = [];
  for (const [messageId, copies] of messages) {
    const delivery = deliveries.get(messageId.replace(/^<|@.*$/g, ""));
    const to = copies[0]?.envelope.to.join() ?? "";
    const key = delivery === undefined ? `?${messageId} ${to}` : keyOf(delivery.booking, delivery.version, to);
    received.set(key, (received.get(key) ?? 0) + 1);
    unexpected.push(...(expected.has(key) ? [] : [key]));
  }
  const missing = [...expected].filter(
    ([key, { must, at: changed }]) =>
      !received.has(key) &&
      (must === "always" || (must === "unless superseded" && !superseded.has(key))) &&
      changed < seenMs - latelyMs,
  );
  return [
    mustBeNone(
      "mails missing",
      missing.map(([key]) => key),
    ),
    mustBeNone("former hosts who were not told", untold(data, received, seenMs)),
    mustBeNone(
      "mails duplicated",
      [...received].filter(([, n]) => n > 1).map(([key, n]) => `${key}: ${n}`),
    ),
    mustBeNone("mails about nothing", unexpected),
    { name: "mails", count: messages.size, most: null, examples: [] },
    {
      name: "mails sent again under their own Message-ID",
      count: mails.length - messages.size,
      most: null,
      examples: [],
    },
  ];
}

/** One mailbox may serve several runs: the mails to those who took part in this one. */
export function mailsOf({ organizationId }: World, { entries }: History, all: readonly Mail[]): Mail[] {
  const guests = new Set(entries.map(({ guest }) => guest));
  const hosts = `@${hostDomain(organizationId)}`;
  return all.filter(({ envelope }) => envelope.to.some((address) => guests.has(address) || address.endsWith(hosts)));
}

/** What changed so lately may not have been told when the mailbox was looked at; clocks are wrong by less. */
const latelyMs = 10_000;

const telling: ReadonlySet<string> = new Set([
  "confirmed",
  "rescheduled",
  "cancelled",
  "declined",
  "waitlisted",
  "offered",
]);

/** Whether a change is told by mail. */
function tells({ change, status }: ChangeRow, before: ChangeRow | undefined): boolean {
  if (change === "created" || change === "accepted") {
    return status === "pending" || status === "confirmed";
  }
  if (change === "expired") {
    return before?.status === "pending" || before?.status === "waitlisted" || before?.status === "offered";
  }
  return telling.has(change) && before?.status !== "hold";
}

/** Whether a change that is told is told to hosts: not that somebody gets no seat, nor that a request was left too long. */
function tellsHosts({ change, at, start }: ChangeRow, before: ChangeRow | undefined): boolean {
  if (change === "waitlisted" || change === "offered" || (change === "expired" && at >= start)) {
    return false;
  }
  const isOver = change === "cancelled" || change === "expired";
  return !isOver || (before?.status !== "waitlisted" && before?.status !== "offered");
}

/** What one version of a booking tells, and to whom. */
interface Telling {
  readonly booking: string;
  readonly version: number;
  readonly at: number;
  /** Who hosts it. */
  readonly hosts: readonly string[];
  /** Who is told. */
  readonly readers: readonly string[];
}

/** All that there was to tell of each booking, in the order of versions. */
function tellings({ bookings, changes, choices }: Data): Telling[][] {
  const byBooking = Map.groupBy(changes, ({ booking }) => booking);
  const choicesOf = Map.groupBy(choices, ({ booking }) => booking);
  const emails = new Map(bookings.flatMap((row) => row.calendars.map((id, i) => [id, row.hostEmails[i] ?? ""])));
  return bookings.map((row) => {
    const all = byBooking.get(row.id) ?? [];
    const steps = all.map((change, index) => ({ change, before: all[index - 1] }));
    const told = steps.filter(({ change, before }) => tells(change, before));
    return told.map(({ change, before }) => {
      const { version, at } = change;
      const ids = hostsAt(version, choicesOf.get(row.id) ?? []) ?? row.calendars;
      const hosts = ids.map((id) => emails.get(id) ?? "").filter((email) => email !== "");
      const readers = [row.guest, ...(tellsHosts(change, before) ? hosts : [])].filter((email) => email !== "");
      return { booking: row.id, version, at, hosts, readers };
    });
  });
}

interface ExpectedMail {
  readonly must: "always" | "unless superseded" | "maybe";
  readonly at: number;
}

/** The mails that there have to be, and those that there may be: to hosts of versions before. */
function expectedMails(data: Data): Map<string, ExpectedMail> {
  const expected = new Map<string, ExpectedMail>();
  for (const told of tellings(data)) {
    for (const [index, { booking, version, at, readers }] of told.entries()) {
      const formerHosts = told.slice(0, index).flatMap((before) => before.hosts);
      formerHosts.forEach((reader) => expected.set(keyOf(booking, version, reader), { must: "maybe", at }));
      const must = index === told.length - 1 ? "always" : "unless superseded";
      readers.forEach((reader) => expected.set(keyOf(booking, version, reader), { must, at }));
    }
  }
  return expected;
}

/** Hosts who have a mail that says they host a booking, which goes to others by now, and none after it. */
function untold(data: Data, received: ReadonlyMap<string, number>, seenMs: number): string[] {
  return tellings(data).flatMap((told) => {
    const newest = told.at(-1);
    if (newest === undefined || newest.at >= seenMs - latelyMs) {
      return [];
    }
    const has = ({ booking, version }: Telling, reader: string) => received.has(keyOf(booking, version, reader));
    const former = told.flatMap(({ hosts }) => hosts).filter((reader) => !newest.hosts.includes(reader));
    return [...new Set(former)].flatMap((reader) => {
      const last = told.findLastIndex((one) => one.hosts.includes(reader) && has(one, reader));
      const toldSince = told.slice(last + 1).some((one) => has(one, reader));
      return last === -1 || toldSince ? [] : [keyOf(newest.booking, newest.version, reader)];
    });
  });
}

/** Who had a booking in a version of it, where one host of many is chosen: a move may give it to another. */
function hostsAt(version: number, choices: readonly ChoiceRow[]): string[] | undefined {
  const before = choices.filter((choice) => choice.version <= version).toSorted((a, b) => b.version - a.version);
  return before[0] === undefined ? undefined : [before[0].chosen];
}

function keyOf(booking: string, version: number, recipient: string): string {
  return `${booking} v${version} to ${recipient}`;
}
