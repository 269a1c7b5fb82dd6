import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LineClient } from "./_util.ts";
import { startMailbox } from "./mailbox.ts";

const INVITATION = [
  "From: Calends <no-reply@calends.test>",
  "To: Ada <ada@example.org>, bob@example.org",
  "Subject: =?utf-8?Q?Termin_best=C3=A4tigt?=",
  "Message-ID: <1@calends.test>",
  "X-Booking: b-1",
  "MIME-Version: 1.0",
  "Content-Type: multipart/alternative; boundary=b",
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "See http://127.0.0.1:1/cancel?a=1&b=2",
  "--b",
  "Content-Type: text/html; charset=utf-8",
  "",
  "<p>See <b>you</b></p>",
  "--b",
  "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
  "",
  "BEGIN:VCALENDAR",
  "METHOD:REQUEST",
  "END:VCALENDAR",
  "--b--",
  "",
].join("\r\n");

/** Sends one message by SMTP and returns the server's last answer. */
async function send(port: number, message: string, to = "ada@example.org"): Promise<string> {
  using client = await LineClient.connect(port);
  await client.line(/^220 /);
  const steps: [string, RegExp][] = [
    ["EHLO test.example\r\n", /^250 /],
    ["MAIL FROM:<no-reply@calends.test>\r\n", /^\d{3} /],
    [`RCPT TO:<${to}>\r\n`, /^\d{3} /],
    ["DATA\r\n", /^354 /],
    [`${message}\r\n.\r\n`, /^\d{3} /],
  ];
  let answer = "";
  for (const [command, reply] of steps) {
    client.send(command);
    answer = await client.line(reply);
  }
  return answer;
}

test("a mail arrives with its text, its headers and its invitation", async () => {
  await using mailbox = await startMailbox();
  expect(await send(mailbox.port, INVITATION)).toMatch(/^250 /);
  const [mail] = mailbox.messages();
  expect(mail).toMatchObject({
    envelope: { from: "no-reply@calends.test", to: ["ada@example.org"] },
    from: "no-reply@calends.test",
    to: ["ada@example.org", "bob@example.org"],
    subject: "Termin bestätigt",
    messageId: "<1@calends.test>",
    headers: { "x-booking": "b-1" },
  });
  expect(mail?.text).toContain("http://127.0.0.1:1/cancel?a=1&b=2");
  expect(mail?.html).toContain("<b>you</b>");
  const [invitation] = mail?.attachments ?? [];
  expect(invitation).toMatchObject({ contentType: "text/calendar", method: "REQUEST" });
  expect(invitation?.content).toContain("METHOD:REQUEST");
});

test("waiting finds a mail that came before and one that comes after", async () => {
  await using mailbox = await startMailbox();
  const later = mailbox.waitFor((mail) => mail.subject === "second", { timeoutMs: 10_000 });
  await send(mailbox.port, "Subject: first\r\n\r\n1");
  await send(mailbox.port, "Subject: second\r\n\r\n2");
  expect((await later).subject).toBe("second");
  expect((await mailbox.waitFor((mail) => mail.subject === "first", { timeoutMs: 0 })).text.trim()).toBe("1");
});

test("waiting in vain says what the mailbox has instead", async () => {
  await using mailbox = await startMailbox();
  await send(mailbox.port, "To: ada@example.org\r\nSubject: hello\r\n\r\n1");
  await expect(mailbox.waitFor(() => false, { timeoutMs: 1 })).rejects.toThrow(
    "The mailbox has: ada@example.org: hello.",
  );
  mailbox.clear();
  await expect(mailbox.waitFor(() => true, { timeoutMs: 1 })).rejects.toThrow("The mailbox has: nothing.");
});

test("the next mails fail as told and are not kept; the one after them arrives", async () => {
  await using mailbox = await startMailbox();
  mailbox.failNext(1, 451);
  mailbox.failNext(1, 550);
  expect(await send(mailbox.port, INVITATION)).toMatch(/^451 /);
  expect(await send(mailbox.port, INVITATION)).toMatch(/^550 /);
  expect(mailbox.messages()).toEqual([]);
  expect(await send(mailbox.port, INVITATION)).toMatch(/^250 /);
  expect(mailbox.messages()).toHaveLength(1);
});

test("the page lists the mails, runs nothing of theirs, and serves each part", async () => {
  await using mailbox = await startMailbox({ httpPort: 0 });
  await send(mailbox.port, INVITATION.replace("Subject: ", "Subject: <script>alert(1)</script> "));
  const get = (path: string): Promise<Response> => fetch(new URL(path, mailbox.pageUrl));
  const front = await (await get("/")).text();
  expect(front).toContain("&lt;script&gt;alert(1)&lt;/script&gt; Termin bestätigt");
  expect(front).not.toContain("<script>");
  expect(await (await get("/1")).text()).toContain('<a href="http://127.0.0.1:1/cancel?a=1&amp;b=2"');
  const html = await get("/1/html");
  expect(html.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
  expect(html.headers.get("content-security-policy")).not.toContain("allow-scripts");
  const calendar = await get("/1/0");
  expect(calendar.headers.get("content-type")).toContain("text/calendar");
  expect(await calendar.text()).toContain("BEGIN:VCALENDAR");
  expect(await (await get("/messages.json")).json()).toHaveLength(1);
  expect((await get("/2")).status).toBe(404);
  expect((await get("/../etc/passwd")).status).toBe(404);
});

test("a mailbox with a directory has the mails of earlier starts, and goes on after them", async () => {
  const directory = await mkdtemp(join(tmpdir(), "calends-mails-"));
  try {
    const subjects = [];
    for (const subject of ["first", "second"]) {
      await using mailbox = await startMailbox({ directory });
      expect(await send(mailbox.port, `Subject: ${subject}\r\n\r\nhello`)).toMatch(/^250 /);
      subjects.push(mailbox.messages().map((mail) => mail.subject));
      expect(mailbox.messages().at(-1)?.envelope.to).toEqual(["ada@example.org"]);
    }
    expect(subjects).toEqual([["first"], ["first", "second"]]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
