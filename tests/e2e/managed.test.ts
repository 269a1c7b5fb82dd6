import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Category, type AppointmentTypeFieldsSchema } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { createTestClock } from "@calends/testkit/clock";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { untilTrue } from "./_truth.ts";
import { outcomeOf } from "./_util.ts";

const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));
const startMs = Date.parse("2026-12-01T10:00:00Z");
const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

type Fields = MessageInitShape<typeof AppointmentTypeFieldsSchema>;
const group = { category: Category.GROUP, capacity: 1, waitlist: true };

test.each<[string, Fields, guests: number, can: [cancel: boolean, reschedule: boolean]]>([
  ["whose type has no policy", {}, 1, [true, true]],
  ["that may only be moved", { bookerPolicy: { noCancel: true } }, 1, [false, true]],
  ["that may only be cancelled", { bookerPolicy: { rescheduleNotice: { seconds: 864_000n } } }, 1, [true, false]],
  ["whose policy forbids both", { bookerPolicy: { noCancel: true, noReschedule: true } }, 1, [false, false]],
  ["that waits for a seat", group, 2, [true, false]],
])("the page of a booking %s says what its booker can do", async (_name, type, guests, can) => {
  const { organizationId, slug } = await createBookable(sky, { type });
  const pages = sky.client(PublicBookingService, organizationId);
  let manageToken = "";
  for (let guest = 1; guest <= guests; guest += 1) {
    const booker = { name: `${guest}`, email: `${guest}@guest.example` };
    const details = { startTime: timestampFromMs(startMs), booker };
    ({ manageToken } = await pages.book({ requestId: randomUUID(), slug, details }));
  }
  await untilTrue(sky);
  const said = await pages.getManagedBooking({ manageToken });
  expect([said.canCancel, said.canReschedule, said.changeable]).toEqual([...can, can.includes(true)]);
  const startTime = timestampFromMs(startMs + hourMs);
  const moved = await outcomeOf(pages.rescheduleManagedBooking({ requestId: randomUUID(), manageToken, startTime }));
  const cancelled = await outcomeOf(pages.cancelManagedBooking({ requestId: randomUUID(), manageToken }));
  expect([cancelled === "ok", moved === "ok"]).toEqual(can);
});
