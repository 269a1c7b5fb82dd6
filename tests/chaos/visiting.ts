import { timestampMs } from "@bufbuild/protobuf/wkt";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { must } from "@calends/kit/must";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { send, type ChaosClient } from "./asking.ts";
import type { Visit } from "./history.ts";
import { detailsOf, nextGuest, pickType, startFor } from "./operations.ts";

const timeoutMs = 6_000;

/** Books on a public page, through the gateway, as anybody may: over Connect as the page does, or over REST. */
export async function visit(client: ChaosClient): Promise<void> {
  const { slug, ...type } = pickType(client, (one) => one.slug !== "");
  const guest = nextGuest(client);
  const startMs = startFor(client, { slug, ...type });
  const book = client.random.next() < 0.5 ? overConnect : overRest;
  await send(client, {
    operation: "visit",
    guest,
    ask: async (_, requestId) => {
      client.history.visits.push({ guest, ...(await book(client.gatewayUrl, slug, requestId, startMs, guest)) });
      return [];
    },
  });
}

type Book = (
  url: string,
  slug: string,
  requestId: string,
  startMs: number,
  guest: string,
) => Promise<Omit<Visit, "guest">>;

const overConnect: Book = async (baseUrl, slug, requestId, startMs, guest) => {
  const pages = createClient(PublicBookingService, createConnectTransport({ baseUrl, defaultTimeoutMs: timeoutMs }));
  const answer = await pages.book({ requestId, slug, details: detailsOf(startMs, guest) });
  const booking = must(answer.booking, "booking");
  return { bookingId: booking.id, startMs: timestampMs(must(booking.startTime, "start_time")) };
};

const overRest: Book = async (url, slug, requestId, startMs, guest) => {
  const booker = { name: "Guest", email: guest, timeZone: "UTC" };
  const response = await fetch(`${url}/book/${slug}/book`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ requestId, details: { startTime: new Date(startMs).toISOString(), booker } }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) {
    const isKnown = response.status >= 400 && response.status < 500 && ![408, 409, 429].includes(response.status);
    throw new ConnectError(await response.text(), isKnown ? Code.FailedPrecondition : Code.Unavailable);
  }
  const { booking } = (await response.json()) as { booking: { id: string; startTime: string } };
  return { bookingId: booking.id, startMs: Date.parse(booking.startTime) };
};
