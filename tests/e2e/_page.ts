import { AxeBuilder } from "@axe-core/playwright";
import { must } from "@calends/kit/must";
import type { Locator, Page } from "playwright-core";

/** A slot as the page names it. */
export interface ShownSlot {
  /** The day, as in "Monday, November 23, 2026". */
  readonly day: string;
  /** The time, as in "9:00 AM". */
  readonly time: string;
}

/** The buttons of the slots shown. */
export function slotButtons(page: Page): Locator {
  return page.getByRole("button", { name: /^\d{1,2}:\d\d [AP]M/ });
}

/** Opens a booking page on a day with several slots, this month or in the next; returns the one in the middle. */
export async function openBookingPage(page: Page, url: string): Promise<ShownSlot> {
  await page.goto(url);
  for (let month = 0; month < 2; month += 1) {
    await untilLoaded(page);
    const free = page.getByRole("grid").getByRole("button", { disabled: false });
    for (const button of await free.all()) {
      await button.click();
      const times = await slotButtons(page).allTextContents();
      if (times.length >= 3) {
        const day = must(await page.getByRole("heading", { level: 3 }).textContent(), "the day");
        return { day, time: must(times[Math.floor(times.length / 2)], "a slot") };
      }
    }
    await page.getByRole("button", { name: "Next month" }).click();
  }
  throw new Error(`${url} has no day with several slots`);
}

/** The times shown for a day, from the server and not from what the page remembers. */
export async function timesOf(page: Page, { day }: ShownSlot): Promise<string[]> {
  await page.reload();
  await untilLoaded(page);
  const button = page.getByRole("grid").getByRole("button", { name: day });
  if ((await button.count()) === 0) {
    await page.getByRole("button", { name: "Next month" }).click();
    await untilLoaded(page);
  }
  await button.click();
  await page.getByRole("heading", { level: 3, name: day }).waitFor();
  return slotButtons(page).allTextContents();
}

async function untilLoaded(page: Page): Promise<void> {
  await page.getByRole("grid").and(page.locator("[aria-busy=false]")).waitFor();
}

/** Fills the form's name and address. */
export async function fillIn(page: Page, name: string, email: string): Promise<void> {
  await page.getByRole("heading", { name: "Your details" }).waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("textbox", { name: "Email" }).fill(email);
}

/** Asks axe about a page, state by state. */
export interface Audit {
  /** What axe found so far, each with the state. */
  readonly findings: readonly string[];
  inspect(state: string): Promise<void>;
}

/** Begins an audit of a page. */
export function auditOf(page: Page): Audit {
  const findings: string[] = [];
  return {
    findings,
    async inspect(state) {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const lines = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${state}: ${id}: ${html}`));
      findings.push(...lines);
    },
  };
}

/** Presses Tab until the focus is on an element that the locator finds. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await target.and(page.locator(":focus")).count()) > 0) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error("80 times Tab did not lead there");
}
