import type { Mail } from "@calends/local/mail";
import { must } from "@calends/kit/must";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./_browser.ts";
import { startDemoConstellation, type DemoConstellation } from "./_demo.ts";
import { invitationOf, isInvitation, readCalendar } from "./_mail.ts";
import { fillIn, openBookingPage, slotButtons, tabTo, timesOf, type ShownSlot } from "./_page.ts";

const patience = { timeout: 15_000, interval: 200 };
let demo: DemoConstellation;
let browser: Browser;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemoConstellation(), openBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await demo?.[Symbol.asyncDispose]();
});

async function newPage(options: BrowserContextOptions = {}): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "Europe/Berlin", ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

function bookingPage(slug: string): string {
  return `${demo.constellation.gatewayUrl}/book/${slug}`;
}

async function feedEvents() {
  const path = must(demo.seeded.feedPaths["ada"], "Ada's feed");
  const response = await fetch(demo.constellation.gatewayUrl + path);
  expect(response.headers.get("content-type")).toMatch(/^text\/calendar/);
  return readCalendar(await response.text());
}

function mailTo(reader: string, method: string): Promise<Mail> {
  return demo.constellation.mailbox.waitFor((mail) => isInvitation(mail, reader, method), { timeoutMs: 15_000 });
}

/** The instant of a slot as a page in Berlin names it. */
function instantOf({ day, time }: ShownSlot): number {
  const utc = Date.parse(`${day} ${time} UTC`);
  const shown = new Date(utc).toLocaleString("en-US", { timeZone: "Europe/Berlin" });
  return utc - (Date.parse(`${shown} UTC`) - utc);
}

test("a slot booked in one browser is gone in another, invites, is in the feed, and comes back when cancelled", async () => {
  await using booker = await newPage();
  await using other = await newPage();
  const slot = await openBookingPage(booker, bookingPage("ada"));
  await openBookingPage(other, bookingPage("ada"));
  expect(await timesOf(other, slot)).toContain(slot.time);

  await slotButtons(booker).filter({ hasText: slot.time }).first().click();
  await fillIn(booker, "Béla Tóth", "bela@booker.example");
  await booker.getByRole("textbox", { name: "What would you like to talk about?" }).fill("A first booking");
  await booker.getByRole("button", { name: "Confirm booking" }).click();
  await booker.getByRole("heading", { level: 1, name: "You are booked" }).waitFor();
  await expect.poll(() => timesOf(other, slot), patience).not.toContain(slot.time);

  const confirmation = await mailTo("bela@booker.example", "REQUEST");
  const invited = invitationOf(confirmation);
  expect(invited).toMatchObject({ method: "REQUEST", status: "CONFIRMED", summary: "Intro call with Ada" });
  expect(invited.startMs).toBe(instantOf(slot));
  expect(invited.endMs - invited.startMs).toBe(30 * 60_000);
  const event = { uid: invited.uid, startMs: invited.startMs, endMs: invited.endMs };
  await expect.poll(feedEvents, patience).toContainEqual(expect.objectContaining(event));

  const manageUrl = must(/http:\S+\/manage\/\S+/.exec(confirmation.text)?.[0], "the manage link");
  await booker.goto(manageUrl);
  await booker.getByRole("button", { name: "Cancel booking" }).click();
  await booker.getByRole("button", { name: "Yes, cancel it" }).click();
  await booker.getByRole("status").getByText("Your booking is cancelled.").waitFor();
  await expect.poll(() => timesOf(other, slot), patience).toContain(slot.time);

  const withdrawal = await mailTo("bela@booker.example", "CANCEL");
  const withdrawn = invitationOf(withdrawal);
  expect(withdrawn).toMatchObject({ method: "CANCEL", uid: invited.uid, status: "CANCELLED" });
  expect(withdrawn.sequence).toBeGreaterThan(invited.sequence);
  const isLive = async () =>
    (await feedEvents()).some(({ uid, status }) => uid === invited.uid && status !== "CANCELLED");
  await expect.poll(isLive, patience).toBe(false);
});

test("who chose a slot that somebody else has just booked is told so, and keeps what was typed", async () => {
  await using first = await newPage();
  await using second = await newPage();
  const slot = await openBookingPage(first, bookingPage("ravi"));
  await openBookingPage(second, bookingPage("ravi"));
  for (const page of [first, second]) {
    await slotButtons(page).filter({ hasText: slot.time }).first().click();
    await fillIn(page, page === first ? "First" : "Second", "racer@booker.example");
  }
  await first.getByRole("button", { name: "Confirm booking" }).click();
  await first.getByRole("heading", { level: 1, name: "You are booked" }).waitFor();
  await second.getByRole("button", { name: "Confirm booking" }).click();
  await second.getByRole("alert").getByText("Please choose another one").waitFor();
  await slotButtons(second).first().click();
  await expect.poll(() => second.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Second");
});

test("everything from the choice of a day to the confirmation and the cancellation works by keyboard alone", async () => {
  await using page = await newPage();
  await openBookingPage(page, bookingPage("ada-consultation"));
  const { keyboard } = page;
  await tabTo(page, page.getByRole("grid").getByRole("button"));
  await keyboard.press("Enter");
  await tabTo(page, slotButtons(page));
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your details" }).waitFor();
  await tabTo(page, page.getByRole("textbox", { name: "Name" }));
  await keyboard.type("Keya Board");
  await tabTo(page, page.getByRole("textbox", { name: "Email" }));
  await keyboard.type("keya@booker.example");
  await tabTo(page, page.getByRole("textbox", { name: "How many will you be?" }));
  await keyboard.type("3");
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "You are booked" }).waitFor();
  await tabTo(page, page.getByRole("link", { name: "Reschedule or cancel" }));
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Your booking" }).waitFor();
  await tabTo(page, page.getByRole("button", { name: "Cancel booking" }));
  await keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Yes, cancel it" }));
  await keyboard.press("Enter");
  await page.getByRole("status").getByText("Your booking is cancelled.").waitFor();
  const withdrawal = await mailTo("keya@booker.example", "CANCEL");
  expect(invitationOf(withdrawal)).toMatchObject({ summary: "Consultation", status: "CANCELLED" });
});
