import {
  parseConfig,
  serverConfig,
  serverVariables,
  storeConfig,
  storeVariables,
  type ServerConfig,
  type StoreConfig,
} from "@calends/kit/config";
import { z } from "zod";

/** How mails go out. */
export interface MailConfig {
  /** URL of the mail server, credentials included. */
  readonly smtpUrl: string;
  /** Address that every mail comes from. */
  readonly from: string;
  /** Base of links in mails, without a slash at the end. */
  readonly publicUrl: string;
  /** Tries before a delivery has failed. */
  readonly maxAttempts: number;
  /** How long the mail of a booking's first move waits, so that a later change can supersede it. */
  readonly quietMs: number;
}

/** What notification runs with. */
export interface NotificationConfig {
  readonly server: ServerConfig;
  readonly store: StoreConfig;
  readonly mail: MailConfig;
  /** gRPC target of booking, which makes the signed links in mails. */
  readonly bookingTarget: string;
}

const schema = z.object({
  ...serverVariables,
  ...storeVariables,
  /** The mail server: smtp:// (STARTTLS where it is offered) or smtps://, with user and password where it wants them. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: "must be an smtp:// or smtps:// URL" }),
  /** Address that every mail comes from. */
  MAIL_FROM: z.email({ error: "must be an e-mail address" }),
  /** Base of links in mails, as in https://book.example.com. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: "must be an http:// or https:// URL" }),
  /** gRPC target of booking. */
  BOOKING_TARGET: z.string().min(1).default("dns:///booking:8080"),
  /** Tries before a delivery has failed. */
  MAX_MAIL_ATTEMPTS: z.coerce.number().int().min(1).max(100).default(8),
  /** Seconds that the mail of a booking's first move waits for a later change to supersede it; each further move waits twice as long. */
  MOVE_MAIL_DELAY_SECONDS: z.coerce.number().int().min(0).max(3600).default(30),
});

/** Reads the configuration; throws ConfigError naming each variable that is missing or wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): NotificationConfig {
  const variables = parseConfig("notification", schema, env);
  return {
    server: serverConfig(variables),
    store: storeConfig(variables),
    bookingTarget: variables.BOOKING_TARGET,
    mail: {
      smtpUrl: variables.SMTP_URL,
      from: variables.MAIL_FROM,
      publicUrl: variables.PUBLIC_URL.replace(/\/+$/, ""),
      maxAttempts: variables.MAX_MAIL_ATTEMPTS,
      quietMs: variables.MOVE_MAIL_DELAY_SECONDS * 1000,
    },
  };
}
