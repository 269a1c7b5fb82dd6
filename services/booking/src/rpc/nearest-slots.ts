import { timestampMs } from "@bufbuild/protobuf/wkt";
import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { HandlerContext } from "@connectrpc/connect";
import { typeSlots, type SlotDeps, type TypeQuestion } from "../slots.ts";

const dayMs = 86_400_000;
const reachMs = 7 * dayMs;
const most = 5;

/**
 * Throws an error again; where the slot is taken, with the five nearest free starts in the metadata's `nearest`, by their
 * distance. Where they cannot be found, the refusal goes out without them: it is what was asked about.
 */
export async function withNearest(
  deps: SlotDeps,
  question: TypeQuestion | undefined,
  startMs: number,
  context: HandlerContext,
  error: unknown,
): Promise<never> {
  if (!(error instanceof DomainError) || !reasonsOfTaken.has(error.reason) || question === undefined) {
    throw error;
  }
  const nearest = await lately(keyOf(question, startMs), () => findNearest(deps, question, startMs, context));
  const { kind, reason, message, metadata } = error;
  throw new DomainError(kind, reason, message, { metadata: { ...metadata, nearest }, cause: error });
}

const reasonsOfTaken: ReadonlySet<string> = new Set(["SLOT_TAKEN", "CALENDAR_BUSY", "BUFFER", "HOST_GROUP_SHORT"]);

async function findNearest(
  deps: SlotDeps,
  question: TypeQuestion,
  startMs: number,
  context: HandlerContext,
): Promise<string> {
  const [from, to] = [startMs - reachMs, startMs + reachMs];
  const found = await typeSlots(deps, question, from, to, context).catch(() => ({ slots: [] }));
  const starts = found.slots.map(({ startTime }) => timestampMs(must(startTime, "start_time")));
  const distance = (start: number) => Math.abs(start - startMs);
  return starts
    .filter((start) => start !== startMs)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, most)
    .map((start) => new Date(start).toISOString())
    .join(",");
}

const lookedUp = new Map<string, Promise<string>>();
const keepMs = 1_000;

/** Everybody who loses the race for one slot is told the same: it is looked up once a second. */
function lately(key: string, find: () => Promise<string>): Promise<string> {
  const known = lookedUp.get(key);
  if (known !== undefined) {
    return known;
  }
  const finding = find();
  lookedUp.set(key, finding);
  setTimeout(() => lookedUp.delete(key), keepMs).unref();
  return finding;
}

function keyOf(
  { organizationId, appointmentTypeId, fields, durationMs, moves }: TypeQuestion,
  startMs: number,
): string {
  const hosts = fields.hosts.map(({ calendarId }) => calendarId);
  return [organizationId, appointmentTypeId, moves?.id, durationMs, startMs, ...hosts].join(" ");
}
