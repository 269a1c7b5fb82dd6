import { timestampDate } from "@bufbuild/protobuf/wkt";
import { BookingCopyService, type CurrentVersion } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import { DomainError } from "@calends/kit/domain-error";
import type { Signer } from "@calends/kit/identity";
import { must } from "@calends/kit/must";
import { createClient, type Transport } from "@connectrpc/connect";
import type { Shown } from "./domain/calendar-event.ts";
import { toShown } from "./shown.ts";

/** The version of a booking, or of a session's seats, as booking has it. */
export interface OwnedVersion {
  readonly id: string;
  readonly version: bigint;
  /** The booking that shows it. */
  readonly bookingId: string;
  readonly updatedAt: Date;
}

/** A page of versions by id, and the last id that it speaks of; null where it speaks of all that follow. */
export interface VersionPage {
  readonly versions: readonly OwnedVersion[];
  readonly upTo: string | null;
}

/** What booking, the owner, has of one organization. Every question throws "unavailable" where it cannot be asked. */
export interface Owner {
  /** Pages of all versions, by id. */
  versions(): AsyncIterable<VersionPage>;
  /** What is shown of those of the bookings that exist, by the id under which it is. */
  shown(bookingIds: readonly string[]): Promise<ReadonlyMap<string, Shown>>;
}

/** Asks about an organization, until the signal. */
export type AskOwner = (organizationId: string, signal: AbortSignal) => Owner;

/** Bookings that are asked for at once. */
export const batchSize = 100;
const pageSize = 1000;
const timeoutMs = 30_000;
const scopes = ["booking-versions:read", "booking-copies:read"];

/** Makes the client of booking's copies; sync speaks for the organization, with no more than these scopes. */
export function createOwner(transport: Transport, signer: Signer): AskOwner {
  const client = createClient(BookingCopyService, transport);
  return (organizationId, signal) => {
    const options = async () => {
      const authorization = await signer.bearer({ organizationId, subject: "sync", scopes }, "booking");
      return { headers: { authorization }, timeoutMs, signal };
    };
    return {
      async *versions() {
        for (let pageToken: string | null = ""; pageToken !== null;) {
          const request: { pageSize: number; pageToken: string } = { pageSize, pageToken };
          const page = await client.listBookingVersions(request, await options()).catch(throwUnavailable);
          pageToken = page.nextPageToken === "" ? null : page.nextPageToken;
          yield { versions: page.versions.map(toOwned), upTo: pageToken && must(page.versions.at(-1), "version").id };
        }
      },
      async shown(bookingIds) {
        const request = { bookingIds: [...bookingIds] };
        const { bookings } = await client.batchGetBookingCopies(request, await options()).catch(throwUnavailable);
        return new Map(bookings.flatMap((booking) => toShown(booking)).map((shown) => [shown.id, shown]));
      },
    };
  };
}

function toOwned({ id, version, bookingId, updateTime }: CurrentVersion): OwnedVersion {
  return { id, version, bookingId, updatedAt: timestampDate(must(updateTime, "update_time")) };
}

function throwUnavailable(cause: unknown): never {
  throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "booking cannot be asked", { cause });
}
