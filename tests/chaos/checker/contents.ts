import type { Mail } from "@calends/local/mail";
import { readCalendar, type CalendarEvent } from "../../e2e/_mail.ts";
import type { BookingRow, ChangeRow, Data } from "./data.ts";
import { at, mustBeNone, type Evidence, type Finding } from "./finding.ts";
import { mailsOf } from "./mails.ts";

/** One mail, and the version of a booking that it is about. */
interface Read {
  readonly mail: Mail;
  readonly to: string;
  readonly row: BookingRow;
  readonly change: ChangeRow;
  /** The booking's event in the mail; absent where it has none. */
  readonly event: CalendarEvent | undefined;
}

/**
 * What mails say: each the time of the version that it is about, and for each reader the newest what is true. A host of a group has
 * one event for a session, which is no booking's: it is not looked at here, nor are those who are told that they host no more.
 */
export function checkContents({ world, history, data }: Evidence, all: readonly Mail[]): Finding[] {
  const read = readMails(data, mailsOf(world, history, all));
  const byReader = [...Map.groupBy(read, ({ to, row }) => `${row.id} to ${to}`)].map(
    ([key, mails]) => [key, mails.toSorted((a, b) => a.change.version - b.change.version)] as const,
  );
  return [
    mustBeNone("mails that say another time than their booking", read.flatMap(saysAnotherTime)),
    mustBeNone(
      "readers whose newest mail is not true",
      byReader.flatMap(([key, mails]) => (isTrue(mails) ? [] : [key])),
    ),
    mustBeNone(
      "events whose SEQUENCE does not rise",
      byReader.flatMap(([key, mails]) => (rises(mails) ? [] : [key])),
    ),
    { name: "mails read", count: read.length, most: null, examples: [] },
  ];
}

function readMails(data: Data, mails: readonly Mail[]): Read[] {
  const deliveries = new Map(data.deliveries.map((row) => [row.id, row]));
  const rows = new Map(data.bookings.map((row) => [row.id, row]));
  const changes = new Map(data.changes.map((change) => [`${change.booking} ${change.version}`, change]));
  const once = new Map(mails.map((mail) => [mail.messageId, mail]));
  return [...once.values()].flatMap((mail) => {
    const delivery = deliveries.get(mail.messageId.replaceAll(/^<|@.*$/g, ""));
    const row = rows.get(delivery?.booking ?? "");
    const change = changes.get(`${delivery?.booking} ${delivery?.version}`);
    const to = mail.envelope.to[0] ?? "";
    // Who hosts may have changed; the guest is always the same.
    if (row === undefined || change === undefined || to !== row.guest) {
      return [];
    }
    const events = mail.attachments
      .filter(({ method }) => method !== undefined)
      .flatMap((part) => readCalendar(part.content));
    return [{ mail, to, row, change, event: events.find(({ uid }) => uid === `${row.id}@calends`) }];
  });
}

const clock = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", timeZone: "UTC" });

/** The subject has the time on the guest's clock, which is UTC here; the event has it as an instant. */
function saysAnotherTime({ mail, to, change, event }: Read): string[] {
  const inSubject = plain(mail.subject).includes(plain(clock.format(change.start)));
  const inEvent = event === undefined || (event.startMs === change.start && event.endMs === change.end);
  return inSubject && inEvent
    ? []
    : [
        `${change.booking} v${change.version} at ${at(change.start)}: ${mail.subject} to ${to}, event ${at(event?.startMs ?? Number.NaN)}`,
      ];
}

/** Without the narrow and other special spaces that Intl writes. */
function plain(text: string): string {
  return text.replaceAll(/\s/g, " ");
}

/** A booking that stands has its time in the newest event, one that was cancelled has withdrawn it. */
function isTrue(mails: readonly Read[]): boolean {
  const last = mails.findLast(({ event }) => event !== undefined);
  if (last?.event === undefined) {
    return mails.every(({ change }) => change.status !== "confirmed");
  }
  const { row, event } = last;
  if (row.status === "cancelled") {
    return event.method === "CANCEL" && event.status === "CANCELLED";
  }
  const stands = row.status === "confirmed" || row.status === "completed";
  return !stands || (event.method === "REQUEST" && event.startMs === row.start && event.endMs === row.end);
}

/** A calendar takes a change of an event only under a higher SEQUENCE. */
function rises(mails: readonly Read[]): boolean {
  const events = mails.flatMap(({ event }) => (event === undefined ? [] : [event]));
  return events.every((event, index) => {
    const before = events[index - 1];
    const same = before?.method === event.method && before.startMs === event.startMs && before.endMs === event.endMs;
    return before === undefined || event.sequence > before.sequence || (same && event.sequence === before.sequence);
  });
}
