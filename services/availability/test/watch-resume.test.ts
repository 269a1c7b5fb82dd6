import { randomUUID } from "node:crypto";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Replica, type Rig } from "./_util.ts";
import { isOrdered, listed, watch, type Watcher } from "./_watch.ts";
import { block, bookingOf, bundleOf, calendarOf, daily, minutes, queryOf, unblock, type Query } from "./_week.ts";

let rig: Rig;
let other: Replica;
beforeAll(async () => {
  rig = await startRig();
  other = await rig.replica();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

/** Something that moves slots, or the watcher's being cut off and going on at one of two replicas. */
type Step =
  | { readonly does: "block" | "book"; readonly calendar: number; readonly at: number }
  | { readonly does: "free" }
  | { readonly does: "open"; readonly calendar: number; readonly at: number }
  | { readonly does: "cut" }
  | { readonly does: "resume"; readonly replica: number };

const calendar = fc.nat(2);
const hour = fc.integer({ min: 9, max: 15 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom("block" as const, "book" as const), calendar, at: hour }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("free" as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("open" as const), calendar, at: hour }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("cut" as const) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("resume" as const), replica: fc.nat(1) }) },
);

/** Three calendars, of which two are needed, and one of which is a bundle. */
class World {
  readonly ids: string[];
  readonly query: Query;
  readonly #undo: (() => Promise<void>)[] = [];

  constructor(ids: string[]) {
    this.ids = ids;
    this.query = queryOf([{ ids, need: 2 }], { step: minutes(30), otherDurations: [minutes(30)] });
  }

  async move(does: Step): Promise<void> {
    if (does.does === "free") {
      await this.#undo.shift()?.();
    } else if (does.does === "block" || does.does === "book" || does.does === "open") {
      const calendarId = must(this.ids[does.calendar], "calendar");
      const [from, to] = [`${String(does.at).padStart(2, "0")}:00`, `${String(does.at).padStart(2, "0")}:40`];
      if (does.does === "open") {
        const profile = { calendarId, schedule: daily(does.at - 1, does.at + 3) };
        await rig.calendars.setProfile({ requestId: randomUUID(), profile });
      } else if (does.does === "block") {
        const { id } = await block(rig, calendarId, from, to);
        this.#undo.push(() => unblock(rig, id));
      } else {
        const id = randomUUID();
        await rig.tell(AllocationsChangedSchema, [bookingOf(id, 1, { calendarId, from, to })]);
        this.#undo.push(() => rig.tell(AllocationsChangedSchema, [bookingOf(id, 2)]));
      }
    }
  }
}

/** Goes through the steps and tells what is wrong: what the watcher knows has to be what a list says whenever it is there. */
async function faultsOf(steps: readonly Step[]): Promise<string[]> {
  const [a, b] = [await calendarOf(rig, daily(9, 17)), await calendarOf(rig, daily(10, 16))];
  const world = new World([a, b, await bundleOf(rig, [a, b])]);
  const faults: string[] = [];
  let watcher: Watcher | null = watch(rig, world.query);
  let from: { cursor?: string; known?: string[] } = {};
  const cut = async () => {
    if (watcher !== null) {
      from = watcher.cursor() === "" ? {} : { cursor: watcher.cursor(), known: watcher.known() };
      faults.push(...watcher.faults, ...(watcher.messages.every(isOrdered) ? [] : ["not in order"]));
      await watcher[Symbol.asyncDispose]();
      watcher = null;
    }
  };
  for (const one of [...steps, { does: "resume", replica: 1 } as const]) {
    await world.move(one);
    if (one.does === "cut") {
      await cut();
    } else if (one.does === "resume") {
      await cut();
      const now = await listed(rig, world.query);
      watcher = watch(one.replica === 0 ? rig : other.as(rig.organizationId), world.query, from);
      await watcher.knows(now);
      const isSnapshot = watcher.messages.map(({ snapshot }) => snapshot).join();
      faults.push(
        ...(from.cursor === undefined || ["", "false"].includes(isSnapshot) ? [] : [`resumed: ${isSnapshot}`]),
      );
    } else {
      await watcher?.knows(await listed(rig, world.query));
    }
  }
  await cut();
  return faults;
}

test("any history, cut anywhere and resumed on any replica: all that was told adds up to what is listed", async () => {
  const adds = async (steps: readonly Step[]) => {
    expect(await faultsOf(steps)).toEqual([]);
  };
  const property = fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), adds);
  await fc.assert(property, { numRuns: 8, endOnFailure: true });
});

test("who resumes and has missed nothing hears nothing until something changes", async () => {
  const calendarId = await calendarOf(rig);
  const query = queryOf([calendarId]);
  await using first = watch(rig, query);
  await first.next();
  await using resumed = watch(other.as(rig.organizationId), query, { cursor: first.cursor(), known: first.known() });
  const { id } = await block(rig, calendarId, "09:00", "10:00");
  await resumed.knows(["10:00", "11:00"]);
  await unblock(rig, id);
  await resumed.knows(["09:00", "10:00", "11:00"]);
  expect([resumed.messages.length, resumed.faults]).toEqual([2, []]);
});
