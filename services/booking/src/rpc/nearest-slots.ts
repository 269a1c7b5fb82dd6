import { timestampMs } from "@bufbuild/protobuf/wkt";
import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { HandlerContext } from "@connectrpc/connect";
import type { AppointmentType } from "../domain/appointment-type.ts";
import type { Deps } from "./deps.ts";
import { typeSlots } from "./slots.ts";

const dayMs = 86_400_000;
const reachMs = 7 * dayMs;
const most = 5;

/** What was asked for when it was taken. */
interface Asked {
  readonly type: AppointmentType;
  readonly draft: { readonly startMs: number; readonly durationMs: number };
}

/**
 * Throws an error again; where the slot is taken, with the five nearest free starts in the metadata's `nearest`, by their
 * distance. Where they cannot be found, the refusal goes out without them: it is what was asked about.
 */
export async function withNearest(
  deps: Deps,
  { organizationId, context }: { readonly organizationId: string; readonly context: HandlerContext },
  asked: Asked | undefined,
  error: unknown,
): Promise<never> {
  if (!(error instanceof DomainError) || !taken.has(error.reason) || asked === undefined) {
    throw error;
  }
  const nearest = await shared(organizationId, asked, () => findNearest(deps, organizationId, asked, context));
  const { kind, reason, message, metadata } = error;
  throw new DomainError(kind, reason, message, { metadata: { ...metadata, nearest }, cause: error });
}

async function findNearest(
  deps: Deps,
  organizationId: string,
  { type, draft }: Asked,
  context: HandlerContext,
): Promise<string> {
  const question = { organizationId, appointmentTypeId: type.id, fields: type.fields, durationMs: draft.durationMs };
  const [from, to] = [draft.startMs - reachMs, draft.startMs + reachMs];
  const found = await typeSlots(deps, question, from, to, context).catch(() => ({ slots: [] }));
  const starts = found.slots.map(({ startTime }) => timestampMs(must(startTime, "start_time")));
  const distance = (start: number) => Math.abs(start - draft.startMs);
  return starts
    .filter((start) => start !== draft.startMs)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, most)
    .map((start) => new Date(start).toISOString())
    .join(",");
}

const kept = new Map<string, Promise<string>>();

/** Everybody who loses the race for one slot is told the same: it is looked up once a second. */
function shared(organizationId: string, { type, draft }: Asked, find: () => Promise<string>): Promise<string> {
  const key = `${organizationId} ${type.id} ${type.version} ${draft.startMs} ${draft.durationMs}`;
  const known = kept.get(key);
  if (known !== undefined) {
    return known;
  }
  const found = find();
  kept.set(key, found);
  setTimeout(() => kept.delete(key), keepMs).unref();
  return found;
}

const keepMs = 1_000;
const taken: ReadonlySet<string> = new Set(["SLOT_TAKEN", "CALENDAR_BUSY", "BUFFER", "HOST_GROUP_SHORT"]);
