import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { ConflictPolicy } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { send, type ChaosClient } from "./asking.ts";
import { nextGuest, pickType, startFor } from "./operations.ts";

/** Makes a series of two or three days, which runs into what others have booked. */
export async function recur(client: ChaosClient): Promise<void> {
  const { random } = client;
  const type = pickType(
    client,
    ({ category, changes }) => category !== "group" && category !== "round_robin" && changes,
  );
  const guest = nextGuest(client);
  const localStart = new Date(startFor(client, type)).toISOString().slice(0, 19);
  const rule = `FREQ=DAILY;COUNT=${2 + random.below(2)}`;
  const pattern = { localStart, timeZone: "UTC", duration: durationFromMs(type.minutes * 60_000) };
  const policy = random.pick([ConflictPolicy.FAIL, ConflictPolicy.SKIP_WITH_PLACEHOLDER, ConflictPolicy.NEAREST]);
  const terms = { appointmentTypeId: type.id, pattern: { ...pattern, rruleString: rule }, policy };
  const booker = { name: "Guest", email: guest, timeZone: "UTC" };
  await send(client, {
    operation: "recur",
    guest,
    ask: async ({ recurring }, requestId) => {
      const { dates } = await recurring.createRecurringBooking({ requestId, terms, booker });
      return dates.flatMap(({ booking }) => (booking === undefined ? [] : [booking]));
    },
  });
}
