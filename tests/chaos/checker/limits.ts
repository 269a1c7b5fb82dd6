import { at, mustBeNone, type Evidence, type Finding } from "./finding.ts";

const notCounted = new Set(["cancelled", "waitlisted"]);

/** No local day has more bookings of a type than the type allows. */
export function checkLimits({ world, data }: Evidence): Finding {
  const wrong = world.types
    .filter(({ perDay }) => perDay > 0)
    .flatMap((type) => {
      const day = new Intl.DateTimeFormat("en-CA", { timeZone: type.zone, dateStyle: "short" });
      const counted = data.bookings.filter((row) => row.type === type.id && !notCounted.has(row.status));
      const days = Map.groupBy(counted, ({ start }) => day.format(start));
      return [...days]
        .filter(([, rows]) => rows.length > type.perDay)
        .map(([date, rows]) => `${type.name} on ${date}: ${rows.length} of ${type.perDay}`);
    });
  return mustBeNone("limits exceeded (days)", wrong);
}

const seated = new Set(["pending", "confirmed", "offered", "completed", "no_show"]);

/** No session has more seats than its type, nobody waits beside a free seat, and offers go to who came first. */
export function checkSeats({ world, data }: Evidence): Finding[] {
  const over: string[] = [];
  const wrongCount: string[] = [];
  const wrongOrder: string[] = [];
  const bySession = Map.groupBy(
    data.bookings.filter(({ session }) => session !== null),
    ({ session }) => session,
  );
  for (const session of data.sessions) {
    const rows = bySession.get(session.owner) ?? [];
    const seats = rows.filter(({ status }) => seated.has(status));
    const waiting = rows.filter(({ status }) => status === "waitlisted");
    const capacity = world.types.find(({ id }) => id === session.type)?.capacity ?? session.capacity;
    const what = `session ${session.owner} at ${at(session.start)}: ${seats.length} of ${capacity}`;
    over.push(...(seats.length > capacity ? [what] : []));
    wrongCount.push(...(session.open && session.taken !== seats.length ? [`${what}, counted ${session.taken}`] : []));
    const offered = Math.max(0, ...rows.filter(({ status }) => status === "offered").map(({ position }) => position));
    const passedOver = waiting.some(({ position }) => position < offered);
    wrongOrder.push(
      ...(passedOver || (waiting.length > 0 && seats.length < capacity) ? [`${what}, ${waiting.length} wait`] : []),
    );
  }
  return [
    mustBeNone("seats over capacity", over),
    mustBeNone("seats miscounted", wrongCount),
    mustBeNone("waitlists out of order, or beside a free seat", wrongOrder),
  ];
}
