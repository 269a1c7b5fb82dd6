import { describe, expect, test } from "vitest";
import { manageUrlOf, writeLetter } from "./letter.ts";
import { hasManageLink, recipientsOf, type Notice, type NoticeKind, type Party, type Recipient } from "./notice.ts";

const booker: Recipient = {
  name: "Bo",
  email: "bo@example.com",
  timeZone: "Europe/Berlin",
  locale: "de",
  role: "booker",
};

function noticeOf(changes: Partial<Notice> = {}): Notice {
  return {
    kind: "confirmation",
    audience: "all",
    bookingId: "b",
    title: "Call",
    startMs: Date.parse("2026-12-21T22:30:00Z"),
    endMs: Date.parse("2026-12-22T00:30:00Z"),
    pending: false,
    hosts: [{ name: "Ha", email: "ha@example.com", timeZone: "", locale: "" }],
    booker,
    formerHosts: [],
    attendees: [],
    location: "",
    meetingUrl: "",
    reason: "",
    sequence: 0,
    atMs: 0,
    ...changes,
  };
}

const person = (email: string): Party => ({ name: "", email, timeZone: "", locale: "" });

const publicUrl = "https://book.example.com";

const write = (notice: Notice, reader: Partial<Recipient> = {}, manageUrl: string | null = null) =>
  writeLetter(notice, { ...booker, ...reader }, manageUrl);

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

  test.each(["", "Mars/Olympus", "x\r\ny"])("an unknown zone is UTC: %j", (timeZone) => {
    expect(write(noticeOf(), { timeZone, locale: "en" }).text).toMatch(/10:30 PM .* \(UTC\)/);
  });
});

describe("the manage link", () => {
  test.each<[NoticeKind, Recipient["role"], boolean]>([
    ["confirmation", "booker", true],
    ["request", "booker", true],
    ["offer", "booker", true],
    ["rescheduled", "booker", true],
    ["link", "booker", true],
    ["cancellation", "booker", false],
    ["declined", "booker", false],
    ["confirmation", "host", false],
    ["confirmation", "attendee", false],
  ])("%s to %s: %s", (kind, role, linked) => {
    const attendees = [person("at@example.com")];
    const notice = noticeOf({ kind, attendees });
    const reader = recipientsOf(notice).find((recipient) => recipient.role === role);
    expect(hasManageLink(notice, reader?.email ?? "")).toBe(linked);
  });

  test("stands in the text and behind the words", () => {
    const { text, html } = write(noticeOf(), {}, manageUrlOf(publicUrl, "/manage/t"));
    expect(text).toContain("https://book.example.com/manage/t");
    expect(html).toContain('href="https://book.example.com/manage/t"');
  });

  test.each(["", "javascript:alert(1)", "evil.example", "@evil.example/"])("leads to no other place: %j", (path) => {
    expect(write(noticeOf(), {}, manageUrlOf(publicUrl, path)).html).not.toContain("<a ");
  });

  test("a path that looks like a host stays a path", () => {
    expect(manageUrlOf(publicUrl, "//evil.example/")).toBe("https://book.example.com//evil.example/");
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

test("recipients: each address once, however it is spelled, and none that is no address", () => {
  const hosts = [person("BO@example.com"), person(""), person("x@y, z@y"), person("h@example.com")];
  const attendees = [person("h@example.com"), person("a@b\r\nc@d"), person("<a@b.c>"), person("new@example.com")];
  const found = recipientsOf(noticeOf({ hosts, attendees }));
  expect(found.map(({ role, email }) => `${role} ${email}`)).toEqual([
    "booker bo@example.com",
    "host h@example.com",
    "attendee new@example.com",
  ]);
});
