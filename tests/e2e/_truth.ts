import { createLogger } from "@calends/kit/logger";
import { connectBroker, type Broker } from "@calends/messaging/connection";
import { streamOf } from "@calends/messaging/subjects";
import { until } from "@calends/testkit/until";
import { headers as natsHeaders } from "@nats-io/transport-node";
import { expect } from "vitest";
import type { TestConstellation } from "./_constellation.ts";
import { countOf, query, range } from "./_util.ts";

interface Span extends Record<string, unknown> {
  readonly span: string;
}

const columns = "organization_id || ' ' || calendar_id || ' ' || starts_at || ' ' || ends_at";

/** What booking has: each active allocation as one line. */
export async function truth(sky: TestConstellation): Promise<string[]> {
  const sql = `SELECT ${columns} || ' ' || booking_id AS span FROM allocations WHERE active ORDER BY 1`;
  return (await query<Span>(sky.databaseUrl("booking"), sql)).map(({ span }) => span);
}

/** What availability believes of bookings, in the same form. */
export async function readModel(sky: TestConstellation): Promise<string[]> {
  const sql = `SELECT ${columns} || ' ' || source_id AS span FROM busy_times WHERE source = 'booking' ORDER BY 1`;
  return (await query<Span>(sky.databaseUrl("availability"), sql)).map(({ span }) => span);
}

/** Waits until availability's read model is booking's truth. */
export async function untilTrue(sky: TestConstellation): Promise<string[]> {
  const expected = await truth(sky);
  const same = (seen: string[]) => seen.join("\n") === expected.join("\n");
  return until("the read model equals the truth", () => readModel(sky), same, 45_000);
}

/** Connects to the constellation's NATS as a tool of an operator would. */
export function openBroker(sky: TestConstellation): Promise<Broker> {
  return connectBroker("test", sky.nats.url, createLogger("test", "silent"), new AbortController().signal);
}

const stream = streamOf("booking");

/** Waits until every consumer of a service's events, of which there are some, has handled all that was published. */
export async function untilHandled({ manager }: Broker, service = "booking", some = 3): Promise<void> {
  await until(
    "every event is handled",
    async () => {
      const consumers = await manager.consumers.list(streamOf(service)).next();
      return consumers.map(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending);
    },
    (open) => open.length >= some && open.every((n) => n === 0),
    45_000,
  );
}

/** Publishes each of booking's messages again, so many times, in random order, under other message ids. */
export async function republishShuffled({ js, manager }: Broker, times: number): Promise<number> {
  const { state } = await manager.streams.info(stream);
  const known = await Promise.all(
    range(state.last_seq - state.first_seq + 1).map((i) =>
      manager.streams.getMessage(stream, { seq: state.first_seq + i }),
    ),
  );
  const all = range(times).flatMap((time) => known.map((message) => ({ message, time })));
  for (const { message, time } of shuffled(all)) {
    if (message !== null) {
      const headers = natsHeaders();
      message.header.keys().forEach((key) => headers.set(key, message.header.get(key)));
      await js.publish(message.subject, message.data, { headers, msgID: `again-${message.seq}-${time}` });
    }
  }
  return all.length;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** Checks that nobody has the same mail twice: same recipient, booking, method and sequence. */
export function expectNoMailTwice({ mailbox }: TestConstellation): void {
  const keys = mailbox.messages().map(({ to, subject, text, attachments }) => {
    const ics = attachments.find(({ method }) => method !== undefined);
    const facts = ["UID", "SEQUENCE", "METHOD"].map(
      (name) => new RegExp(`^${name}:(.*)$`, "m").exec(ics?.content ?? "")?.[1],
    );
    return [...to, ...(ics === undefined ? [subject, text] : facts)].join(" ");
  });
  expect(Object.entries(countOf(keys)).filter(([, n]) => n > 1)).toEqual([]);
}

/** How many mails a guest has. */
export function mailsTo({ mailbox }: TestConstellation, guest: string): number {
  return mailbox.messages().filter(({ to }) => to.includes(`${guest}@guest.example`)).length;
}
