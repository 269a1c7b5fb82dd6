import type { SendMailOptions } from "nodemailer";
import { must } from "@calends/kit/must";
import type { MailConfig } from "../config.ts";
import type { Claimed } from "../domain/delivery.ts";
import { writeLetter, type Paths } from "../domain/letter.ts";
import { noticeFor, recipientKey, recipientsOf, type Notice, type Recipient, type Told } from "../domain/notice.ts";
import { isAddress } from "../domain/text.ts";
import { invitationFor, sessionInvitations, type Invitation } from "./invitation.ts";

/**
 * Composes the mail of a delivery; null if it would tell its recipient nothing new. Its Message-ID comes from the delivery's id
 * alone, so that a mail which is sent twice because of a crash can be recognised as one.
 */
export function composeMail(
  { id, recipient, notice: whole, told }: Claimed,
  paths: Paths,
  config: MailConfig,
): SendMailOptions | null {
  const reader = must(
    recipientsOf(whole).find(({ email }) => recipientKey(email) === recipient),
    "the recipient in the notice",
  );
  const notice = noticeFor(whole, reader, told);
  if (notice === null) {
    return null;
  }
  const { subject, text, html } = writeLetter(notice, reader, paths, config.publicUrl);
  const [invitation, ...others] = invitationsFor(notice, reader, told, config.from);
  const replyTo = replyAddress(notice, reader);
  return {
    messageId: `<${id}@${config.from.slice(config.from.lastIndexOf("@") + 1)}>`,
    from: { name: notice.hosts[0]?.name ?? "", address: config.from },
    to: { name: reader.name, address: reader.email },
    ...(replyTo === undefined ? {} : { replyTo }),
    subject,
    text,
    html,
    ...(invitation === undefined ? {} : { icalEvent: { ...invitation, filename: "invite.ics" } }),
    ...(others.length === 0 ? {} : { attachments: others.map(attachmentOf) }),
    date: new Date(notice.atMs),
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What a mail changes in its reader's calendar: the events of sessions for a group's host, that of the booking for others. */
function invitationsFor(notice: Notice, { role }: Recipient, told: Told, from: string): Invitation[] {
  if (role === "host" && notice.sessions.length > 0) {
    return sessionInvitations(notice, told, from);
  }
  const own = invitationFor(notice, told, from);
  return own === null ? [] : [own];
}

/** Attaches a further invitation as a file: a mail has only one that mail programs offer to accept. */
function attachmentOf({ method, content }: Invitation) {
  return { filename: "other.ics", content, contentType: `text/calendar; charset=utf-8; method=${method}` };
}

/** Who an answer by mail goes to: the host, or from the host the booker. */
function replyAddress({ hosts, booker }: Notice, reader: Recipient): { name: string; address: string } | undefined {
  const others = reader.role === "host" || reader.role === "former host" ? [booker] : hosts;
  const other = others.find(({ email }) => isAddress(email));
  return other === undefined ? undefined : { name: other.name, address: other.email };
}
