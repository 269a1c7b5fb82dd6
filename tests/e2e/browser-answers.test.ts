import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { join } from "node:path";
import { must } from "@calends/kit/must";
import { repositoryRoot } from "@calends/local/paths";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable, type Bookable, type BookableOptions } from "./_bookable.ts";
import { openBrowser } from "./_browser.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { auditOf, fillIn, openBookingPage, slotButtons, type ShownSlot } from "./_page.ts";

let sky: TestConstellation;
let browser: Browser;

beforeAll(async () => {
  const webRoot = join(repositoryRoot(), "apps/web/dist");
  [sky, browser] = await Promise.all([startTestConstellation({ webRoot }), openBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await sky?.[Symbol.asyncDispose]();
});

async function newPage(): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "UTC" });
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

async function linkIn(reader: string, subject: string, page: string): Promise<string> {
  const { text } = await sky.mailbox.waitFor(
    (mail) => mail.to.includes(reader) && mail.subject.startsWith(`${subject}:`),
    { timeoutMs: 20_000 },
  );
  return must(new RegExp(`http://\\S+/${page}/\\S+`).exec(text)?.[0], `the link to ${page}`);
}

/** Makes a page with quarters of an hour to choose from. */
function bookable(options: BookableOptions["type"] = {}): Promise<Bookable> {
  return createBookable(sky, { type: { name: "Intro", ...options } });
}

/** Fills the form for a slot in the middle of a day, up to the button that sends it. */
async function fillForm(page: Page, { slug }: Bookable, name: string): Promise<ShownSlot> {
  const slot = await openBookingPage(page, `${sky.gatewayUrl}/book/${slug}`);
  await slotButtons(page)
    .filter({ hasText: new RegExp(`^${slot.time}`) })
    .first()
    .click();
  await fillIn(page, name, `${name.toLowerCase()}@guest.example`);
  return slot;
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();

test("a booker confirms their address by the link in the mail, and only then the guests are invited", async () => {
  await using page = await newPage();
  await fillForm(page, await bookable(), "Inviter");
  await page.getByRole("button", { name: "Add a guest" }).click();
  await page.getByRole("textbox", { name: "Guest 1: email" }).fill("invited@guest.example");
  await page.getByRole("button", { name: "Confirm booking" }).click();
  await heading(page, "You are booked");
  await page.getByText("Your guests are invited once you have opened the link").waitFor();
  const link = await linkIn("inviter@guest.example", "Confirmed", "confirm");
  const mailsToGuest = () => sky.mailbox.messages().filter(({ to }) => to.includes("invited@guest.example")).length;

  const audit = auditOf(page);
  for (const _opened of [1, 2]) {
    await page.goto(link);
    await heading(page, "Is this your booking, and may we invite your guests?");
  }
  await page.getByText("invited@guest.example").waitFor();
  await audit.inspect("asking");
  expect(mailsToGuest()).toBe(0);
  await page.getByRole("button", { name: "Confirm and invite" }).click();
  await page.getByRole("status").getByText("Your guests get their mail now.").waitFor();
  await audit.inspect("answered");
  await expect.poll(mailsToGuest, { timeout: 15_000, interval: 200 }).toBe(1);
  expect(audit.findings).toEqual([]);
});

test("a host confirms by the link in the mail, after the page has asked", async () => {
  await using page = await newPage();
  await fillForm(page, await bookable({ requiresConfirmation: true }), "Asker");
  await page.getByRole("button", { name: "Request booking" }).click();
  await heading(page, "Your request was sent");
  await page.goto(await linkIn("ada@host.example", "Please confirm", "host"));
  await heading(page, "Confirm this booking?");
  await page.getByText("asker@guest.example").waitFor();
  const audit = auditOf(page);
  await audit.inspect("asking");
  await page.getByRole("button", { name: "Confirm booking" }).click();
  await page.getByRole("status").getByText("You have confirmed it.").waitFor();
  await audit.inspect("answered");
  await linkIn("asker@guest.example", "Confirmed", "manage");
  expect(audit.findings).toEqual([]);
});

test("a host declines by the link in the mail, with a reason that the booker reads", async () => {
  await using page = await newPage();
  sky.mailbox.clear();
  await fillForm(page, await bookable({ requiresConfirmation: true }), "Hopeful");
  await page.getByRole("button", { name: "Request booking" }).click();
  await heading(page, "Your request was sent");
  const link = await linkIn("ada@host.example", "Please confirm", "host");
  await page.goto(link.replace("#confirm", "#decline"));
  await page.getByRole("dialog", { name: "Decline this booking?" }).waitFor();
  await page.getByRole("textbox", { name: "Reason" }).fill("On holiday");
  await page.getByRole("button", { name: "Yes, decline it" }).click();
  await page.getByRole("status").getByText("You have declined it.").waitFor();
  const mail = await sky.mailbox.waitFor(
    ({ to, subject }) => to.includes("hopeful@guest.example") && subject.startsWith("Declined"),
    { timeoutMs: 20_000 },
  );
  expect(mail.text).toContain("Reason: On holiday");
});

test("who waits for a seat is told so on every page and by mail, and accepts it there when it is free", async () => {
  const group = await bookable({ category: Category.GROUP, capacity: 1, waitlist: true });
  const bookings = sky.client(BookingService, group.organizationId);
  await using page = await newPage();
  const { day, time } = await fillForm(page, group, "Waiter");
  // Somebody takes the last seat while the form is filled in.
  const booker = { name: "Quick", email: "quick@guest.example" };
  const details = { startTime: timestampFromMs(Date.parse(`${day} ${time} UTC`)), booker };
  const quick = { requestId: randomUUID(), appointmentTypeId: group.typeId, details };
  const seated = must((await bookings.createBooking(quick)).booking, "booking");
  await page.getByRole("button", { name: "Confirm booking" }).click();
  await heading(page, "You are on the waitlist");
  expect(await page.getByText("You are booked").count()).toBe(0);
  const audit = auditOf(page);
  await audit.inspect("waiting, booked");
  const link = await linkIn("waiter@guest.example", "On the waitlist", "manage");
  await page.goto(link);
  await page.getByText("On the waitlist", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Leave the waitlist" }).waitFor();
  await audit.inspect("waiting");

  await bookings.cancelBooking({ requestId: randomUUID(), bookingId: seated.id });
  await page.goto(await linkIn("waiter@guest.example", "A seat is free", "manage"));
  await page.reload();
  await page.getByText("A seat is free for you", { exact: true }).waitFor();
  await audit.inspect("offered");
  await page.getByRole("button", { name: "Accept the seat" }).click();
  await page.getByRole("status").getByText("You have accepted the seat: confirmed.").waitFor();
  await linkIn("waiter@guest.example", "Confirmed", "manage");
  expect(audit.findings).toEqual([]);
});
