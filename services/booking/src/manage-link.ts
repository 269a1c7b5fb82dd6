import { createSignedIds, readTwo } from "./signed-ids.ts";

/** Which booking a manage link is for. */
export interface ManageLink {
  readonly organizationId: string;
  readonly bookingId: string;
}

/** Makes and reads the tokens of manage links: organization, booking and an HMAC over both. */
export interface ManageLinks {
  token(link: ManageLink): string;
  /** Throws INVALID_MANAGE_LINK for what was not made here. */
  read(token: string): ManageLink;
}

/** Makes the signer of manage links. The same link always has the same token, so that mails and pages agree. */
export function createManageLinks(secret: string): ManageLinks {
  // Links in mails live long, and theirs were signed without a separator.
  const signed = createSignedIds(secret, "manage-link", "");
  return {
    token: ({ organizationId, bookingId }) => signed.token([organizationId, bookingId]),
    read(token) {
      const [organizationId, bookingId] = readTwo(signed, token);
      return { organizationId, bookingId };
    },
  };
}
