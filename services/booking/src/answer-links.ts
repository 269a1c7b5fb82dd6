import { createSignedIds, readIds } from "./signed-ids.ts";

/** Which host of which booking answers by a link. */
export interface HostLink {
  readonly organizationId: string;
  readonly bookingId: string;
  readonly calendarId: string;
}

/** Which booking's booker answers by a link. */
export type ConfirmLink = Omit<HostLink, "calendarId">;

/**
 * Makes and reads the tokens of links by which people answer their mail. Only a mail has them: that one comes back shows that its
 * reader has the address. Reading throws INVALID_MANAGE_LINK for what was not made here.
 */
export interface AnswerLinks {
  confirmPath(link: ConfirmLink): string;
  readConfirm(token: string): ConfirmLink;
  hostPath(link: HostLink): string;
  readHost(token: string): HostLink;
}

/** Makes the signer of links in mails. */
export function createAnswerLinks(secret: string): AnswerLinks {
  const confirm = createSignedIds(secret, "confirm-address");
  const host = createSignedIds(secret, "host-answer");
  return {
    confirmPath: ({ organizationId, bookingId }) => `/confirm/${confirm.token([organizationId, bookingId])}`,
    readConfirm(token) {
      const [organizationId, bookingId] = readIds(confirm, token, 2);
      return { organizationId, bookingId };
    },
    hostPath: ({ organizationId, bookingId, calendarId }) =>
      `/host/${host.token([organizationId, bookingId, calendarId])}`,
    readHost(token) {
      const [organizationId, bookingId, calendarId] = readIds(host, token, 3);
      return { organizationId, bookingId, calendarId };
    },
  };
}
