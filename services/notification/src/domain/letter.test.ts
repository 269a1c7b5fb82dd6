import { describe, expect, test } from "vitest";
import { noPaths, writeLetter, type Paths } from "./letter.ts";
import {
  linksFor,
  noticeFor,
  recipientsOf,
  type Host,
  type Notice,
  type NoticeKind,
  type Party,
  type Recipient,
  type Role,
} from "./notice.ts";

const booker: Recipient = {
  name: "Bo",
  email: "bo@example.com",
  timeZone: "Europe/Berlin",
  locale: "de",
  role: "booker",
};

const person = (email: string): Party => ({ name: "", email, timeZone: "", locale: "" });

const hostOf = (email: string, name = ""): Host => ({ ...person(email), name, calendarId: "c" });

function noticeOf(changes: Partial<Notice> = {}): Notice {
  return {
    kind: "confirmation",
    audience: "all",
    bookingId: "b",
    title: "Call",
    startMs: Date.parse("2026-12-21T22:30:00Z"),
    endMs: Date.parse("2026-12-22T00:30:00Z"),
    pending: false,
    hosts: [hostOf("ha@example.com", "Ha")],
    booker,
    formerHosts: [],
    bookerUnconfirmed: false,
    attendees: [],
    answers: [],
    byBooker: false,
    moves: 0,
    location: "",
    meetingUrl: "",
    reason: "",
    sequence: 0,
    atMs: 0,
    sessions: [],
    ...changes,
  };
}

const publicUrl = "https://book.example.com";

const write = (notice: Notice, reader: Partial<Recipient> = {}, paths: Partial<Paths> = {}) =>
  writeLetter(notice, { ...booker, ...reader }, { ...noPaths, ...paths }, publicUrl);

