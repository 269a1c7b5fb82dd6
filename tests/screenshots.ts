// Makes the README's pictures of the real page: `npm start` in one terminal, then `node tests/screenshots.ts` in another.
import { join } from "node:path";
import { repositoryRoot } from "@calends/local/paths";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "./e2e/_browser.ts";
import { fillIn, openBookingPage, slotButtons } from "./e2e/_page.ts";

const gatewayUrl = process.argv[2] ?? "http://127.0.0.1:8080";
const images = join(repositoryRoot(), "docs/images");
const phone = { width: 390, height: 844 };

async function openPage(browser: Browser, viewport: { width: number; height: number }, dark = false): Promise<Page> {
  const colorScheme = dark ? "dark" : "light";
  return browser.newPage({
    locale: "en-US",
    timezoneId: "Europe/Berlin",
    viewport,
    colorScheme,
    reducedMotion: "reduce",
  });
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(images, `${name}.png`) });
}

await using browser = await openBrowser();
const desk = await openPage(browser, { width: 1100, height: 720 });
await openBookingPage(desk, `${gatewayUrl}/book/ada`);
await shoot(desk, "choose-a-slot");
await slotButtons(desk).first().click();
await fillIn(desk, "Béla Tóth", "bela@booker.example");
await desk
  .getByRole("textbox", { name: "What would you like to talk about?" })
  .fill("A scheduling page for our clinic");
await desk.getByRole("button", { name: "Confirm booking" }).click();
await desk.getByRole("heading", { level: 1, name: "You are booked" }).waitFor();
await shoot(desk, "booked");
await desk.getByRole("link", { name: "Reschedule or cancel" }).click();
await desk.getByRole("button", { name: "Cancel booking" }).click();
await desk.getByRole("button", { name: "Yes, cancel it" }).click();
await desk.getByRole("status").getByText("Your booking is cancelled.").waitFor();

const hand = await openPage(browser, phone, true);
await hand.goto(`${gatewayUrl}/book/grace`);
await slotButtons(hand).first().waitFor();
await shoot(hand, "phone");
