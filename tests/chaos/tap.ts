import { createLogger } from "@calends/kit/logger";
import { must } from "@calends/kit/must";
import { connectBroker } from "@calends/messaging/connection";
import { headers as natsHeaders } from "@nats-io/transport-node";
import { range } from "../e2e/_util.ts";

const stream = "CALENDS_BOOKING";

/** Reads booking's stream from outside, and publishes its messages again under other ids. */
export interface Tap extends AsyncDisposable {
  /** How many messages the stream had when it was last looked at. */
  seen(): number;
  /** Publishes a message once more; false while NATS is away. */
  repeat(index: number, id: string): Promise<boolean>;
  /** Publishes messages from this one on once more, the oldest last. Returns how many. */
  repeatFrom(first: number, count: number): Promise<number>;
  /** Deletes one of the consumers of booking's events, as an operator could by mistake; false while NATS is away. */
  loseConsumer(which: number): Promise<boolean>;
  /** Deletes the stream of booking's events with its consumers; false while NATS is away. */
  loseStream(): Promise<boolean>;
  /** Whether the stream of booking's events is there. */
  hasStream(): Promise<boolean>;
  /** Booking's events from this one on; all that there are where the stream has been made anew since. */
  eventsFrom(first: number): Promise<TappedEvent[]>;
  /** Messages that consumers have not acknowledged, consumers that were deleted and are not back, and letters that are dead. */
  open(): Promise<{ readonly waiting: number; readonly dead: number }>;
}

/** An event as it is in the stream. */
export interface TappedEvent {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** How many messages are asked for at once. */
const page = 64;

/** Connects to NATS, and goes on through its restarts. */
export async function openTap(url: string): Promise<Tap> {
  const broker = await connectBroker("chaos", url, createLogger("chaos", "silent"), new AbortController().signal);
  const { manager, js } = broker;
  let seen = 0;
  const deleted = new Set<string>();
  const look = async () => {
    const info = await manager.streams.info(stream).catch(() => undefined); // Away, or not made yet.
    seen = info?.state.last_seq ?? seen;
  };
  const timer = setInterval(() => void look(), 250);
  const repeat = async (index: number, id: string) => {
    try {
      const message = await manager.streams.getMessage(stream, { seq: index + 1 });
      if (message === null) {
        return false;
      }
      const headers = natsHeaders();
      message.header.keys().forEach((key) => headers.set(key, message.header.get(key)));
      await js.publish(message.subject, message.data, { headers, msgID: `chaos-${index}-${id}` });
      return true;
    } catch {
      return false; // NATS is away: this one is not repeated.
    }
  };
  return {
    seen: () => seen,
    repeat,
    async repeatFrom(first, count) {
      await look();
      const done = [];
      for (const index of range(Math.max(0, Math.min(count, seen - first))).toReversed()) {
        done.push(await repeat(first + index, "last"));
      }
      return done.filter(Boolean).length;
    },
    async loseConsumer(which) {
      try {
        const consumers = await manager.consumers.list(stream).next();
        const { name } = must(consumers[Math.floor(which * consumers.length)], "consumer");
        deleted.add(name);
        return await manager.consumers.delete(stream, name);
      } catch {
        return false;
      }
    },
    async loseStream() {
      try {
        (await manager.consumers.list(stream).next()).forEach(({ name }) => deleted.add(name));
        return await manager.streams.delete(stream);
      } catch {
        return false;
      }
    },
    hasStream: () =>
      manager.streams.info(stream).then(
        () => true,
        () => false,
      ),
    async eventsFrom(first) {
      const { state } = await manager.streams.info(stream);
      const from = first >= state.last_seq ? state.first_seq : first + 1;
      const events: TappedEvent[] = [];
      for (let seq = from; seq <= state.last_seq; seq += page) {
        const asked = range(Math.min(page, state.last_seq - seq + 1));
        const found = await Promise.all(asked.map((i) => manager.streams.getMessage(stream, { seq: seq + i })));
        events.push(...found.flatMap((one) => (one === null ? [] : [{ subject: one.subject, data: one.data }])));
      }
      return events;
    },
    async open() {
      const names = await manager.streams.names().next();
      const consumers = await Promise.all(names.map((name) => manager.consumers.list(name).next()));
      const there = new Set(consumers.flat().map(({ name }) => name));
      const away = [...deleted].filter((name) => !there.has(name)).length;
      const waiting = away + consumers.flat().reduce((sum, one) => sum + one.num_pending + one.num_ack_pending, 0);
      const dead = names.includes("CALENDS_DEAD") ? (await manager.streams.info("CALENDS_DEAD")).state.messages : 0;
      return { waiting, dead };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await broker[Symbol.asyncDispose]();
    },
  };
}
