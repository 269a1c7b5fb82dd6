import { createSignedIds, readIds } from "./signed-ids.ts";

/** Which booking a manage link is for. */
export interface ManageLink {
  readonly organizationId: string;
  readonly bookingId: string;
  /** When a link that was made anew ends; absent for a booking's first, which ends some time after the booking. */
  readonly endsAt?: Date;
}

/** Makes and reads the tokens of manage links: organization, booking and an HMAC over both. */
export interface ManageLinks {
  token(link: ManageLink): string;
  /** Throws INVALID_MANAGE_LINK for what was not made here. Whether the link has ended is not looked at. */
  read(token: string): ManageLink;
}

/** Makes the signer of manage links. The same link always has the same token, so that mails and pages agree. */
export function createManageLinks(secret: string): ManageLinks {
  // Links in mails live long, and theirs were signed without a separator.
  const first = createSignedIds(secret, "manage-link", "");
  const renewed = createSignedIds(secret, "renewed-manage-link");
  const lengthOfFirst = first.token([zeroId, zeroId]).length;
  return {
    token: ({ organizationId, bookingId, endsAt }) =>
      endsAt === undefined
        ? first.token([organizationId, bookingId])
        : renewed.token([organizationId, bookingId, idOfInstant(endsAt)]),
    read(token) {
      if (token.length <= lengthOfFirst) {
        const [organizationId, bookingId] = readIds(first, token, 2);
        return { organizationId, bookingId };
      }
      const [organizationId, bookingId, end] = readIds(renewed, token, 3);
      return { organizationId, bookingId, endsAt: instantOfId(end) };
    },
  };
}

const zeroId = "00000000-0000-0000-0000-000000000000";
const instantDigits = 12;

/** An instant in the place of an id: its milliseconds are the first digits. */
function idOfInstant(instant: Date): string {
  return instant.getTime().toString(16).padStart(instantDigits, "0").padEnd(32, "0");
}

function instantOfId(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll("-", "").slice(0, instantDigits), 16));
}
