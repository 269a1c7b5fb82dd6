import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./_browser.ts";
import { startDemoConstellation, type DemoConstellation } from "./_demo.ts";

let demo: DemoConstellation;
let browser: Browser;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemoConstellation(), openBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await demo?.[Symbol.asyncDispose]();
});

/** The button of a full session, on the first day that has one, this month or in the next. */
async function findFull(page: Page): Promise<Locator> {
  for (let month = 0; month < 2; month += 1) {
    await page.getByRole("grid").and(page.locator("[aria-busy=false]")).waitFor();
    for (const day of await page.getByRole("grid").getByRole("button", { disabled: false }).all()) {
      await day.click();
      const full = page.getByRole("button", { name: "Full · join the waitlist" });
      if ((await full.count()) > 0) {
        return full.first();
      }
    }
    await page.getByRole("button", { name: "Next month" }).click();
  }
  throw new Error("no full session is shown");
}

test("the picker shows a full session as one whose waitlist can be joined, and it can be chosen", async () => {
  const page = await browser.newPage({ locale: "en-US", timezoneId: "Europe/Berlin" });
  await page.goto(`${demo.constellation.gatewayUrl}/book/workshop`);
  const full = await findFull(page);
  expect(await full.textContent()).toMatch(/^\d{1,2}:\d\d [AP]M/u);
  await full.click();
  await page.getByRole("heading", { name: "Your details" }).waitFor();
});
