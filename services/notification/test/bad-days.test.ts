import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BookingChange } from "@calends/contracts/calends/booking/v1/booking_pb";
import { DeliveryStatus } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { systemClock } from "@calends/kit/clock";
import { startMailbox } from "@calends/local/mailbox";
import { until } from "@calends/testkit/until";
import { expect, test } from "vitest";
import { bookingOf, createRig, lifeOf, type Change, type Rig } from "./_util.ts";
import { startSilentServer } from "./_smtp.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Longer than any lease and any backoff. */
const longMs = 7 * 3_600_000;

function created(title: string): Change {
  return { change: BookingChange.CREATED, booking: bookingOf({ title }) };
}

async function statuses(rig: Rig): Promise<string[]> {
  const { rows } = await rig.pool.query<{ status: string }>("SELECT status FROM deliveries ORDER BY id");
  return rows.map(({ status }) => status);
}

async function untilAll(rig: Rig, status: string, count: number): Promise<void> {
  await until(`${count} deliveries are ${status}`, async () => {
    const found = await statuses(rig);
    return found.length === count && found.every((one) => one === status);
  });
}

test("the mail server is down, then up: deliveries wait without using up tries, then arrive once", async () => {
  await using rig = await createRig();
  const { port } = rig.mailbox;
  await rig.mailbox[Symbol.asyncDispose]();
  await using service = await rig.start();
  await rig.publish([created("A"), created("B"), created("C")]);
  await untilAll(rig, "queued", 9);
  const tries = (): number => rig.logs.filter((line) => line.includes("waiting for the mail server")).length;
  const before = tries();
  await until("the server was asked for twice since", () => tries() >= before + 2);
  await using mailbox = await startMailbox({ port });
  expect(mailbox.port).toBe(port);
  await untilAll(rig, "sent", 9);
  const { rows } = await rig.pool.query<{ attempts: number }>("SELECT DISTINCT attempts FROM deliveries");
  expect(rows).toEqual([{ attempts: 1 }]);
  expect(new Set(mailbox.messages().map(({ to, subject }) => `${to.join()} ${subject}`)).size).toBe(9);
  expect(mailbox.messages()).toHaveLength(9);
  expect(service.port).toBeGreaterThan(0);
});

test("a cancellation while the mail server is down: only the cancellation goes out", async () => {
  await using rig = await createRig();
  const { port } = rig.mailbox;
  await rig.mailbox[Symbol.asyncDispose]();
  await using service = await rig.start();
  const [first, , last] = lifeOf(bookingOf());
  await rig.publish([first, last].filter((change) => change !== undefined));
  await until("two notices", async () => (await statuses(rig)).length === 6);
  await using mailbox = await startMailbox({ port });
  await until("nothing waits", async () => !(await statuses(rig)).includes("queued"));
  expect(mailbox.messages().map(({ subject }) => subject.split(":")[0])).toEqual(
    expect.arrayContaining(["Booked and cancelled", "Booked and cancelled", "Réservé puis annulé"]),
  );
  expect(mailbox.messages()).toHaveLength(3);
  expect(service.port).toBeGreaterThan(0);
});

test("550 fails a delivery at once with the server's words, and RetryDelivery sends it", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  const client = await rig.client(service);
  rig.mailbox.failNext(1, 550);
  await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf({ attendees: [], hosts: [] }) }]);
  await untilAll(rig, "failed", 1);
  const { deliveries } = await client.listDeliveries({ status: DeliveryStatus.FAILED });
  expect(deliveries).toMatchObject([{ kind: "confirmation", recipient: "booker@example.com", attempts: 1 }]);
  expect(deliveries[0]?.lastError).toContain("550");
  const request = { requestId: crypto.randomUUID(), deliveryId: deliveries[0]?.id ?? "" };
  const answer = await client.retryDelivery(request);
  await untilAll(rig, "sent", 1);
  expect(answer.delivery?.status).toBe(DeliveryStatus.QUEUED);
  expect(await client.retryDelivery(request)).toEqual(answer);
  expect(rig.mailbox.messages()).toHaveLength(1);
  const again = client.retryDelivery({ ...request, requestId: crypto.randomUUID() });
  await expect(again).rejects.toThrow("only a failed delivery can be sent again");
  const unknown = { requestId: crypto.randomUUID(), deliveryId: crypto.randomUUID() };
  await expect(client.retryDelivery(unknown)).rejects.toThrow("Delivery not found or access denied");
});

