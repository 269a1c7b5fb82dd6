import { toBinary } from "@bufbuild/protobuf";
import {
  WatchSlotsRequestSchema,
  type AvailabilityService,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import { DomainError } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { findSlots } from "../domain/slots.ts";
import { readSlotCalendars } from "../store/slot-reads.ts";
import { readCursor, writeCursor } from "../watch/cursor.ts";
import { differenceOf, type Offer } from "../watch/offers.ts";
import { fromQuery } from "./convert-query.ts";
import { toSlotMessage } from "./convert-slots.ts";
import { fromRange } from "./convert.ts";
import type { WatchDeps } from "./deps.ts";
import { readWorld } from "./world.ts";

const maxDays = 62;
const maxSlots = 10_000;

/** Sends the slots of a range and then every change. A slow watcher is told of several changes at once. */
export function watchSlots(deps: WatchDeps): MethodImpl<typeof AvailabilityService.method.watchSlots> {
  return async function* (request, context) {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range, "range", maxDays);
    const question = fromQuery(request.query, deps.schedules);
    const asked = toBinary(WatchSlotsRequestSchema, { ...request, cursor: "" });
    const resumed = request.cursor === "" ? null : readCursor(request.cursor, asked);
    const calendars = await readSlotCalendars(
      deps.store.db,
      organizationId,
      question.groups.flatMap(({ calendarIds }) => calendarIds),
    );
    const compute = async () => {
      const { world } = await readWorld(deps, organizationId, question, span, "list");
      return findSlots(world, question.rules, span.fromMs, span.toMs, maxSlots).slots;
    };
    const subject = { organizationId, calendarIds: [...calendars.keys()], timed: true, compute };
    using watched = deps.watches.join(`${organizationId} ${Buffer.from(asked).toString("base64")}`, subject);
    const ended = AbortSignal.any([context.signal, deps.stopping]);
    let seen: readonly Offer[] | null = null;
    let told: readonly Offer[] | null = resumed;
    while (!ended.aborted) {
      seen = await watched.next(seen, ended);
      const { added, removed } = differenceOf(told ?? [], seen);
      if (!ended.aborted && (told === null || added.length + removed.length > 0)) {
        yield {
          snapshot: told === null,
          slotsAdded: added.map(toMessage),
          slotsRemoved: removed.map(toMessage),
          cursor: writeCursor(asked, seen),
        };
        told = seen;
      }
    }
    if (deps.stopping.aborted) {
      throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "the service is stopping: resume with the cursor");
    }
  };
}

function toMessage({ startMs, durationMs }: Offer) {
  return toSlotMessage({ startMs, durationMs, seatsLeft: 0, freeHosts: [] }, "", "");
}
