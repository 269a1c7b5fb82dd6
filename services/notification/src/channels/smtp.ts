import { createTransport, type SendMailOptions } from "nodemailer";
import type { Outcome } from "../domain/delivery.ts";
import { oneLine } from "../domain/text.ts";

/** A mail server. Disposal closes its connections. */
export interface Mailer extends AsyncDisposable {
  /** Whether the server can be reached and takes our credentials; the reason where it does not. */
  check(): Promise<string | null>;
  /** Tries once to hand over a mail. Never throws. */
  send(mail: SendMailOptions): Promise<Outcome>;
}

/** Mails that are handed over at the same time. */
export const mailConnections = 4;

/** No wait of one try is longer; all of them together stay far below the sender's lease. */
const waitMs = 20_000;
const maxErrorLength = 500;

/** Opens a pool of connections to a mail server; it connects when there is something to send. */
export function openMailer(smtpUrl: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: mailConnections,
    // A try is counted and leased by the sender, so the pool must not make further ones by itself.
    maxRequeues: 0,
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
    dnsTimeout: waitMs,
  });
  return {
    check: () => transport.verify().then(() => null, codeOf),
    async send(mail) {
      try {
        await transport.sendMail(mail);
        return { kind: "sent" };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close();
    },
  };
}

/**
 * What a failed try means. Only the server's 5xx answer to this recipient or this message is for good; without any answer
 * to one of these commands the server itself is in trouble, and nobody knows whether it has the mail.
 */
export function outcomeOf(error: unknown): Outcome {
  const { code, command, responseCode } = smtpFacts(error);
  const text = oneLine(error instanceof Error ? error.message : String(error)).slice(0, maxErrorLength);
  const facts = { error: text, code: codeOf(error) };
  const aboutMail = command === "RCPT TO" || command === "DATA";
  if (code === "EENVELOPE" && command === "API") {
    return { kind: "refused", ...facts };
  }
  if (aboutMail && responseCode >= 500) {
    return { kind: "refused", ...facts };
  }
  const answered = responseCode >= 400 && (aboutMail || command === "MAIL FROM");
  return { kind: answered ? "deferred" : "lost", ...facts };
}

/** The error without what a server wrote, which may name a recipient: fit for logs. */
function codeOf(error: unknown): string {
  const { code, command, responseCode } = smtpFacts(error);
  return (
    [code, command, responseCode === 0 ? "" : String(responseCode)].filter((part) => part !== "").join(" ") || "unknown"
  );
}

interface SmtpFacts {
  readonly code: string;
  readonly command: string;
  /** 0 where the server did not answer. */
  readonly responseCode: number;
}

function smtpFacts(error: unknown): SmtpFacts {
  const facts: { code?: unknown; command?: unknown; responseCode?: unknown } =
    typeof error === "object" && error !== null ? error : {};
  return {
    code: typeof facts.code === "string" ? facts.code : "",
    command: typeof facts.command === "string" ? facts.command : "",
    responseCode: typeof facts.responseCode === "number" ? facts.responseCode : 0,
  };
}
