import { create, toBinary } from "@bufbuild/protobuf";
import {
  WatchSlotsRequestSchema,
  WatchSlotsResponseSchema,
  type AvailabilityService,
  type WatchSlotsRequest,
  type WatchSlotsResponse,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import { DomainError } from "@calends/kit/domain-error";
import type { HandlerContext, MethodImpl } from "@connectrpc/connect";
import { findSlots } from "../domain/slots.ts";
import { differenceOf, digestOf, type Difference, type Offer, type Told } from "../watch/offers.ts";
import type { WatchedQuestion } from "../watch/cursor.ts";
import type { Answer, Subject } from "../watch/watched.ts";
import { fromQuery } from "./convert-query.ts";
import { toSlotMessage } from "./convert-slots.ts";
import { fromRange } from "./convert.ts";
import type { WatchDeps } from "./deps.ts";
import { holdsUntil } from "./holds-until.ts";
import { readWorld } from "./world.ts";

const maxDays = 62;
const maxSlots = 10_000;

/** Sends the slots of a range and then every change. A slow watcher is told of several changes at once. */
export function watchSlots(deps: WatchDeps): MethodImpl<typeof AvailabilityService.method.watchSlots> {
  return async function* (request, context) {
    const { key, subject, asked } = readRequest(deps, request, context);
    using watched = deps.watches.join(key, subject);
    const ended = AbortSignal.any([context.signal, deps.stopping]);
    let told = resumedAt(deps, request.cursor, asked, watched.current());
    let seen = await watched.next(null, ended);
    while (seen !== null) {
      const message: WatchSlotsResponse = messageOf(told, seen);
      if (isNews(told, message)) {
        yield message;
      }
      told = seen;
      seen = await watched.next(seen, ended);
    }
    if (deps.stopping.aborted) {
      throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "the service is stopping: resume with the cursor");
    }
  };
}

/** Whether a watcher does not know what a message says. */
function isNews(told: Told | null, { slotsAdded, slotsRemoved, slotsChanged, truncated }: WatchSlotsResponse): boolean {
  const changes = slotsAdded.length + slotsRemoved.length + slotsChanged.length;
  return told === null || changes > 0 || truncated !== told.truncated;
}

/**
 * What a watcher has been told already: what its cursor says, which need not be read where it is the one of the latest
 * answer. After a replica has gone, that is what most who come from there have.
 */
function resumedAt(deps: WatchDeps, cursor: string, asked: WatchedQuestion, latest: Answer | null): Told | null {
  if (cursor === "" || latest?.cursor === cursor) {
    return cursor === "" ? null : latest;
  }
  return deps.cursors.read(cursor, asked);
}

/** What is watched, under a key that all who ask the same share. */
function readRequest(
  deps: WatchDeps,
  request: WatchSlotsRequest,
  context: HandlerContext,
): { key: string; subject: Subject; asked: WatchedQuestion } {
  const { organizationId } = memberOf(context);
  const span = fromRange(request.range, "range", maxDays);
  const question = fromQuery(request.query, deps.schedules);
  const asked = { organizationId, request: toBinary(WatchSlotsRequestSchema, { ...request, cursor: "" }) };
  const compute = async (): Promise<Answer> => {
    const known = await readWorld(deps, organizationId, question, span, "list");
    const { slots, truncated } = findSlots(known.world, question.rules, span.fromMs, span.toMs, maxSlots);
    const until = holdsUntil(question, known, slots, span);
    const told = { offers: slots, truncated, digest: digestOf(slots) };
    return { ...told, until, cursor: deps.cursors.write(asked, told) };
  };
  const calendarIds = question.groups.flatMap((group) => group.calendarIds);
  const key = `${organizationId} ${Buffer.from(asked.request).toString("base64")}`;
  return { key, subject: { organizationId, calendarIds, compute }, asked };
}

/** The last message that led to each answer: watchers of one question are told the same. */
const messages = new WeakMap<Answer, { readonly told: Told | null; readonly message: WatchSlotsResponse }>();

function messageOf(told: Told | null, seen: Answer): WatchSlotsResponse {
  const last = messages.get(seen);
  if (last !== undefined && last.told === told) {
    return last.message;
  }
  const isSame = told !== null && told.digest !== "" && told.digest === seen.digest;
  const { added, removed, changed } = isSame ? nothing : differenceOf(told?.offers ?? [], seen.offers);
  const message = create(WatchSlotsResponseSchema, {
    snapshot: told === null,
    slotsAdded: added.map((slot) => toSlotMessage(slot, "", "")),
    slotsRemoved: removed.map(toRemovedMessage),
    slotsChanged: changed.map((slot) => toSlotMessage(slot, "", "")),
    truncated: seen.truncated,
    cursor: seen.cursor,
  });
  messages.set(seen, { told, message });
  return message;
}

const nothing: Difference = { added: [], removed: [], changed: [] };

function toRemovedMessage({ startMs, durationMs }: Offer) {
  return toSlotMessage({ startMs, durationMs, seatsLeft: 0, freeHosts: [] }, "", "");
}
