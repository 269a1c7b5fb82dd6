import type { WatchSlotsResponse } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import type { Member } from "./_util.ts";
import { monday, slotsOf, starts, type Query } from "./_week.ts";

/** What somebody who watches has heard so far. */
export interface Watcher extends AsyncDisposable {
  readonly messages: readonly WatchSlotsResponse[];
  /** What the slots are by all that was told, as {@link starts} writes them. */
  known(): string[];
  /** Slots that were added twice, or removed without having been there. */
  readonly faults: readonly string[];
  /** The cursor of the last message. */
  cursor(): string;
  /** Waits until exactly these slots are known. */
  knows(expected: readonly string[]): Promise<void>;
  /** Waits for the next message: returns "+" what it adds and "-" what it removes. */
  next(): Promise<string[]>;
  /** How the stream ended: an error, or undefined where it just ended. */
  readonly ended: Promise<unknown>;
}

/** What a watcher begins with. */
export interface WatchFrom {
  readonly range?: typeof monday;
  readonly cursor?: string;
  /** What was known when the cursor was given out. */
  readonly known?: readonly string[];
}

/** Watches until disposed of. */
export function watch({ slots }: Pick<Member, "slots">, query: Query, from: WatchFrom = {}): Watcher {
  const { range = monday, cursor = "", known: begin = [] } = from;
  const known = new Set(begin);
  const messages: WatchSlotsResponse[] = [];
  const faults: string[] = [];
  const leaving = new AbortController();
  const note = (message: WatchSlotsResponse) => {
    faults.push(...starts(message.slotsRemoved).filter((slot) => !known.delete(slot)));
    for (const slot of starts(message.slotsAdded)) {
      faults.push(...(known.has(slot) ? [slot] : []));
      known.add(slot);
    }
    messages.push(message);
  };
  const read = async () => {
    for await (const message of slots.watchSlots({ query, range, cursor }, { signal: leaving.signal })) {
      note(message);
    }
  };
  const ended = read().catch((error: unknown) => error);
  let heard = 0;
  return {
    messages,
    faults,
    ended,
    known: () => [...known].toSorted(),
    cursor: () => messages.at(-1)?.cursor ?? cursor,
    async knows(expected) {
      const wanted = expected.toSorted().join();
      await until(
        `${wanted} is known`,
        () => [...known].toSorted().join(),
        (seen) => seen === wanted,
      );
    },
    async next() {
      heard += 1;
      await until(`message ${heard}`, () => messages.length >= heard);
      const { slotsAdded, slotsRemoved } = must(messages[heard - 1], "message");
      return [...starts(slotsAdded).map((one) => `+${one}`), ...starts(slotsRemoved).map((one) => `-${one}`)];
    },
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await ended;
    },
  };
}

/** What a list of slots says now. */
export async function listed(member: Member, query: Query, range = monday): Promise<string[]> {
  return starts(await slotsOf(member, query, range)).toSorted();
}

/** Whether a message's slots are by start and length. */
export function isOrdered({ slotsAdded, slotsRemoved }: WatchSlotsResponse): boolean {
  return [slotsAdded, slotsRemoved].every((slots) =>
    slots.every(({ startTime }, index) => {
      const before = slots[index - 1]?.startTime;
      return before === undefined || timestampMs(before) <= timestampMs(must(startTime, "start"));
    }),
  );
}
