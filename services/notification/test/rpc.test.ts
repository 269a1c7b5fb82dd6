import { randomUUID } from "node:crypto";
import { BookingChange } from "@calends/contracts/calends/booking/v1/booking_pb";
import { DeliveryStatus } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { ConfigError } from "@calends/kit/config";
import { until } from "@calends/testkit/until";
import { expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";
import { bookingOf, createRig } from "./_util.ts";

test("deliveries are listed newest first, page by page, and only to their own organization", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  const client = await rig.client(service);
  for (const title of ["One", "Two", "Three"]) {
    await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf({ title, attendees: [] }) }]);
    await until(
      `${title} is sent`,
      () => rig.mailbox.messages().filter((mail) => mail.subject.includes(title)).length === 2,
    );
    rig.clock.advance(1_000);
  }
  const seen = [];
  let pageToken = "";
  do {
    const page = await client.listDeliveries({ pageSize: 4, pageToken });
    seen.push(...page.deliveries);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  const times = seen.map(({ createTime }) => Number(createTime?.seconds));
  expect(times).toHaveLength(6);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  await until("all are marked", async () => {
    const { deliveries } = await client.listDeliveries({ status: DeliveryStatus.SENT });
    return deliveries.length === 6 && deliveries.every(({ sendTime }) => sendTime !== undefined);
  });
  const stranger = await rig.client(service, randomUUID());
  expect((await stranger.listDeliveries({})).deliveries).toEqual([]);
  const foreign = stranger.retryDelivery({ requestId: randomUUID(), deliveryId: seen[0]?.id ?? "" });
  await expect(foreign).rejects.toThrow("Delivery not found or access denied");
  await expect(client.listDeliveries({ pageToken: "x" })).rejects.toThrow("page_token is not one that was given out");
});

test("a wrong configuration names each variable and repeats no value", () => {
  const env = {
    SMTP_URL: "http://user:secret@mail",
    MAIL_FROM: "nobody",
    PUBLIC_URL: "ftp://x",
    MAX_MAIL_ATTEMPTS: "0",
  };
  const wrong = (): unknown => loadConfig(env);
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow(/SMTP_URL[^]*MAIL_FROM[^]*PUBLIC_URL[^]*MAX_MAIL_ATTEMPTS/);
  expect(wrong).not.toThrow(/secret/);
});
