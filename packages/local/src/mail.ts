import PostalMime from "postal-mime";

/** A part of a mail beside its text: a file, or an invitation. */
export interface MailAttachment {
  filename: string | undefined;
  contentType: string;
  /** The iCalendar method (REQUEST, CANCEL …) of a text/calendar part. */
  method: string | undefined;
  /** The content: as text for text types, in base64 for all others. */
  content: string;
}

/** A mail as the mailbox received it. */
export interface Mail {
  /** The sender and the recipients as the SMTP envelope names them, which is who is really written to. */
  envelope: { from: string; to: string[] };
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** Header values by lower-case name; the last one wins where a header is repeated. */
  headers: Readonly<Record<string, string>>;
  attachments: MailAttachment[];
  /** The message as it went over the wire. */
  raw: string;
}

/** Parses a message as it arrived by SMTP. */
export async function parseMail(raw: Buffer, envelope: Mail["envelope"]): Promise<Mail> {
  const email = await PostalMime.parse(raw, { attachmentEncoding: "arraybuffer" });
  return {
    envelope,
    from: email.from?.address ?? "",
    to: (email.to ?? [])
      .flatMap((to) => (to.address === undefined ? (to.group ?? []) : [to]))
      .map((to) => to.address ?? ""),
    subject: email.subject ?? "",
    text: email.text ?? "",
    html: email.html ?? "",
    messageId: email.messageId ?? "",
    headers: Object.fromEntries(email.headers.map(({ key, value }) => [key, value])),
    attachments: email.attachments.map((part) => ({
      filename: part.filename ?? undefined,
      contentType: part.mimeType,
      method: part.method,
      content: decode(part.mimeType, part.content),
    })),
    raw: raw.toString("utf8"),
  };
}

function decode(contentType: string, content: ArrayBuffer | Uint8Array | string): string {
  if (typeof content === "string") return content;
  const bytes = content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
  return bytes.toString(contentType.startsWith("text/") ? "utf8" : "base64");
}
