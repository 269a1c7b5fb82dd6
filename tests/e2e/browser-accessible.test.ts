import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./_browser.ts";
import { startDemoConstellation, type DemoConstellation } from "./_demo.ts";
import { auditOf, fillIn, openBookingPage, slotButtons, type Audit } from "./_page.ts";

let demo: DemoConstellation;
let browser: Browser;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemoConstellation(), openBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await demo?.[Symbol.asyncDispose]();
});

const looks = [
  { name: "desk, light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "phone, dark", viewport: { width: 375, height: 740 }, colorScheme: "dark" },
] as const;

async function bookFromFirstSlot(page: Page, audit: Audit, slug: string): Promise<void> {
  await openBookingPage(page, `${demo.constellation.gatewayUrl}/book/${slug}`);
  await audit.inspect(`${slug}: slots`);
  await slotButtons(page).first().click();
  await page.getByRole("heading", { name: "Your details" }).waitFor();
  await audit.inspect(`${slug}: form`);
  await page.getByRole("button", { name: /^(Confirm|Request) booking$/ }).click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await audit.inspect(`${slug}: form with mistakes`);
  await fillIn(page, "Axel Eriksson", "axel@booker.example");
}

async function changeBooking(page: Page, audit: Audit): Promise<void> {
  await page.getByRole("link", { name: "Reschedule or cancel" }).click();
  await page.getByRole("heading", { level: 1, name: "Your booking" }).waitFor();
  await audit.inspect("manage");
  await page.getByRole("button", { name: "Reschedule" }).click();
  await slotButtons(page).first().waitFor();
  await audit.inspect("choice of another time");
  await slotButtons(page).last().click();
  await page.getByRole("dialog", { name: "Move this booking?" }).waitFor();
  await audit.inspect("question before moving");
  await page.getByRole("button", { name: "Yes, move it" }).click();
  await page.getByRole("status").getByText("Your booking was moved.").waitFor();
  await audit.inspect("moved");
  await page.getByRole("button", { name: "Cancel booking" }).click();
  await page.getByRole("dialog", { name: "Cancel this booking?" }).waitFor();
  await audit.inspect("question before cancelling");
  await page.getByRole("button", { name: "Yes, cancel it" }).click();
  await page.getByRole("status").getByText("Your booking is cancelled.").waitFor();
  await audit.inspect("cancelled");
}

test.each(looks)(
  "axe finds nothing on any state of the page ($name)",
  async (look) => {
    const { gatewayUrl } = demo.constellation;
    // Axe looks at states, and a fade that is half way is none.
    const still = { reducedMotion: "reduce" } as const;
    const context = await browser.newContext({ locale: "en-US", timezoneId: "Europe/Berlin", ...still, ...look });
    const page = await context.newPage();
    const audit = auditOf(page);
    await bookFromFirstSlot(page, audit, "ada");
    await page.getByRole("button", { name: "Confirm booking" }).click();
    await page.getByRole("heading", { level: 1, name: "You are booked" }).waitFor();
    await audit.inspect("booked");
    await changeBooking(page, audit);
    await bookFromFirstSlot(page, audit, "grace");
    await page.getByRole("textbox", { name: "Your phone number" }).fill("+49 30 1234567");
    await page.getByRole("button", { name: "Request booking" }).click();
    await page.getByRole("heading", { level: 1, name: "Your request was sent" }).waitFor();
    await audit.inspect("requested");
    await page.goto(`${gatewayUrl}/book/nobody`);
    await page.getByRole("heading", { level: 1, name: "This page does not exist" }).waitFor();
    await audit.inspect("no such page");
    await page.goto(`${gatewayUrl}/manage/forged`);
    await page.getByRole("heading", { level: 1, name: "This link does not work" }).waitFor();
    await audit.inspect("no such booking");
    expect(audit.findings).toEqual([]);
    await context.close();
  },
  180_000,
);
