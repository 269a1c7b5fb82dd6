import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  AllocationService,
  type BookingAllocations,
  type SummarizeCalendarsResponse,
} from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { DomainError } from "@calends/kit/domain-error";
import type { Signer } from "@calends/kit/identity";
import { must } from "@calends/kit/must";
import { createClient, type CallOptions, type Transport } from "@connectrpc/connect";
import { activeSpans } from "./allocation-spans.ts";
import type { BusySpan } from "./domain/drift.ts";

/** A booking as its owner has it. */
export interface OwnedBooking {
  readonly id: string;
  readonly version: bigint;
  readonly updatedAt: Date;
  readonly spans: readonly BusySpan[];
}

/** What booking, the owner, has of one organization. Every question throws "unavailable" where it cannot be asked. */
export interface Owner {
  /** Pages of summaries of calendars by id, over active time that ends after an instant. */
  summaries(endsAfter: Date): AsyncIterable<Pick<SummarizeCalendarsResponse, "summaries" | "nextPageToken">>;
  /** Pages of the bookings with active time on a calendar that ends after an instant. */
  bookingsOn(calendarId: string, endsAfter: Date): AsyncIterable<OwnedBooking[]>;
  /** Pages of all bookings, ended ones too. */
  bookings(): AsyncIterable<OwnedBooking[]>;
  /** Those of the bookings that exist. */
  get(bookingIds: readonly string[]): Promise<OwnedBooking[]>;
}

/** Asks about an organization; the options are made anew for each call, so that each has what is left of the time. */
export type AskOwner = (organizationId: string, options: () => CallOptions) => Owner;

/** Bookings in one page, and in one transaction of a repair. */
export const batchSize = 200;
const summaryPageSize = 1000;
const scopes = ["allocations:read"];

/** Makes the client of booking's allocations; availability speaks for the organization, with no more than this scope. */
export function createOwner(transport: Transport, signer: Signer): AskOwner {
  const client = createClient(AllocationService, transport);
  return (organizationId, options) => {
    const authorized = async (): Promise<CallOptions> => {
      const authorization = await signer.bearer({ organizationId, subject: "availability", scopes }, "booking");
      const { headers, ...rest } = options();
      return { ...rest, headers: { ...Object.fromEntries(new Headers(headers)), authorization } };
    };
    const list = (filter: { calendarId: string; endsAfter?: Date }) =>
      pages(async (pageToken) => {
        const { calendarId, endsAfter } = filter;
        const after = endsAfter === undefined ? {} : { endsAfter: timestampFromDate(endsAfter) };
        const request = { calendarId, ...after, pageSize: batchSize, pageToken };
        return client.listAllocations(request, await authorized()).catch(throwUnavailable);
      });
    return {
      summaries: (endsAfter) =>
        pages(async (pageToken) => {
          const request = { endsAfter: timestampFromDate(endsAfter), pageSize: summaryPageSize, pageToken };
          return client.summarizeCalendars(request, await authorized()).catch(throwUnavailable);
        }),
      bookingsOn: (calendarId, endsAfter) => owned(list({ calendarId, endsAfter })),
      bookings: () => owned(list({ calendarId: "" })),
      async get(bookingIds) {
        const request = { bookingIds: [...bookingIds] };
        const answer = await client.batchGetAllocations(request, await authorized()).catch(throwUnavailable);
        return answer.bookings.map(toOwned);
      },
    };
  };
}

async function* pages<P extends { readonly nextPageToken: string }>(read: (pageToken: string) => Promise<P>) {
  for (let pageToken: string | null = ""; pageToken !== null;) {
    const page: P = await read(pageToken);
    yield page;
    pageToken = page.nextPageToken === "" ? null : page.nextPageToken;
  }
}

async function* owned(listed: AsyncIterable<{ readonly bookings: readonly BookingAllocations[] }>) {
  for await (const { bookings } of listed) {
    yield bookings.map(toOwned);
  }
}

function toOwned({ bookingId, version, updateTime, allocations }: BookingAllocations): OwnedBooking {
  const updatedAt = timestampDate(must(updateTime, "update_time"));
  return { id: bookingId, version, updatedAt, spans: activeSpans(allocations) };
}

function throwUnavailable(cause: unknown): never {
  throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "booking cannot be asked", { cause });
}
