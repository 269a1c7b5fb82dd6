import type { SendMailOptions } from "nodemailer";
import { must } from "@calends/kit/must";
import type { MailConfig } from "../config.ts";
import type { Claimed } from "../domain/delivery.ts";
import { manageUrlOf, writeLetter } from "../domain/letter.ts";
import { noticeFor, recipientKey, recipientsOf, type Notice, type Recipient } from "../domain/notice.ts";
import { isAddress } from "../domain/text.ts";
import { invitationFor } from "./invitation.ts";

/**
 * Composes the mail of a delivery. Its Message-ID comes from the delivery's id alone, so that a mail which is sent twice
 * because of a crash can be recognised as one. `managePath` is empty for who gets no link.
 */
export function composeMail(
  { id, recipient, notice: whole }: Claimed,
  managePath: string,
  config: MailConfig,
): SendMailOptions {
  const reader = must(
    recipientsOf(whole).find(({ email }) => recipientKey(email) === recipient),
    "the recipient in the notice",
  );
  const notice = noticeFor(whole, reader);
  const { subject, text, html } = writeLetter(notice, reader, manageUrlOf(config.publicUrl, managePath));
  const invitation = invitationFor(notice, config.from);
  const replyTo = replyAddress(notice, reader);
  return {
    messageId: `<${id}@${config.from.slice(config.from.lastIndexOf("@") + 1)}>`,
    from: { name: notice.hosts[0]?.name ?? "", address: config.from },
    to: { name: reader.name, address: reader.email },
    ...(replyTo === undefined ? {} : { replyTo }),
    subject,
    text,
    html,
    ...(invitation === null ? {} : { icalEvent: { ...invitation, filename: "invite.ics" } }),
    date: new Date(notice.atMs),
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Who an answer by mail goes to: the host, or from the host the booker. */
function replyAddress({ hosts, booker }: Notice, reader: Recipient): { name: string; address: string } | undefined {
  const others = reader.role === "host" || reader.role === "former host" ? [booker] : hosts;
  const other = others.find(({ email }) => isAddress(email));
  return other === undefined ? undefined : { name: other.name, address: other.email };
}
