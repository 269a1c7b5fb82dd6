import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  AssignmentSchema,
  type Assignment as AssignmentMessage,
  type BookingService,
} from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readAssignment, type Assignment } from "../store/round-robin.ts";
import { strategies } from "./convert-type-rules.ts";
import type { Deps } from "./deps.ts";

/** Reads why a booking has its host. */
export function getAssignment({ store }: Deps): MethodImpl<typeof BookingService.method.getAssignment> {
  return async ({ bookingId }, context) => {
    const { organizationId } = memberOf(context);
    return { assignment: toAssignmentMessage(await readAssignment(store.db, organizationId, bookingId)) };
  };
}

function toAssignmentMessage({
  version,
  round,
  strategy,
  candidates,
  chosen,
  assignedAt,
}: Assignment): AssignmentMessage {
  return create(AssignmentSchema, {
    bookingVersion: version,
    round,
    strategy: strategies[strategy],
    candidates: candidates.map(({ lastRound, weekMinutes, ...candidate }) => ({
      ...candidate,
      lastRound: BigInt(lastRound),
      weekMinutes: Math.round(weekMinutes),
    })),
    chosenCalendarId: chosen,
    assignTime: timestampFromDate(assignedAt),
  });
}