describe("languages and zones", () => {
  test.each([
    ["de", "Bestätigt", "21. Dezember 2026"],
    ["de-AT", "Bestätigt", "21. Dezember 2026"],
    ["fr-CA", "Confirmé", "21 décembre 2026"],
    ["es", "Confirmada", "21 de diciembre de 2026"],
    ["en-GB", "Confirmed", "21 December 2026"],
    ["", "Confirmed", "December 21, 2026"],
    ["ja", "Confirmed", "December 21, 2026"],
    ["not a tag!", "Confirmed", "December 21, 2026"],
  ])("%s", (locale, subject, date) => {
    const letter = write(noticeOf(), { locale });
    expect(letter.subject).toContain(subject);
    expect(letter.text).toContain(date);
  });

  test("a span over midnight names both days of the reader's zone", () => {
    const { text } = write(noticeOf(), { timeZone: "Europe/London" });
    expect(text).toMatch(/21\. Dezember 2026.* 22:30 .*22\. Dezember 2026.* 00:30 \(Europe\/London, GMT/);
  });

  test.each(["", "Mars/Olympus", "x\r\ny"])(
    "in a booking without any zone, an unknown zone of the reader means UTC: %j",
    (timeZone) => {
      const nowhere = noticeOf({ booker: { ...booker, timeZone: "" } });
      expect(write(nowhere, { timeZone, locale: "en" }).text).toMatch(/10:30 PM .* \(UTC\)/);
    },
  );

  const hosts = [hostOf(""), { ...hostOf("h@example.com"), timeZone: "Asia/Tokyo" }];

  test.each([
    [
      "an attendee's own",
      "America/New_York",
      "Europe/Berlin",
      "attendee",
      /5:30 – 7:30 PM \(America\/New_York, GMT-5\)/,
    ],
    [
      "an attendee without a zone: the booker's",
      "",
      "Europe/Berlin",
      "attendee",
      /11:30 PM .* \(Europe\/Berlin, GMT\+1\)/,
    ],
    [
      "if the booker has none either: the first that a host has",
      "",
      "",
      "attendee",
      /7:30 .* 9:30 AM \(Asia\/Tokyo, GMT\+9\)/,
    ],
    ["a booker without a zone: the first that a host has", "", "", "booker", /7:30 .* 9:30 AM \(Asia\/Tokyo, GMT\+9\)/],
    ["a host without a zone: UTC", "", "Europe/Berlin", "host", /10:30 PM .* \(UTC\)/],
  ] as const)("the zone of the times that a reader gets: %s", (_, own, ofBooker, role, expected) => {
    const notice = noticeOf({ hosts, booker: { ...booker, timeZone: ofBooker } });
    const letter = write(notice, { email: "g@example.com", timeZone: own, locale: "en", role });
    expect(letter.text).toMatch(expected);
  });

  test("a subject with a time names its zone", () => {
    expect(write(noticeOf(), { locale: "en" }).subject).toBe(
      "Confirmed: Call – Dec 21, 2026, 11:30 PM (Europe/Berlin)",
    );
  });
});

describe("the manage link", () => {
  test.each<[NoticeKind, Recipient["role"], boolean]>([
    ["confirmation", "booker", true],
    ["request", "booker", true],
    ["offer", "booker", true],
    ["waiting", "booker", true],
    ["left", "booker", false],
    ["no_seat", "booker", false],
    ["offer_ended", "booker", false],
    ["rescheduled", "booker", true],
    ["cancellation", "booker", false],
    ["declined", "booker", false],
    ["confirmation", "host", false],
    ["confirmation", "attendee", false],
  ])("%s to %s: %s", (kind, role, linked) => {
    const attendees = [person("at@example.com")];
    const notice = noticeOf({ kind, attendees });
    const reader = recipientsOf(notice).find((recipient) => recipient.role === role);
    expect(linksFor(notice, reader?.email ?? "").booker).toBe(linked);
  });

  test("is in the text, and in the HTML as a link", () => {
    const { text, html } = write(noticeOf(), {}, { manage: "/manage/t" });
    expect(text).toContain("https://book.example.com/manage/t");
    expect(html).toContain('href="https://book.example.com/manage/t"');
  });

  test.each(["", "javascript:alert(1)", "evil.example", "@evil.example/"])("leads to no other place: %j", (manage) => {
    expect(write(noticeOf(), {}, { manage }).html).not.toContain("<a ");
  });

  test("a path that looks like a host stays a path", () => {
    expect(write(noticeOf(), {}, { manage: "//evil.example/" }).html).toContain(
      'href="https://book.example.com//evil.example/"',
    );
  });
});

describe("a host's link", () => {
  test.each<[NoticeKind, boolean, string]>([
    ["request", true, "c"],
    ["rescheduled", true, "c"],
    ["confirmation", false, ""],
    ["cancellation", true, ""],
    ["declined", true, ""],
    ["link", true, ""],
  ])("%s, pending %s: %j", (kind, pending, calendarId) => {
    const notice = noticeOf({ kind, pending });
    expect(linksFor(notice, "ha@example.com")).toEqual({ booker: false, hostCalendarId: calendarId });
    expect(linksFor(notice, "at@example.com")).toEqual({ booker: false, hostCalendarId: "" });
  });

  test.each([
    ["en", "Confirm this booking", "Decline this booking"],
    ["de", "Diese Buchung bestätigen", "Diese Buchung ablehnen"],
    ["fr", "Confirmer cette réservation", "Refuser cette réservation"],
    ["es", "Confirmar esta reserva", "Rechazar esta reserva"],
  ])("is offered as one link to confirm and one to decline, in %s", (locale, confirm, decline) => {
    const { text } = write(noticeOf({ kind: "request", pending: true }), { locale, role: "host" }, { host: "/host/h" });
    expect(text).toContain(`${confirm}:\nhttps://book.example.com/host/h#confirm`);
    expect(text).toContain(`${decline}:\nhttps://book.example.com/host/h#decline`);
  });
});

test("everything that people wrote is escaped", () => {
  const evil = `"><script>alert('x')</script>&`;
  const { html } = write(
    noticeOf({ title: evil, location: evil, reason: evil, meetingUrl: `https://x.example/${evil}` }),
    {
      locale: "en",
    },
  );
  expect(html).not.toContain("<script");
  expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(4);
});

test("a moved booking that a host has yet to confirm says so", () => {
  expect(write(noticeOf({ kind: "rescheduled", pending: true }), { locale: "en" }).text).toContain(
    "still has to confirm",
  );
});

describe("a host of a group session", () => {
  const sessionOf = (confirmed: number) => ({ sessionId: "s", startMs: 0, endMs: 1, confirmed, version: 3 });
  const subjectFor = (confirmed: number, role: Role, locale = "en") => {
    const notice = noticeOf({ kind: "cancellation", sessions: [sessionOf(confirmed)] });
    return write(notice, { role, locale }).subject.split(":")[0];
  };

  test.each([
    ["en", "One seat cancelled"],
    ["de", "Ein Platz abgesagt"],
    ["fr", "Une place annulée"],
    ["es", "Una plaza cancelada"],
  ])("reads that one seat is cancelled while others keep theirs, in %s", (locale, expected) => {
    expect(subjectFor(2, "host", locale)).toBe(expected);
  });

  test("reads that the session is cancelled when its last seat is given up", () => {
    expect(subjectFor(0, "host")).toBe("Cancelled");
  });

  test.each(["booker", "attendee"] as const)("but a %s of the cancelled seat reads that all is cancelled", (role) => {
    expect(subjectFor(2, role)).toBe("Cancelled");
  });
});

describe("the address of the online meeting", () => {
  const meetingUrl = "https://meet.example.com/a";

  test.each<NoticeKind>(["request", "confirmation", "rescheduled", "link"])("stands in a mail of kind %s", (kind) => {
    const { text, html } = write(noticeOf({ kind, meetingUrl }));
    expect(text).toContain(meetingUrl);
    expect(html).toContain(`href="${meetingUrl}"`);
  });

  test.each<NoticeKind>([
    "waiting",
    "offer",
    "left",
    "no_seat",
    "offer_ended",
    "cancellation",
    "withdrawn",
    "declined",
    "released",
  ])("is kept from readers without a seat: %s", (kind) => {
    const { text, html } = write(noticeOf({ kind, meetingUrl }));
    expect(text + html).not.toContain("meet.example.com");
  });
});

test("recipients: each address once, however it is spelled, and none that is no address", () => {
  const hosts = ["BO@example.com", "", "x@y, z@y", "h@example.com"].map((email) => hostOf(email));
  const attendees = [person("h@example.com"), person("a@b\r\nc@d"), person("<a@b.c>"), person("new@example.com")];
  const found = recipientsOf(noticeOf({ hosts, attendees }));
  expect(found.map(({ role, email }) => `${role} ${email}`)).toEqual([
    "booker bo@example.com",
    "host h@example.com",
    "attendee new@example.com",
  ]);
});

describe("who reads what a stranger wrote", () => {
  const told = { anything: true, latest: false, invited: true };
  const guest: Recipient = { ...person("g@example.com"), role: "attendee" };
  const host: Recipient = { ...person("ha@example.com"), role: "host" };
  const unconfirmed = noticeOf({
    kind: "rescheduled",
    bookerUnconfirmed: true,
    booker: { ...booker, name: "Read evil.example" },
    attendees: [{ ...guest, name: "Words" }],
    answers: [{ label: "Phone", value: "+49 30 1" }],
    reason: "Because",
    byBooker: true,
  });
  const textFor = (notice: Notice, reader: Recipient) => {
    const read = noticeFor(notice, reader, told);
    return read === null ? "" : write(read, { ...reader, locale: "en" }).text;
  };

  test("until the booker's address is confirmed, attendees get no mail, and host comes before booker", () => {
    const found = recipientsOf({ ...unconfirmed, hosts: [hostOf("h@example.com"), hostOf("bo@example.com")] });
    expect(found.map(({ role, email, name }) => `${role} ${email} ${name}`)).toEqual([
      "host h@example.com ",
      "host bo@example.com ",
    ]);
  });

  test("an address that is not confirmed gets nothing that the booker wrote, but reads a host's reason", () => {
    const [reader] = recipientsOf({ ...unconfirmed, hosts: [] });
    const text = textFor(unconfirmed, reader ?? booker);
    expect(text).not.toMatch(/evil|Words|Phone|\+49|Because/);
    expect(textFor({ ...unconfirmed, byBooker: false }, reader ?? booker)).toContain("Reason: Because");
  });

  test("hosts read everything, including the booker's address and answers", () => {
    const text = textFor(unconfirmed, host);
    expect(text).toContain("Booked by: Read evil.example, bo@example.com");
    expect(text).toContain("Phone: +49 30 1");
    expect(text).toContain("Reason: Because");
  });

  test("once the booker's address is confirmed, guests read the reason unless it has a link, and never the answers", () => {
    const confirmed = { ...unconfirmed, bookerUnconfirmed: false };
    expect(textFor(confirmed, guest)).toContain("Reason: Because");
    expect(textFor({ ...confirmed, reason: "See evil.example/now" }, guest)).not.toContain("evil.example/now");
    expect(textFor({ ...confirmed, reason: "See intranet.example", byBooker: false }, guest)).toContain("intranet");
    expect(textFor(confirmed, guest)).not.toContain("Phone");
  });
});