test("what failed before the booking was cancelled is not sent by RetryDelivery", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  const client = await rig.client(service);
  const [first, , last] = lifeOf(bookingOf({ attendees: [], hosts: [] }));
  rig.mailbox.failNext(1, 550);
  await rig.publish(first === undefined ? [] : [first]);
  await untilAll(rig, "failed", 1);
  await rig.publish(last === undefined ? [] : [last]);
  await until("the cancellation", () => rig.mailbox.messages().length === 1);
  const { deliveries } = await client.listDeliveries({ status: DeliveryStatus.FAILED });
  const { delivery } = await client.retryDelivery({
    requestId: crypto.randomUUID(),
    deliveryId: deliveries[0]?.id ?? "",
  });
  expect(delivery?.status).toBe(DeliveryStatus.SUPERSEDED);
});

test("451 is tried again after a pause, and fails after the last try", async () => {
  await using rig = await createRig();
  await using service = await rig.start({ MAX_MAIL_ATTEMPTS: "3" });
  const client = await rig.client(service);
  const attempts = async (): Promise<number> => (await client.listDeliveries({})).deliveries[0]?.attempts ?? 0;
  rig.mailbox.failNext(3, 451);
  await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf({ attendees: [], hosts: [] }) }]);
  for (const count of [1, 2, 3]) {
    await until(`try ${count} is over`, async () => {
      const { rowCount } = await rig.pool.query("SELECT 1 FROM deliveries WHERE attempts = $1 AND lease IS NULL", [
        count,
      ]);
      return rowCount === 1;
    });
    expect(await attempts()).toBe(count);
    rig.clock.advance(longMs);
  }
  await untilAll(rig, "failed", 1);
  expect(rig.mailbox.messages()).toEqual([]);
});

test("stopped while it sends: what was begun is finished and marked, and the rest waits for the next start", async () => {
  await using rig = await createRig();
  const service = await rig.start();
  await rig.publish(Array.from({ length: 20 }, (_, index) => created(`Stop <${index}>`)));
  await until("the first mail", () => rig.mailbox.messages().length > 0);
  await service[Symbol.asyncDispose]();
  const begun = rig.mailbox.messages().length;
  const { rows } = await rig.pool.query<{ sent: number; held: number }>(
    "SELECT count(*) FILTER (WHERE status = 'sent')::int AS sent, count(lease)::int AS held FROM deliveries",
  );
  expect(rows).toEqual([{ sent: begun, held: 0 }]);
  await using next = await rig.start();
  await untilAll(rig, "sent", 60);
  expect(rig.mailbox.messages()).toHaveLength(60);
  expect(next.port).toBeGreaterThan(0);
});

test("a mail server that does not even greet holds up no stop", async () => {
  await using rig = await createRig();
  await using silent = await startSilentServer("greeting");
  const service = await rig.start({ SMTP_URL: `smtp://127.0.0.1:${silent.port}` });
  await until("the server was asked", () => silent.stalls() > 0);
  const before = performance.now();
  await service[Symbol.asyncDispose]();
  expect(performance.now() - before).toBeLessThan(5_000);
});

test.each(["MAIL FROM", "end of message"] as const)(
  "a sender killed at %s: after a restart exactly one mail each, with the Message-ID of the first try",
  async (point) => {
    await using rig = await createRig();
    await using silent = await startSilentServer(point);
    const env = { ...rig.env, SMTP_URL: `smtp://127.0.0.1:${silent.port}`, PATH: process.env["PATH"] };
    // The child signs its token for booking by this machine's clock, so booking must read that clock, too.
    await rig.stopBooking();
    await rig.startBooking(systemClock);
    const child = spawn(process.execPath, [main], { env, stdio: "ignore" });
    const ended = once(child, "exit");
    await until("the child has made its tables", async () => {
      const { rows } = await rig.pool.query<{ made: boolean }>(
        "SELECT to_regclass('request_answers') IS NOT NULL AS made",
      );
      return rows[0]?.made === true;
    });
    await rig.publish([created("Killed")]);
    await until("three mails are half sent", () => silent.stalls() === 3);
    child.kill("SIGKILL");
    await ended;
    expect(await statuses(rig)).toEqual(["queued", "queued", "queued"]);
    rig.clock.set(new Date(Math.max(rig.clock.now().getTime(), Date.now() + longMs)));
    await rig.stopBooking();
    await rig.startBooking();
    await using service = await rig.start();
    await untilAll(rig, "sent", 3);
    const mails = rig.mailbox.messages();
    expect(mails.flatMap(({ envelope }) => envelope.to).toSorted()).toEqual([
      "attendee@example.com",
      "booker@example.com",
      "host@example.com",
    ]);
    // What was half sent carries the Message-IDs that arrive; where no message was begun, there were none.
    const known = mails.filter(({ messageId }) => silent.heard().includes(messageId));
    expect(known).toHaveLength(point === "end of message" ? 3 : 0);
    expect(service.port).toBeGreaterThan(0);
  },
);
